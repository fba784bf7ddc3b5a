"""Which stored documents may repeat each other: those that share an address, a text or an overlap of texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import duckdb

from ingest.load.database import dicts, named_ids, named_rows
from ingest.model import Candidate, Overlap, claimed_address

# Each of these reads one narrow column of all documents; what they find is then fetched by its row. First the
# given documents and what repeated them; then, round by round and mostly once, all that shares a text, an
# overlap or an address with those.
_GIVEN = "SELECT rowid FROM document SEMI JOIN given ON document_id = given.id WHERE is_current"
_REPEATED = "SELECT rowid FROM document SEMI JOIN given ON duplicate_of = given.id WHERE is_current"
_SAME_TEXT = "SELECT rowid FROM document SEMI JOIN near USING (text_hash) WHERE is_current"
_SAME_ADDRESS = "SELECT rowid FROM document SEMI JOIN reached USING (address) WHERE is_current"
_REACHED = (
    "CREATE OR REPLACE TEMP TABLE reached (document_id TEXT, text_hash TEXT, address TEXT, place BIGINT)"
)
_REACH = """
INSERT INTO reached
SELECT document_id, text_hash, address, document.rowid,
FROM document
SEMI JOIN wanted ON document.rowid = wanted.place
"""
_NEAR = "CREATE OR REPLACE TEMP TABLE near AS SELECT DISTINCT text_hash FROM reached"
_NEARER = """
INSERT INTO near
SELECT other FROM text_overlap WHERE one IN (SELECT text_hash FROM near)
UNION
SELECT one FROM text_overlap WHERE other IN (SELECT text_hash FROM near)
EXCEPT
SELECT text_hash FROM near
"""
# Of all that was reached, only what shares something with another one needs a decision.
_MEMBERS = """
SELECT place,
FROM reached
QUALIFY
    count(*) OVER (PARTITION BY text_hash) > 1
    OR count(*) OVER (PARTITION BY address) > 1
    OR text_hash IN (SELECT one FROM text_overlap UNION ALL SELECT other FROM text_overlap)
"""
_ROWS = """
CREATE OR REPLACE TEMP TABLE member AS
SELECT
    document_id, version, kind, published_on, text_hash, address, canonical_url, url = final_url AS is_direct,
FROM document
SEMI JOIN wanted ON document.rowid = wanted.place
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
    connection.execute(_REACHED)
    with named_ids(connection, "given", document_ids):
        _reach(connection, _GIVEN, _REPEATED)
    _close(connection)
    places = [place for (place,) in connection.execute(_MEMBERS).fetchall()]
    if not places:
        return (), ()
    with named_rows(connection, "wanted", places):
        connection.execute(_ROWS)
    members = dicts(connection, "SELECT * EXCLUDE (version) FROM member ORDER BY document_id")
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
    """Add what shares a text, an overlap or an address with what was reached, until nothing more does.

    What came by its address may have another text, and what came by its text another address.
    """
    asked = 0, 0
    while True:
        connection.execute(_NEAR)
        while _number(connection, _NEARER):
            pass
        texts = _number(connection, "SELECT count(*) FROM near")
        addresses = _number(connection, "SELECT count(DISTINCT address) FROM reached")
        if (texts, addresses) == asked:
            return
        queries = [_SAME_TEXT] * (texts > asked[0]) + [_SAME_ADDRESS] * (addresses > asked[1])
        asked = texts, addresses
        _reach(connection, *queries)


def _reach(connection: duckdb.DuckDBPyConnection, *queries: str) -> None:
    """Add the documents whose rows these queries name."""
    found = {place for query in queries for (place,) in connection.execute(query).fetchall()}
    found -= {place for (place,) in connection.execute("SELECT place FROM reached").fetchall()}
    if found:
        with named_rows(connection, "wanted", sorted(found)):
            connection.execute(_REACH)


def _number(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(connection.execute(sql).fetchall()[0][0])
