"""Which alerts are due, and the mails that they make: one per person, whatever the number of watches."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from ingest.alerts import payload, view
from ingest.alerts.health import health
from ingest.alerts.render import Rendered, render, render_quiet
from ingest.alerts.told import Alert, originals
from ingest.alerts.watch import Frequency, Watch
from ingest.alerts.windows import LONDON, day_of, is_due, last_window, window_end
from ingest.model import SourceHealth, StoryUpdate, make_id

Channel = Literal["email", "webhook"]

_CAPS = ((1, 12), (5, 6))
"""Up to so many stories in a mail, so many findings of one polarity are quoted of each."""
_LEAST = 3


@dataclass(frozen=True, slots=True)
class Mail:
    """One thing to be sent: a row of the table `delivery`.

    Its id comes from what it tells to whom, so that the same mail is stored and sent once.
    """

    delivery_id: str
    kind: str
    """alert, digest, quiet; or another room's word for a mail of its own."""
    recipients: tuple[str, ...]
    subject: str
    text: str
    """Of a webhook: the JSON."""
    html: str
    created_at: datetime
    channel: Channel = "email"
    watches: tuple[str, ...] = ()
    alert_ids: tuple[str, ...] = ()
    """Empty in a mail that is read back to be sent again."""
    attempts: int = 0


def due(alerts: Iterable[Alert], watches: Sequence[Watch], now: datetime) -> tuple[Alert, ...]:
    """Of the waiting alerts, those to be mailed now.

    An immediate watch gets all of them; a digest those whose window was closed and is to be sent by now.
    Alerts of a watch that is paused or no longer there stay where they are.
    """
    frequency: dict[str, Frequency] = {watch.name: watch.frequency for watch in watches if not watch.paused}
    return tuple(
        alert
        for alert in alerts
        if alert.watch_id in frequency and is_due(alert.created_at, frequency[alert.watch_id], now)
    )


def compose(
    alerts: Iterable[Alert],
    watches: Sequence[Watch],
    updates: Iterable[StoryUpdate],
    sources: Sequence[SourceHealth],
    theme_names: Mapping[str, str],
    now: datetime,
) -> tuple[Mail, ...]:
    """Return the mails and webhook calls that these alerts make, in the order of the watches.

    One for each outlet and digest window (for immediate watches: each run). The same arguments make the
    same mails. An alert whose story is not among the updates, by this id or another, is left out.
    """
    known = {(update.story_id, update.gss): update for update in updates}
    by_name = {watch.name: watch for watch in watches}
    order = {watch.name: number for number, watch in enumerate(watches)}
    groups: defaultdict[tuple[Channel, str, str], list[tuple[Alert, StoryUpdate]]] = defaultdict(list)
    ready = [alert for alert in alerts if alert.watch_id in by_name]
    for alert in sorted(ready, key=lambda one: (order[one.watch_id], one.created_at, one.alert_id)):
        update = _story_now(alert, known)
        if update is None:
            continue
        watch = by_name[alert.watch_id]
        slot = _slot(alert, watch.frequency)
        for recipient in watch.recipients:
            groups["email", recipient, slot].append((alert, update))
        if watch.webhook:
            groups["webhook", watch.webhook, slot].append((alert, update))
    return tuple(
        _mail(channel, target, group, by_name, sources, theme_names, now)
        for (channel, target, _), group in groups.items()
    )


def quiet(
    watches: Sequence[Watch],
    busy: Mapping[Frequency, Collection[str]],
    began: Mapping[str, date],
    sources: Sequence[SourceHealth],
    now: datetime,
) -> tuple[Mail, ...]:
    """Return the mails that say "nothing new" of the last window, to those who asked for them.

    `busy` names, by frequency, the watches that have an alert in their last window; `began` the day on
    which each watch began: of a window that was open then already, nothing is said.
    """
    groups: defaultdict[tuple[str, datetime, datetime], list[Watch]] = defaultdict(list)
    told: set[tuple[str, datetime]] = set()
    for watch in watches:
        if watch.frequency == "immediate" or watch.paused:
            continue
        start, end = last_window(now, watch.frequency)
        for recipient in watch.recipients:
            if watch.name in busy.get(watch.frequency, ()):
                told.add((recipient, end))
            elif watch.quiet and began.get(watch.name, day_of(now)) <= start.date():
                groups[recipient, start, end].append(watch)
    mails = []
    for (recipient, start, end), mine in groups.items():
        if (recipient, end) in told:
            continue
        said = render_quiet(mine, health(sources), start, end)
        key = make_id("quiet", recipient, start.isoformat(), end.isoformat())
        mails.append(_made("quiet", "email", recipient, key, said, mine, now))
    return tuple(mails)


def _slot(alert: Alert, frequency: Frequency) -> str:
    if frequency == "immediate":
        return f"at {alert.created_at.astimezone(LONDON).isoformat()}"
    return f"until {window_end(alert.created_at, frequency).isoformat()}"


def _story_now(alert: Alert, known: Mapping[tuple[str, str], StoryUpdate]) -> StoryUpdate | None:
    """The story as it stands: while an alert waited, it may have got another id, as when its letter came."""
    same = known.get((alert.story_id, alert.gss))
    if same:
        return same
    told = alert.told.document_ids
    return next(
        (
            update
            for (_, gss), update in known.items()
            if gss == alert.gss and not told.isdisjoint(originals(update.documents))
        ),
        None,
    )


def _mail(
    channel: Channel,
    target: str,
    group: Sequence[tuple[Alert, StoryUpdate]],
    by_name: Mapping[str, Watch],
    sources: Sequence[SourceHealth],
    theme_names: Mapping[str, str],
    now: datetime,
) -> Mail:
    stories: dict[tuple[str, str], tuple[StoryUpdate, list[Alert]]] = {}
    for alert, update in group:
        stories.setdefault((update.story_id, update.gss), (update, []))[1].append(alert)
    watches = [by_name[name] for name in dict.fromkeys(alert.watch_id for alert, _ in group)]
    cap = next((cap for stories_up_to, cap in _CAPS if len(stories) <= stories_up_to), _LEAST)
    items = [
        view.item(watches, update, alerts, theme_names, cap)
        for update, alerts in sorted(stories.values(), key=lambda story: _order(story[0]))
    ]
    alert_ids = tuple(sorted({alert.alert_id for alert, _ in group}))
    key = make_id("delivery", channel, target, *alert_ids)
    kind = "alert" if watches[0].frequency == "immediate" else "digest"
    said = render(watches, items, health(sources))
    if channel == "webhook":
        body = payload.payload(key, said.subject, watches, items)
        said = Rendered(said.subject, json.dumps(body, ensure_ascii=False, sort_keys=True), "")
    return _made(kind, channel, target, key, said, watches, now, alert_ids)


def _made(
    kind: str,
    channel: Channel,
    target: str,
    key: str,
    said: Rendered,
    watches: Sequence[Watch],
    now: datetime,
    alert_ids: tuple[str, ...] = (),
) -> Mail:
    return Mail(
        delivery_id=key,
        kind=kind,
        recipients=(target,),
        subject=said.subject,
        text=said.text,
        html=said.html,
        created_at=now,
        channel=channel,
        watches=tuple(watch.name for watch in watches),
        alert_ids=alert_ids,
    )


def _order(update: StoryUpdate) -> tuple[str, str, str]:
    """By authority, then by time."""
    day = update.started_on or update.first_published_on
    return update.authority, day.isoformat() if day else "", update.story_id
