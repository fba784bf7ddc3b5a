"""What people corrected: the table `correction`, and the search for what they mean by a name or a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from ingest.load.database import arrow_table, dicts, named_ids, registered, upsert
from ingest.model import Correction, Verdict

_COLUMNS = (
    "correction_id",
    "document_id",
    "url",
    "what",
    "value",
    "note",
    "made_by",
    "made_at",
    "quote",
    "finding",
    "is_applied",
)
_FIELDS = "document_id, url, what, value, note, made_by, made_at, quote, finding"
_VERDICT = ("correction_id", "machine", "is_applied")


def add_corrections(connection: duckdb.DuckDBPyConnection, corrections: Sequence[Correction]) -> None:
    """Note corrections; to be called within a transaction.

    What they say is news to the watches, unless the run that brought the document was a backfill.
    """
    rows = [
        (c.correction_id, c.document_id, c.url, c.what, c.value, c.note, c.made_by, c.made_at, c.quote,
         c.finding, False)
        for c in corrections
    ]  # fmt: skip
    upsert(connection, "correction", _COLUMNS, rows, key=1)
    with named_ids(connection, "given", [str(row[1]) for row in rows]):
        connection.execute(
            """
            UPDATE document
            SET is_told = false
            WHERE
                is_current
                AND document_id IN (SELECT id FROM given)
                AND run_id IN (SELECT run_id FROM run WHERE alerts)
            """
        )
    _unlink(connection, [c.correction_id for c in corrections])


def remove_correction(connection: duckdb.DuckDBPyConnection, correction_id: str) -> None:
    """Take a correction back; to be called within a transaction."""
    _unlink(connection, [correction_id])
    connection.execute("DELETE FROM correction WHERE correction_id = ?", [correction_id])


def _unlink(connection: duckdb.DuckDBPyConnection, correction_ids: Sequence[str]) -> None:
    """Let the next run link the documents anew of which a person says to which story they belong."""
    with named_ids(connection, "given", correction_ids):
        connection.execute(
            """
            UPDATE document
            SET story_id = NULL
            WHERE
                is_current
                AND document_id IN (
                    SELECT document_id
                    FROM correction
                    WHERE correction_id IN (SELECT id FROM given) AND what IN ('story', 'remove_story')
                )
            """
        )


def note_verdicts(connection: duckdb.DuckDBPyConnection, verdicts: Sequence[Verdict]) -> None:
    """Note what the rules said in the place of each correction, where that is new."""
    if not verdicts:
        return
    rows = [(v.correction_id, v.machine, v.is_applied) for v in verdicts]
    with registered(connection, "verdict", arrow_table(connection, "correction", _VERDICT, rows)):
        connection.execute(
            """
            UPDATE correction AS c
            SET machine = v.machine, is_applied = v.is_applied
            FROM verdict AS v
            WHERE
                c.correction_id = v.correction_id
                AND (c.machine IS DISTINCT FROM v.machine OR c.is_applied <> v.is_applied)
            """
        )


def stored_corrections(connection: duckdb.DuckDBPyConnection) -> tuple[Correction, ...]:
    """Return all corrections, in the order in which they were made."""
    sql = f"SELECT {_FIELDS} FROM correction ORDER BY made_at, correction_id"  # noqa: S608
    return tuple(Correction(**row) for row in dicts(connection, sql))


def documents_named(connection: duckdb.DuckDBPyConnection, words: str) -> list[dict[str, Any]]:
    """Return the current documents with this id, address, or a beginning of either; at most six.

    A local file may be named by the end of its path.
    """
    return dicts(
        connection,
        """
        SELECT document_id, version, url, title, kind, duplicate_of
        FROM document
        WHERE
            is_current
            AND (
                starts_with(document_id, $words)
                OR starts_with(url, $words)
                OR starts_with(url, 'file:') AND ends_with(url, '/' || $words)
            )
        ORDER BY document_id <> $words AND url <> $words, url
        LIMIT 6
        """,
        {"words": words},
    )


def findings_of(connection: duckdb.DuckDBPyConnection, document_id: str) -> list[dict[str, Any]]:
    """Return the findings of the current version of a document, with their themes and rules."""
    return dicts(
        connection,
        """
        SELECT
            f.finding_id, f.gss, f.polarity, f.kind, f.speaker, f.is_inspectorate, f.quote, f.start_char,
            f.end_char, f.page, f.section, f.responsible_body, f.inspection_id, f.rule,
            (SELECT coalesce(list({'theme_id': t.theme_id, 'rule': t.rule} ORDER BY t.theme_id), [])
             FROM finding_theme AS t WHERE t.finding_id = f.finding_id) AS themes,
        FROM finding AS f
        JOIN document AS d USING (document_id, version)
        WHERE d.is_current AND f.document_id = ?
        ORDER BY f.start_char, f.end_char, f.finding_id
        """,
        [document_id],
    )
