"""Which alerts are due, and the mails that they make: one per watch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ingest.alerts import view
from ingest.alerts.matching import LONDON
from ingest.alerts.render import render
from ingest.alerts.told import Alert
from ingest.alerts.watch import Watch
from ingest.model import SourceCheck, StoryUpdate, make_id

_CAPS = ((1, 12), (5, 6))
"""Up to so many stories in a mail, so many findings of one polarity are quoted of each."""
_LEAST = 3


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one watch: a row of the table `delivery`."""

    delivery_id: str
    watch_id: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    alert_ids: tuple[str, ...] = ()
    """Not kept in `delivery`: the alerts point to it. Empty in a mail that is read back to be sent again."""
    attempts: int = 0


def due(
    alerts: Iterable[Alert], watches: Sequence[Watch], last: Mapping[str, datetime], now: datetime
) -> tuple[Alert, ...]:
    """Of the waiting alerts, those to be mailed now.

    An immediate watch gets all of them; a daily one once per calendar day of London, counted from its last
    delivery (`last`, by watch name). Alerts of a watch that is no longer there stay where they are.
    """
    today = now.astimezone(LONDON).date()
    open_watches = {
        watch.name
        for watch in watches
        if watch.frequency == "immediate"
        or watch.name not in last
        or last[watch.name].astimezone(LONDON).date() < today
    }
    return tuple(alert for alert in alerts if alert.watch_id in open_watches)


def compose(
    alerts: Iterable[Alert],
    watches: Sequence[Watch],
    updates: Iterable[StoryUpdate],
    checks: Sequence[SourceCheck],
    theme_names: Mapping[str, str],
) -> tuple[Mail, ...]:
    """Make one mail per watch, in the order of watches.

    `updates` holds the stories of these alerts as they stand now, those of earlier runs too; an alert whose
    story is not among them is left waiting. The same alerts give the same delivery_id.
    """
    known = {(update.story_id, update.gss): update for update in updates}
    waiting: defaultdict[str, list[Alert]] = defaultdict(list)
    for alert in alerts:
        if (alert.story_id, alert.gss) in known:
            waiting[alert.watch_id].append(alert)
    health = view.checks(checks)
    return tuple(
        _mail(watch, waiting[watch.name], known, health, theme_names)
        for watch in watches
        if watch.name in waiting
    )


def _mail(
    watch: Watch,
    alerts: Sequence[Alert],
    known: Mapping[tuple[str, str], StoryUpdate],
    health: view.Checks,
    theme_names: Mapping[str, str],
) -> Mail:
    stories: defaultdict[tuple[str, str], list[Alert]] = defaultdict(list)
    for alert in sorted(alerts, key=lambda alert: (alert.created_at, alert.alert_id)):
        stories[alert.story_id, alert.gss].append(alert)
    cap = next((cap for stories_up_to, cap in _CAPS if len(stories) <= stories_up_to), _LEAST)
    ordered = sorted(stories, key=lambda key: _order(known[key]))
    items = [view.item(watch, known[key], stories[key], theme_names, cap) for key in ordered]
    rendered = render(watch, items, health)
    alert_ids = tuple(sorted(alert.alert_id for alert in alerts))
    return Mail(
        delivery_id=make_id("delivery", watch.name, *alert_ids),
        watch_id=watch.name,
        recipients=watch.recipients,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        alert_ids=alert_ids,
    )


def _order(update: StoryUpdate) -> tuple[str, str, str]:
    """By authority, then by time."""
    day = update.started_on or update.first_published_on
    return update.authority, day.isoformat() if day else "", update.story_id
