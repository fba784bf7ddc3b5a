"""The history of a source as `ingest.steps.health` judges it, its outages, and what the operator was told of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import duckdb

from ingest.load.database import upsert
from ingest.load.reader import Reader
from ingest.model import Announcing, Failure, History, Outage, StoredText

CHECKS, TEXTS = 20, 60
"""How far back a source's history is looked at, in checks and in documents."""
DAYS = 90
"""Checks that are older say nothing any more: what changed for good is the usual thing by then."""

_CHECKS = f"""
SELECT pages_read AS pages, is_whole, items, titled, dated,
FROM source_check
WHERE
    source_id = $source_id
    AND run_id <> $run_id
    AND pages_read > 0
    AND severity <> 'error'
    AND checked_at > $now::TIMESTAMPTZ - INTERVAL {DAYS} DAY
ORDER BY checked_at DESC
LIMIT {CHECKS}
"""  # noqa: S608
_TEXTS = f"""
SELECT run_id, kind, length(text) AS length, published_on IS NOT NULL AS is_dated, text_hash,
FROM document
WHERE source_id = $source_id AND is_current
ORDER BY fetched_at DESC, document_id
LIMIT {TEXTS}
"""  # noqa: S608
_SINCE = """
SELECT min(checked_at) AS first_checked_at, max(checked_at) FILTER (new > 0) AS last_new_at,
FROM source_check
WHERE source_id = ?
"""
_DEAD = """
SELECT source_id, url, stage, error, message, content_hash, retryable,
FROM quarantine
WHERE resolved_run_id IS NULL AND source_id = ? AND stage = 'extract' AND error = 'LayoutError'
ORDER BY url
"""
_DAYS = f"""
SELECT DISTINCT published_on,
FROM announcement
WHERE source_id = $source_id AND published_on <= $now::TIMESTAMPTZ::DATE
ORDER BY published_on DESC
LIMIT {CHECKS}
"""  # noqa: S608
_OUTAGES = """
SELECT o.*,
FROM source_outage AS o
LEFT JOIN (
    SELECT source_id, began_run_id, list(what) AS told,
    FROM operator_notice
    GROUP BY ALL
) AS n USING (source_id, began_run_id)
WHERE
    (o.ended_at IS NULL AND NOT coalesce(list_contains(n.told, 'broke'), false))
    OR (
        o.ended_at IS NOT NULL
        AND list_contains(n.told, 'broke')
        AND NOT list_contains(n.told, 'recovered')
    )
ORDER BY o.ended_at IS NOT NULL, o.began_at, o.source_id
"""


def source_history(reader: Reader, source_id: str, run_id: str, now: datetime) -> History:
    """Return what the check of a source in this run is to be judged by."""
    about = {"source_id": source_id, "run_id": run_id, "now": now}
    (since,) = reader.dicts(_SINCE, [source_id])
    return History(
        checks=tuple(Announcing(**row) for row in reader.dicts(_CHECKS, about)),
        texts=tuple(StoredText(**row) for row in reader.dicts(_TEXTS, {"source_id": source_id})),
        days=tuple(row["published_on"] for row in reader.dicts(_DAYS, {"source_id": source_id, "now": now})),
        dead=tuple(Failure(**row) for row in reader.dicts(_DEAD, [source_id])),
        **since,
    )


def untold_outages(reader: Reader) -> tuple[Outage, ...]:
    """Return the outages of which a notice is due: what broke first, then what recovered.

    What broke and recovered before the operator was told of it is of no use to anyone.
    """
    return tuple(Outage(**row) for row in reader.dicts(_OUTAGES))


def note_told(connection: duckdb.DuckDBPyConnection, outages: Sequence[Outage], at: datetime) -> None:
    """Note that the operator is told of these outages; to be called within a transaction."""
    columns = ("source_id", "began_run_id", "what", "told_at")
    rows = [(outage.source_id, outage.began_run_id, outage.what, at) for outage in outages]
    upsert(connection, "operator_notice", columns, rows, key=3)
