"""What joins documents: candidates for duplicates, the duplicates found, and the stories."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from ingest.load.database import arrow_table, dicts, insert, named_ids, registered, unique
from ingest.load.inspections import claimed_by, draw_inspections
from ingest.load.rows import Row
from ingest.model import Candidate, Duplicate, StoryLink

# A pair shares at least a third of the shingles of the smaller set, or its whole text.
# Of two given documents the one with the smaller id comes first, so that each pair comes once.
_PAIRS = """
WITH current_document AS (
    SELECT d.document_id, d.text_hash, len(s.shingles) AS size, s.shingles,
    FROM document AS d
    JOIN document_shingle AS s USING (document_id)
    WHERE d.is_current
),
given_document AS (
    SELECT * FROM current_document WHERE document_id IN (SELECT id FROM given)
),
given_shingle AS (
    SELECT document_id, size, unnest(shingles) AS shingle FROM given_document
),
any_shingle AS (
    SELECT document_id, size, unnest(shingles) AS shingle FROM current_document
),
alike AS (
    SELECT g.document_id AS one, o.document_id AS other,
    FROM given_shingle AS g
    JOIN any_shingle AS o USING (shingle)
    WHERE g.document_id <> o.document_id
    GROUP BY g.document_id, o.document_id
    HAVING 3 * count(*) >= least(any_value(g.size), any_value(o.size))
    UNION
    SELECT g.document_id AS one, o.document_id AS other,
    FROM given_document AS g
    JOIN current_document AS o USING (text_hash)
    WHERE g.document_id <> o.document_id
)
SELECT one, other,
FROM alike
WHERE one < other OR other NOT IN (SELECT id FROM given)
ORDER BY one, other
"""
_CANDIDATES = """
SELECT document_id, kind, published_on, text, text_hash, url = final_url AS is_direct,
FROM document
WHERE is_current AND document_id IN (SELECT id FROM named)
"""
_LINK = ("story_id", "document_id", "position", "gss", "reason", "title", "inspection_id")
_STORIES = """
INSERT INTO story BY NAME
WITH told AS (
    SELECT
        l.*,
        d.published_on,
        row_number() OVER (
            PARTITION BY l.story_id ORDER BY d.published_on NULLS LAST, l.document_id
        ) AS place,
    FROM story_document AS l
    JOIN document AS d ON d.document_id = l.document_id AND d.is_current
    WHERE l.story_id IN (SELECT id FROM touched)
)
SELECT
    story_id,
    arg_min(title, place) AS title,
    arg_min(inspection_id, place) AS inspection_id,
    min(published_on) AS first_published_on,
FROM told
GROUP BY story_id
"""


def candidates(
    connection: duckdb.DuckDBPyConnection, document_ids: Sequence[str]
) -> tuple[tuple[Candidate, Candidate], ...]:
    """Return the pairs (given document, other current document) that may be duplicates, each pair once."""
    with named_ids(connection, "given", document_ids):
        pairs = connection.execute(_PAIRS).fetchall()
    with named_ids(connection, "named", sorted({document_id for pair in pairs for document_id in pair})):
        found = {row[0]: Candidate(*row) for row in connection.execute(_CANDIDATES).fetchall()}
    return tuple((found[one], found[other]) for one, other in pairs)


def set_duplicates(connection: duckdb.DuckDBPyConnection, duplicates: Sequence[Duplicate]) -> None:
    """Note what is a duplicate of what; to be called within a transaction.

    Inspections are drawn anew, because an original counts before its duplicate.
    """
    columns = ("document_id", "duplicate_of", "similarity")
    rows: list[Row] = [(d.document_id, d.duplicate_of, d.similarity) for d in duplicates]
    table = arrow_table(connection, "document", columns, unique(rows, key=1))
    with registered(connection, "found", table):
        changed = connection.execute(
            """
            UPDATE document
            SET duplicate_of = found.duplicate_of, similarity = found.similarity
            FROM found
            WHERE
                document.document_id = found.document_id
                AND document.is_current
                AND (document.duplicate_of, document.similarity)
                    IS DISTINCT FROM (found.duplicate_of, found.similarity)
            RETURNING document.document_id
            """
        ).fetchall()
    draw_inspections(connection, claimed_by(connection, [document_id for (document_id,) in changed]))


def file_claims(connection: duckdb.DuckDBPyConnection, moves: Sequence[tuple[str, str, str]]) -> None:
    """File claims and findings under another inspection: (document_id, from, to); within a transaction."""
    if not moves:
        return
    columns = ("document_id", "filed_under", "inspection_id")
    schema = pa.schema([(column, pa.string()) for column in columns])
    table = pa.Table.from_pylist([dict(zip(columns, move, strict=True)) for move in moves], schema=schema)
    with registered(connection, "move", table):
        for name in ("inspection_document", "finding"):
            connection.execute(
                f"""
                UPDATE {name}
                SET inspection_id = move.inspection_id
                FROM move
                WHERE {name}.document_id = move.document_id AND {name}.inspection_id = move.filed_under
                """  # noqa: S608
            )
    draw_inspections(connection, {inspection for _, *both in moves for inspection in both})


def set_stories(connection: duckdb.DuckDBPyConnection, links: Sequence[StoryLink]) -> None:
    """Put each document that is named into exactly the stories that are named for it, in that order.

    To be called within a transaction. A story without documents goes; the others take title and
    inspection from their earliest document and its date.
    """
    if not links:
        return
    position: dict[str, int] = {}
    rows: list[Row] = []
    for link in links:
        place = position[link.document_id] = position.get(link.document_id, 0) + 1
        rows.append(
            (
                link.story_id,
                link.document_id,
                place,
                link.gss,
                link.reason,
                link.title,
                link.inspection_id,
            )
        )
    with named_ids(connection, "linked", list(position)):
        old = dicts(
            connection,
            "SELECT DISTINCT story_id FROM story_document WHERE document_id IN (SELECT id FROM linked)",
        )
        connection.execute("DELETE FROM story_document WHERE document_id IN (SELECT id FROM linked)")
        insert(connection, "story_document", _LINK, unique(rows, key=2))
        connection.execute(
            """
            UPDATE document
            SET story_id = link.story_id
            FROM story_document AS link
            WHERE
                document.is_current
                AND document.document_id = link.document_id
                AND link.position = 1
                AND document.document_id IN (SELECT id FROM linked)
            """
        )
    touched = {link.story_id for link in links} | {row["story_id"] for row in old}
    with named_ids(connection, "touched", sorted(touched)):
        connection.execute("DELETE FROM story WHERE story_id IN (SELECT id FROM touched)")
        connection.execute(_STORIES)
