"""What a watch would have sent: the stored documents played back, each on the day of its publication.

A text that was corrected since is taken as it stands now, and each document as found at noon of its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from ingest.alerts import Alert, Mail, Told, Watch, compose, due, match
from ingest.alerts.windows import LONDON, sending_day
from ingest.load import Reader
from ingest.model import StoryUpdate
from ingest.reference.themes import load_themes
from ingest.steps.mailing import source_health

_STORIES = """
SELECT DISTINCT l.story_id, d.published_on,
FROM story_document AS l
JOIN document AS d ON d.document_id = l.document_id AND d.is_current
WHERE d.published_on BETWEEN $start AND $end
ORDER BY d.published_on, l.story_id
"""


@dataclass(frozen=True, slots=True)
class Preview:
    """The mails of a period, in their order; one person's where a watch has several recipients."""

    start: date
    end: date
    mails: tuple[tuple[date, Mail], ...]
    """The day on which it would have been sent, and the mail."""


def preview(reader: Reader, watch: Watch, end: date, days: int, *, sensitive: bool = False) -> Preview:
    """Play back the last `days` days up to `end`, for one recipient of the watch."""
    start = end - timedelta(days=days)
    rows = reader.dicts(_STORIES, {"start": start, "end": end})
    whole = reader.story_updates({row["story_id"] for row in rows}, sensitive=sensitive)
    once = replace(
        watch, recipients=watch.recipients[:1] or ("webhook@localhost",), webhook=None, paused=False
    )
    once = replace(once, since=max(start, watch.since) if watch.since else start)
    touched: dict[date, set[str]] = {}
    for row in rows:
        touched.setdefault(row["published_on"], set()).add(row["story_id"])
    themes = {theme.theme_id: theme.name for theme in load_themes()}
    sources = source_health(reader)
    known: dict[tuple[str, str], StoryUpdate] = {}
    waiting: list[Alert] = []
    told: list[Told] = []
    mails: list[tuple[date, Mail]] = []

    def post(now: datetime) -> None:
        ready = due(waiting, [once], now)
        found = {alert.alert_id: alert.created_at for alert in ready}
        mails.extend(
            (sending_day(found[mail.alert_ids[0]], once.frequency), mail)
            for mail in compose(ready, [once], known.values(), sources, themes, now)
        )
        waiting[:] = [alert for alert in waiting if alert not in ready]

    for day in [*sorted(touched), end + timedelta(days=8)]:
        noon = datetime.combine(day, time(12), LONDON)
        post(noon)  # the digests of the windows before
        seen = list(_as_of(whole, day, touched.get(day, set())))
        alerts = match([once], seen, {}, told, day.isoformat(), noon)
        known.update({(update.story_id, update.gss): update for update in seen})
        waiting += alerts
        told += [alert.told for alert in alerts]
        if once.frequency == "immediate":
            post(noon)
    return Preview(start, end, tuple(mails))


def _as_of(updates: Sequence[StoryUpdate], day: date, story_ids: set[str]) -> Iterable[StoryUpdate]:
    """These stories as they were known on that day."""
    for update in updates:
        if update.story_id not in story_ids:
            continue
        documents = tuple(
            document
            for document in update.documents
            if document.published_on and document.published_on <= day
        )
        if not documents:
            continue
        there = {document.document_id for document in documents}
        is_judged = any(document.is_primary for document in documents) or not any(
            document.is_primary for document in update.documents
        )
        yield replace(
            update,
            documents=documents,
            findings=tuple(finding for finding in update.findings if finding.document_id in there),
            judgements=update.judgements if is_judged else (),
        )
