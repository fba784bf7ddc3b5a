"""Which stored documents may repeat each other: those that share an address, a text or an overlap of texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb

from ingest.load.database import dicts, named_ids
from ingest.model import Candidate, Overlap, claimed_address

# Texts that the given documents have, that those had which repeated one of them, and that stand at the same
# address; then, round by round, what overlaps with one of these or shares its address.
_START = """
CREATE OR REPLACE TEMP TABLE reached AS
SELECT DISTINCT text_hash, address,
FROM document
WHERE
    is_current
    AND (document_id IN (SELECT id FROM given) OR duplicate_of IN (SELECT id FROM given))
"""
_ROUND = """
INSERT INTO reached
WITH near AS (
    SELECT other AS text_hash FROM text_overlap WHERE one IN (SELECT text_hash FROM reached)
    UNION
    SELECT one FROM text_overlap WHERE other IN (SELECT text_hash FROM reached)
    UNION
    SELECT text_hash FROM reached
)
SELECT DISTINCT text_hash, address,
FROM document
WHERE
    is_current
    AND (text_hash IN (SELECT text_hash FROM near) OR address IN (SELECT address FROM reached))
EXCEPT
SELECT text_hash, address FROM reached
"""
# Of all that was reached, only what shares something with another one needs a decision.
_MEMBERS = """
WITH member AS (
    SELECT
        document_id, version, kind, published_on, text_hash, address, canonical_url,
        url = final_url AS is_direct,
        text_hash IN (SELECT one FROM text_overlap UNION ALL SELECT other FROM text_overlap) AS has_overlap,
        count(*) OVER (PARTITION BY text_hash) > 1 AS has_twin,
        count(*) OVER (PARTITION BY address) > 1 AS shares_address,
    FROM document
    WHERE is_current AND text_hash IN (SELECT text_hash FROM reached)
)
SELECT
    m.* EXCLUDE (version, has_overlap, has_twin, shares_address),
    (SELECT coalesce(list(a.gss), []) FROM document_authority AS a
     WHERE a.document_id = m.document_id AND a.version = m.version AND a.role = 'subject') AS subjects,
    (SELECT coalesce(list({'visit': c.gss || ' ' || if(starts_with(c.kind, 'ilacs'), 'ilacs', c.kind),
                           'month': c.month}), [])
     FROM inspection_document AS c
     WHERE c.document_id = m.document_id AND c.month IS NOT NULL) AS visits,
FROM member AS m
WHERE has_overlap OR has_twin OR shares_address
ORDER BY document_id
"""
_OVERLAPS = """
SELECT one, other, jaccard, one_share, other_share, one_is_held, other_is_held,
FROM text_overlap
WHERE one IN (SELECT text_hash FROM reached) AND other IN (SELECT text_hash FROM reached)
ORDER BY one, other
"""


def alike(
    connection: duckdb.DuckDBPyConnection, document_ids: Sequence[str]
) -> tuple[tuple[Candidate, ...], tuple[Overlap, ...]]:
    """Return all current documents that one of the given may repeat or be repeated by, directly or by way of others."""
    with named_ids(connection, "given", document_ids):
        connection.execute(_START)
    while connection.execute(_ROUND).fetchall()[0][0]:
        pass
    overlaps = tuple(Overlap(**row) for row in dicts(connection, _OVERLAPS))
    members = tuple(
        Candidate(
            document_id=row["document_id"],
            kind=row["kind"],
            published_on=row["published_on"],
            text_hash=row["text_hash"],
            address=row["address"],
            claimed=claimed_address(row["address"], row["canonical_url"]),
            is_direct=row["is_direct"],
            subjects=frozenset(row["subjects"]),
            visits=_visits(row["visits"]),
        )
        for row in dicts(connection, _MEMBERS)
    )
    connection.execute("DROP TABLE reached")
    return members, overlaps


def _visits(rows: Sequence[dict[str, object]]) -> frozenset[tuple[str, date]]:
    return frozenset((str(row["visit"]), row["month"]) for row in rows if isinstance(row["month"], date))
