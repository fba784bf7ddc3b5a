"""Which stored documents may repeat each other: those that share an address, a text or an overlap of texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import duckdb

from ingest.load.database import dicts, named_ids
from ingest.model import Candidate, Overlap, claimed_address

# The table `document` is read whole for each of these, so they are few: the given documents and what repeated
# them; then, round by round and mostly once, all that shares a text, an overlap or an address with those.
_ROWS = """
SELECT
    document_id, version, kind, published_on, text_hash, address, canonical_url, url = final_url AS is_direct,
FROM document
WHERE is_current AND
"""
_START = f"""
CREATE OR REPLACE TEMP TABLE reached AS
{_ROWS} (document_id IN (SELECT id FROM given) OR duplicate_of IN (SELECT id FROM given))
"""  # noqa: S608
_NEAR = "CREATE OR REPLACE TEMP TABLE near AS SELECT DISTINCT text_hash FROM reached"
_NEARER = """
INSERT INTO near
SELECT other FROM text_overlap WHERE one IN (SELECT text_hash FROM near)
UNION
SELECT one FROM text_overlap WHERE other IN (SELECT text_hash FROM near)
EXCEPT
SELECT text_hash FROM near
"""
_ROUND = f"""
INSERT INTO reached
{_ROWS}
    (text_hash IN (SELECT text_hash FROM near) OR address IN (SELECT address FROM reached))
    AND document_id NOT IN (SELECT document_id FROM reached)
"""  # noqa: S608
# What came by its address may have another text, and what came by its text another address.
_IS_CLOSED = """
SELECT
    (SELECT count(*) FROM reached WHERE text_hash NOT IN (SELECT text_hash FROM near)) = 0
    AND count(DISTINCT address) = $addresses,
FROM reached
"""
# Of all that was reached, only what shares something with another one needs a decision.
_MEMBERS = """
CREATE OR REPLACE TEMP TABLE member AS
SELECT *,
FROM reached
QUALIFY
    count(*) OVER (PARTITION BY text_hash) > 1
    OR count(*) OVER (PARTITION BY address) > 1
    OR text_hash IN (SELECT one FROM text_overlap UNION ALL SELECT other FROM text_overlap)
ORDER BY document_id
"""
_SUBJECTS = """
SELECT a.document_id, a.gss,
FROM document_authority AS a
SEMI JOIN member USING (document_id, version)
WHERE a.role = 'subject'
"""
_VISITS = """
SELECT
    c.document_id,
    c.gss || ' ' || if(starts_with(c.kind, 'ilacs'), 'ilacs', c.kind) AS visit,
    c.month,
FROM inspection_document AS c
SEMI JOIN member USING (document_id, version)
WHERE c.month IS NOT NULL
"""
_OVERLAPS = """
SELECT one, other, jaccard, one_share, other_share, one_is_held, other_is_held,
FROM text_overlap
WHERE one IN (SELECT text_hash FROM member) AND other IN (SELECT text_hash FROM member)
ORDER BY one, other
"""


def alike(
    connection: duckdb.DuckDBPyConnection, document_ids: Sequence[str]
) -> tuple[tuple[Candidate, ...], tuple[Overlap, ...]]:
    """Return all current documents that one of the given may repeat or be repeated by, directly or by way of others."""
    with named_ids(connection, "given", document_ids):
        connection.execute(_START)
    _close(connection)
    connection.execute(_MEMBERS)
    members = dicts(connection, "SELECT * EXCLUDE (version) FROM member ORDER BY document_id")
    if not members:
        return (), ()
    subjects: defaultdict[str, set[str]] = defaultdict(set)
    for row in dicts(connection, _SUBJECTS):
        subjects[row["document_id"]].add(row["gss"])
    visits: defaultdict[str, set[tuple[str, date]]] = defaultdict(set)
    for row in dicts(connection, _VISITS):
        visits[row["document_id"]].add((row["visit"], row["month"]))
    overlaps = tuple(Overlap(**row) for row in dicts(connection, _OVERLAPS))
    candidates = tuple(
        Candidate(
            claimed=claimed_address(row["address"], row.pop("canonical_url")),
            **row,
            subjects=frozenset(subjects[row["document_id"]]),
            visits=frozenset(visits[row["document_id"]]),
        )
        for row in members
    )
    return candidates, overlaps


def _close(connection: duckdb.DuckDBPyConnection) -> None:
    """Add what shares a text, an overlap or an address with what was reached, until nothing more does."""
    while True:
        connection.execute(_NEAR)
        while _number(connection, _NEARER):
            pass
        addresses = _number(connection, "SELECT count(DISTINCT address) FROM reached")
        connection.execute(_ROUND)
        if _number(connection, _IS_CLOSED, {"addresses": addresses}):
            return


def _number(connection: duckdb.DuckDBPyConnection, sql: str, given: object = None) -> int:
    return int(connection.execute(sql, given).fetchall()[0][0])
