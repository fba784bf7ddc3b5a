"""When each source is asked next, from what it yields: a rule without network, database or clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from ingest.load import Poll
from ingest.model import Source
from ingest.steps.running import Fetched

_SLACK = 0.1
"""A source counts as due when a tenth of its interval is missing: schedules do not keep time to the second."""
_GROWTH, _SHRINKAGE = 1.5, 0.5


def next_poll(
    before: Poll | None, fetched: Fetched, *, has_news: bool, now: datetime, floor: float, ceiling: float
) -> Poll | None:
    """Return when a source is to be asked next; None where it cannot be said, because it gave no answer.

    With news the interval halves, without it grows by half, between `floor` and `ceiling` (minutes). A source
    that failed keeps its interval and stays due.
    """
    if fetched.error:
        return before
    minutes = before.minutes if before else floor
    minutes *= _SHRINKAGE if has_news else _GROWTH if before else 1.0
    minutes = min(max(minutes, floor), ceiling)
    return Poll(
        source_id=fetched.source.source_id,
        minutes=minutes,
        due_at=now + timedelta(minutes=minutes),
        last_new_at=now if has_news else before.last_new_at if before else None,
        is_whole=fetched.is_whole,
    )


def split_due(
    sources: Sequence[Source], polls: Mapping[str, Poll], now: datetime
) -> tuple[tuple[Source, ...], tuple[Poll, ...]]:
    """Return the sources that are due, and of the others when they will be; folders always are."""
    waiting = {
        source.source_id: poll
        for source in sources
        if source.kind != "folder"
        and (poll := polls.get(source.source_id))
        and now < poll.due_at - timedelta(minutes=_SLACK * poll.minutes)
    }
    due = tuple(source for source in sources if source.source_id not in waiting)
    return due, tuple(sorted(waiting.values(), key=lambda poll: (poll.due_at, poll.source_id)))
