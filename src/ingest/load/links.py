"""What joins documents: the duplicates found, the visits that they tell of, and the stories."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from ingest.load.database import arrow_table, dicts, insert, named_ids, registered, unique
from ingest.load.inspections import claimed_by, draw_inspections
from ingest.load.rows import Row
from ingest.model import Duplicate, StoryLink

_LINK = (
    "story_id",
    "document_id",
    "position",
    "gss",
    "score",
    "reasons",
    "title",
    "inspection_id",
    "follows_inspection_id",
    "followup",
)
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
    arg_min(follows_inspection_id, place) AS follows_inspection_id,
FROM told
GROUP BY story_id
ORDER BY story_id
"""

_CHANGED = """
SELECT d.rowid AS place, f.*,
FROM document AS d
JOIN found AS f USING (document_id)
WHERE d.is_current AND (d.duplicate_of, d.similarity) IS DISTINCT FROM (f.duplicate_of, f.similarity)
"""
_SET_DUPLICATES = """
UPDATE document
SET duplicate_of = changed.duplicate_of, similarity = changed.similarity
FROM changed
WHERE document.rowid = changed.place
"""


def set_duplicates(
    connection: duckdb.DuckDBPyConnection, document_ids: Sequence[str], duplicates: Sequence[Duplicate]
) -> None:
    """Note what is a duplicate of what; to be called within a transaction.

    Of the given documents, those that are not named in `duplicates` are none.

    Inspections are drawn anew, because an original counts before its duplicate.
    """
    columns = ("document_id", "duplicate_of", "similarity")
    rows: list[Row] = [(d.document_id, d.duplicate_of, d.similarity) for d in duplicates]
    rows.extend((document_id, None, None) for document_id in document_ids)
    table = arrow_table(connection, "document", columns, unique(rows, key=1))
    with registered(connection, "found", table):
        changed = connection.execute(_CHANGED).to_arrow_table()
    if not changed.num_rows:
        return
    with registered(connection, "changed", changed):
        connection.execute(_SET_DUPLICATES)
    draw_inspections(connection, claimed_by(connection, changed["document_id"].to_pylist()))


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
                link.score,
                list(link.reasons),
                link.title,
                link.inspection_id,
                link.follows,
                link.followup,
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
