"""Where documents stand: the addresses that they moved to, and which of them were withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin

import duckdb
import pyarrow as pa

from ingest.load.database import named_ids, registered, upsert
from ingest.load.reader import Reader
from ingest.model import Link, Move, Withdrawal

_CANONICAL = """
SELECT url, final_url, canonical_url,
FROM document
WHERE source_id = ? AND is_current AND canonical_url IS NOT NULL
"""
_WITHDRAWN = """
SELECT url, reason,
FROM withdrawal
WHERE back_at IS NULL AND (source_id = ? OR reason = 'gone')
"""
# What moved away in the same run, or stands at another address by now, was not withdrawn.
_WITHDRAW = """
INSERT INTO withdrawal BY NAME
SELECT d.document_id, given.url, $source_id AS source_id, given.reason, $now AS noted_at, $run_id AS run_id,
FROM given
JOIN document AS d ON d.url = given.url AND d.is_current
ANTI JOIN withdrawal AS w ON w.document_id = d.document_id AND w.back_at IS NULL
WHERE given.reason = 'gone' OR d.source_id = $source_id
ORDER BY given.url
"""


@dataclass(frozen=True, slots=True)
class KnownAddresses:
    """What is known of the addresses of a source's documents."""

    homes: Mapping[str, str]
    """Address -> the first address of the document that has moved there."""
    left: frozenset[str]
    """Addresses from which a document has moved on."""
    canonical: Mapping[str, str]
    """Address -> what its page calls its own address."""
    withdrawn: tuple[Withdrawal, ...]
    """What counts as withdrawn."""

    def at_home(self, link: Link) -> Link:
        """Return the link as one of the document that is known to stand at its address."""
        home = self.homes.get(link.url, "")
        return replace(link, home=home) if home else link


def known_addresses(reader: Reader, source_id: str) -> KnownAddresses:
    """Return what is known of the addresses of a source's documents."""
    rows = reader.dicts("SELECT url, home, moved_from FROM document_address ORDER BY noted_at, url")
    homes = {row["url"]: row["home"] for row in rows}
    # What moved on and back again stands where it was.
    current = {row["home"]: row["url"] for row in rows}
    return KnownAddresses(
        homes=homes,
        left=frozenset(row["moved_from"] for row in rows) - set(current.values()),
        canonical={
            row["url"]: own_address(row["canonical_url"], row["final_url"])
            for row in reader.dicts(_CANONICAL, [source_id])
        },
        withdrawn=tuple(Withdrawal(**row) for row in reader.dicts(_WITHDRAWN, [source_id])),
    )


def own_address(canonical: str | None, final_url: str) -> str:
    """Return the address that the page at `final_url` calls its own, or "" where it names none that can be read."""
    try:
        return urljoin(final_url, canonical.strip()) if canonical else ""
    except ValueError:
        return ""


def texts_at(reader: Reader, urls: Sequence[str]) -> dict[str, str]:
    """Return the hashes of the texts that stand at these addresses, by address."""
    rows = reader.dicts(
        "SELECT url, text_hash FROM document WHERE is_current AND list_contains(?, url)", [list(urls)]
    )
    return {row["url"]: row["text_hash"] for row in rows}


def note_moves(connection: duckdb.DuckDBPyConnection, moves: Sequence[Move], now: datetime) -> None:
    """Note new addresses; to be called within a transaction, together with the documents that stand there."""
    columns = ("url", "home", "moved_from", "reason", "noted_at")
    rows = [(move.url, move.home, move.moved_from, move.reason, now) for move in moves]
    upsert(connection, "document_address", columns, rows, key=1)
    _end(connection, [move.moved_from for move in moves], now)


def note_presence(
    connection: duckdb.DuckDBPyConnection,
    source_id: str,
    withdrawn: Sequence[Withdrawal],
    restored: Sequence[str],
    run_id: str,
    now: datetime,
) -> None:
    """Note what was withdrawn and what is back; to be called within a transaction, after the documents."""
    _end(connection, restored, now)
    if not withdrawn:
        return
    given = pa.table({"url": [item.url for item in withdrawn], "reason": [item.reason for item in withdrawn]})
    with registered(connection, "given", given):
        connection.execute(_WITHDRAW, {"source_id": source_id, "now": now, "run_id": run_id})


def _end(connection: duckdb.DuckDBPyConnection, urls: Sequence[str], now: datetime) -> None:
    if not urls:
        return
    with named_ids(connection, "given", urls):
        connection.execute(
            "UPDATE withdrawal SET back_at = ? WHERE back_at IS NULL AND url IN (SELECT id FROM given)", [now]
        )
