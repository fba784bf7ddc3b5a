"""Which bytes of the archive the warehouse refers to, and by what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ingest.load.reader import Reader

# A document's earlier versions keep their bytes; what waits in quarantine may still be read one day; of pages
# and items the last bytes say whether anything changed.
_REFERENCES = """
SELECT content_hash, url, is_current, fetched_at FROM document
UNION ALL
SELECT content_hash, url, true, NULL FROM resource WHERE content_hash IS NOT NULL
UNION ALL
SELECT content_hash, url, true, NULL FROM quarantine
WHERE content_hash IS NOT NULL AND resolved_run_id IS NULL
"""


@dataclass(frozen=True, slots=True)
class Reference:
    """One thing in the warehouse whose bytes the archive keeps."""

    content_hash: str
    url: str
    is_current: bool
    """False for a document's earlier versions."""
    fetched_at: datetime | None
    """Of a document's version."""


def references(reader: Reader) -> tuple[Reference, ...]:
    """Return all that refers to the archive, in the order of the hashes."""
    rows = reader.dicts(f"SELECT * FROM ({_REFERENCES}) ORDER BY ALL")  # noqa: S608
    return tuple(Reference(**row) for row in rows)
