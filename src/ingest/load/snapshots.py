"""What lies in the archive and should be read again, as the snapshots that brought it."""

from __future__ import annotations

from typing import Any

import duckdb

from ingest.load.database import dicts
from ingest.model import Link, Snapshot

# What is in the archive and should be read again: the current version of each document as it was
# announced, and what no reader understood so far. Of the latter only the bytes are known.
_SNAPSHOTS = """
WITH unread AS (
    SELECT source_id, url, content_hash, max(last_run_id) AS run_id,
    FROM quarantine
    WHERE resolved_run_id IS NULL AND content_hash IS NOT NULL
    GROUP BY ALL
),
item AS (
    SELECT
        source_id, url, title, published_on, publisher, kind,
        final_url, content_hash, media_type, charset, size, fetched_at,
    FROM document
    WHERE is_current
    UNION ALL
    SELECT
        u.source_id, u.url, '', NULL, '', NULL,
        coalesce(r.final_url, u.url), u.content_hash, '', NULL, 0,
        coalesce(r.first_fetched_at, run.started_at),
    FROM unread AS u
    LEFT JOIN resource AS r USING (source_id, url)
    LEFT JOIN run USING (run_id)
    ANTI JOIN document AS d
        ON d.source_id = u.source_id AND d.url = u.url AND d.content_hash = u.content_hash AND d.is_current
)
SELECT
    i.*,
    a.url IS NOT NULL AS is_announced,
    a.title AS announced_title,
    a.published_on AS announced_on,
    a.publisher AS announced_publisher,
    a.kind AS announced_kind,
    a.label,
    a.gss,
    a.urn,
    a.path,
    coalesce(m.home, '') AS home,
FROM item AS i
LEFT JOIN announcement AS a USING (source_id, url)
LEFT JOIN document_address AS m ON m.url = i.url
ORDER BY source_id, url, fetched_at, content_hash
"""


def stored_snapshots(connection: duckdb.DuckDBPyConnection) -> list[tuple[Link, Snapshot]]:
    """Return the current documents and what waits in quarantine with its bytes, as they were announced."""
    return [(link := _link(row), snapshot_of(row, link)) for row in dicts(connection, _SNAPSHOTS)]


def snapshot_of(row: dict[str, Any], link: Link) -> Snapshot:
    """Return the snapshot that a row of `document` came from."""
    return Snapshot(
        link=link,
        final_url=row["final_url"],
        content_hash=row["content_hash"],
        media_type=row["media_type"],
        charset=row["charset"],
        size=row["size"],
        fetched_at=row["fetched_at"],
    )


def _link(row: dict[str, Any]) -> Link:
    """The link as announced; a document whose announcement is gone speaks for itself."""
    announced = row["is_announced"]
    return Link(
        source_id=row["source_id"],
        url=row["url"],
        title=row["announced_title"] if announced else row["title"],
        published_on=row["announced_on"] if announced else row["published_on"],
        label=row["label"] or "",
        publisher=row["announced_publisher"] if announced else row["publisher"],
        kind=row["announced_kind"] if announced else row["kind"],
        gss=row["gss"],
        urn=row["urn"],
        path=row["path"],
        home=row["home"],
    )
