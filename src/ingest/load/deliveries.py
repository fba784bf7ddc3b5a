"""The outbox as a person looks at it."""

from __future__ import annotations

from typing import Any

from ingest.load.reader import Reader


def delivery_rows(reader: Reader, *, everything: bool, most: int) -> list[dict[str, Any]]:
    """Return what did not arrive, or everything, the newest first."""
    return reader.dicts(
        """
        SELECT delivery_id, kind, channel, recipients, subject, status, attempts, error, created_at, next_try_at
        FROM delivery
        WHERE $everything OR status <> 'sent'
        ORDER BY created_at DESC, delivery_id
        LIMIT $most
        """,
        {"everything": everything, "most": most},
    )
