"""The versions of a document and what each says otherwise than the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from ingest.load.database import upsert
from ingest.load.reader import Reader
from ingest.model import Hunk, TextChange

_COLUMNS = ("document_id", "version", "old_title", "words_removed", "words_added", "hunks", "is_coarse")
_UNCOMPARED = """
SELECT new.document_id, new.version, old.text AS old_text, new.text AS new_text, old.title AS old_title, new.title,
FROM document AS new
JOIN document AS old ON old.document_id = new.document_id AND old.version = new.version - 1
ANTI JOIN document_change AS c ON c.document_id = new.document_id AND c.version = new.version
WHERE new.version > 1
ORDER BY new.document_id, new.version
"""
_VERSIONS = """
SELECT
    d.version,
    d.title,
    d.url,
    d.source_id,
    d.published_on,
    d.fetched_at,
    d.is_current,
    length(d.text) AS characters,
    d.text,
    c.old_title,
    c.words_removed,
    c.words_added,
    c.hunks,
    c.is_coarse,
FROM document AS d
LEFT JOIN document_change AS c USING (document_id, version)
WHERE d.document_id = ?
ORDER BY d.version
"""


@dataclass(frozen=True, slots=True)
class Uncompared:
    """A version that was not compared with the one before yet."""

    document_id: str
    version: int
    old_text: str
    new_text: str
    old_title: str
    title: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document, as it is shown."""

    version: int
    title: str
    url: str
    source_id: str
    published_on: date | None
    fetched_at: datetime
    is_current: bool
    characters: int
    text: str
    change: TextChange | None
    """None for the first version."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A time in which a document was withdrawn."""

    reason: str
    noted_at: datetime
    back_at: datetime | None


def uncompared(reader: Reader) -> tuple[Uncompared, ...]:
    """Return the versions that are still to be compared with the one before: those of a run, or of a stopped one."""
    return tuple(Uncompared(**row) for row in reader.dicts(_UNCOMPARED))


def note_changes(
    connection: duckdb.DuckDBPyConnection, changes: Sequence[tuple[str, int, TextChange]]
) -> None:
    """Note (document_id, version, change); to be called within a transaction."""
    rows = [
        (
            document_id,
            version,
            change.old_title,
            change.words_removed,
            change.words_added,
            [asdict(hunk) for hunk in change.hunks],
            change.is_coarse,
        )
        for document_id, version, change in changes
    ]
    upsert(connection, "document_change", _COLUMNS, rows, key=2)


def versions_of(reader: Reader, document_id: str) -> tuple[Version, ...]:
    """Return the versions of a document, the oldest first."""
    return tuple(_version(row) for row in reader.dicts(_VERSIONS, [document_id]))


def absences_of(reader: Reader, document_id: str) -> tuple[Absence, ...]:
    """Return when a document was withdrawn, the oldest time first."""
    rows = reader.dicts(
        "SELECT reason, noted_at, back_at FROM withdrawal WHERE document_id = ? ORDER BY noted_at",
        [document_id],
    )
    return tuple(Absence(**row) for row in rows)


def addresses_of(reader: Reader, document_id: str) -> tuple[str, ...]:
    """Return the addresses at which a document stood before, the oldest first; nothing where it never moved."""
    rows = reader.dicts(
        """
        SELECT a.moved_from AS url,
        FROM document_address AS a
        JOIN document AS d ON d.url = a.url OR d.url = a.home
        WHERE d.document_id = ?
        GROUP BY ALL
        ORDER BY min(a.noted_at)
        """,
        [document_id],
    )
    return tuple(row["url"] for row in rows)


def _version(row: dict[str, Any]) -> Version:
    hunks = row.pop("hunks")
    change = {name: row.pop(name) for name in ("old_title", "words_removed", "words_added", "is_coarse")}
    if hunks is None:
        return Version(**row, change=None)
    return Version(**row, change=TextChange(**change, hunks=tuple(Hunk(**hunk) for hunk in hunks)))
