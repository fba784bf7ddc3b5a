"""The watchdog of the alerts: what should have left by now and did not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ingest.load.reader import Reader

# A digest waits for the end of its window, and half an hour; then it has two hours as anything else.
_OVERDUE = """
WITH allowed(frequency, wait) AS (
    VALUES
        ('immediate', INTERVAL 2 HOURS),
        ('daily', INTERVAL 1590 MINUTES),
        ('weekly', INTERVAL 10230 MINUTES)
)
SELECT 'document' AS what, document_id AS id, title AS words, fetched_at AS since,
FROM document
WHERE is_current AND NOT is_told AND fetched_at < $now::TIMESTAMPTZ - INTERVAL 2 HOURS
UNION ALL
SELECT 'alert', a.alert_id, a.watch_id || ': ' || (a.content->>'authority'), a.created_at,
FROM alert AS a
JOIN watch AS w USING (watch_id)
JOIN allowed AS p ON p.frequency = (w.definition->>'frequency')
WHERE
    a.composed_at IS NULL
    AND w.is_active
    AND NOT coalesce((w.definition->>'paused')::BOOLEAN, false)
    AND a.created_at < $now::TIMESTAMPTZ - p.wait
    -- What became sensitive while it waited is withheld, not late.
    AND NOT coalesce((
        SELECT bool_and(d.is_sensitive AND NOT starts_with(d.kind, 'ofsted_'))
        FROM document AS d
        WHERE
            d.is_current
            AND list_contains(
                list_transform(
                    from_json(a.content->'documents', '["VARCHAR"]'),
                    lambda version: regexp_replace(version, ':[0-9]+$', '')
                ),
                d.document_id
            )
    ), false)
UNION ALL
SELECT 'delivery', delivery_id, array_to_string(recipients, ', ') || ': ' || subject, created_at,
FROM delivery
WHERE status = 'pending' AND created_at < $now::TIMESTAMPTZ - INTERVAL 2 HOURS
ORDER BY since, id
"""


@dataclass(frozen=True, slots=True)
class Overdue:
    """One thing that waits for longer than it may."""

    what: str
    """document (no watch was asked about it), alert (no mail was made of it) or delivery (not sent)."""
    id: str
    words: str
    since: datetime


def overdue(reader: Reader, now: datetime) -> tuple[Overdue, ...]:
    """Return what is older than two hours (a digest: after its time) and not delivered, the oldest first."""
    return tuple(Overdue(**row) for row in reader.dicts(_OVERDUE, {"now": now}))
