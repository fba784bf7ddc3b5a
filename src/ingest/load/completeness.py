"""Ofsted's listing beside what is stored of it, and the weekly counts per authority."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb

from ingest.load.database import upsert
from ingest.load.reader import Reader
from ingest.load.stored import StoredDocument
from ingest.model import AuthorityCount, Link

# What a provider page of Ofsted's announces; what it names no more is left out.
_LISTED = """
SELECT n.source_id, n.url, n.title, n.published_on, n.label, n.publisher, n.kind, n.gss, n.urn, n.path,
FROM announcement AS n
ANTI JOIN withdrawal AS w ON w.url = n.url AND w.back_at IS NULL
ANTI JOIN (
    SELECT moved_from AS url FROM document_address
    EXCEPT
    SELECT arg_max(url, noted_at) FROM document_address GROUP BY home  -- moved on and back again
) AS m ON m.url = n.url
WHERE n.urn IS NOT NULL
ORDER BY n.url
"""
_STORED = """
SELECT d.document_id, d.url, d.title, d.kind, d.published_on, n.gss, false AS was_announced,
FROM document AS d
JOIN announcement AS n USING (source_id, url)
WHERE d.is_current AND n.urn IS NOT NULL
ORDER BY d.url
"""
_COLUMNS = ("checked_on", "gss", "announced", "stored", "waiting")


def listed_by_ofsted(reader: Reader) -> tuple[Link, ...]:
    """Return what Ofsted's provider pages announce now, as far back as runs were asked to look."""
    return tuple(Link(**row) for row in reader.dicts(_LISTED))


def stored_of_listing(reader: Reader) -> tuple[StoredDocument, ...]:
    """Return the stored documents of what those pages announce or announced, whatever was read from them."""
    return tuple(StoredDocument(**row) for row in reader.dicts(_STORED))


def last_counts(reader: Reader, before: date) -> tuple[date | None, dict[str, int]]:
    """Return the day of the newest counts that are older than `before`, and what was announced by authority."""
    rows = reader.dicts(
        """
        SELECT checked_on, gss, announced,
        FROM completeness
        WHERE checked_on = (SELECT max(checked_on) FROM completeness WHERE checked_on < ?)
        ORDER BY gss
        """,
        [before],
    )
    return (rows[0]["checked_on"] if rows else None), {row["gss"]: row["announced"] for row in rows}


def note_counts(connection: duckdb.DuckDBPyConnection, day: date, counts: Sequence[AuthorityCount]) -> None:
    """Note the counts of a day; to be called within a transaction."""
    rows = [(day, count.gss, count.announced, count.stored, count.waiting) for count in counts]
    upsert(connection, "completeness", _COLUMNS, rows, key=2)
