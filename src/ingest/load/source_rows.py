"""What a source announced and answered, and how it fared, as the rows that the warehouse keeps of it."""

from __future__ import annotations

from datetime import datetime

import duckdb

from ingest.load import layout
from ingest.load.database import upsert
from ingest.load.rows import Row
from ingest.model import Batch

_RESOURCE = (
    "source_id",
    "url",
    "etag",
    "last_modified",
    "content_hash",
    "final_url",
    "first_fetched_at",
    "checked_at",
    "moved_to",
    "same_as",
    "retry_at",
)
_CHECK = (
    "run_id",
    "source_id",
    "name",
    "status",
    "announced",
    "fetched",
    "new",
    "failed",
    "message",
    "checked_at",
    "state",
    "severity",
    "is_passing",
    "problems",
    "pages_read",
    "is_whole",
    "items",
    "titled",
    "dated",
)


def write_source(connection: duckdb.DuckDBPyConnection, batch: Batch, run_id: str, now: datetime) -> None:
    """Write what the batch says of its source; to be called within a transaction."""
    links: list[Row] = [
        (k.source_id, k.url, k.title, k.published_on, k.label, k.publisher, k.kind, k.gss, k.urn, k.path)
        for k in batch.links
    ]
    upsert(connection, "announcement", layout.LINK, links, key=2)
    answers: list[Row] = [
        (
            batch.source_id,
            v.url,
            v.etag,
            v.last_modified,
            v.content_hash,
            v.final_url,
            v.first_fetched_at,
            v.checked_at,
            v.moved_to,
            v.same_as,
            v.retry_at,
        )
        for v in batch.validators
    ]
    # When an address was first fetched is never forgotten.
    upsert(connection, "resource", _RESOURCE, answers, key=2, earliest="first_fetched_at")
    check = batch.check
    if check is None:
        return
    seen = check.announcing
    row: Row = (
        run_id,
        check.source_id,
        check.name,
        check.status,
        check.announced,
        check.fetched,
        check.new,
        check.failed,
        check.message,
        now,
        check.state,
        check.severity,
        check.is_passing,
        [
            {"state": p.state, "severity": p.severity, "message": p.message, "page": p.page}
            for p in check.problems
        ],
        *((seen.pages, seen.is_whole, seen.items, seen.titled, seen.dated) if seen else (None,) * 5),
    )
    upsert(connection, "source_check", _CHECK, [row], key=2)
