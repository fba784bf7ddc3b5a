"""Alerts from the warehouse to the outbox: match, store, compose, store, send, note; in that order.

Rows are in the tables before anything leaves, so a run that is killed repeats at most one mail and loses none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ingest.alerts import (
    Alert,
    Mail,
    Post,
    Told,
    Watch,
    compose,
    due,
    load_watches,
    match,
    quiet,
    send,
)
from ingest.alerts.watch import Frequency
from ingest.alerts.windows import day_of, last_window
from ingest.load import Reader, Warehouse
from ingest.model import SourceHealth, make_id
from ingest.reference.authorities import load as load_gazetteer
from ingest.reference.themes import load_themes
from ingest.settings import Settings

_DIGESTS: tuple[Frequency, ...] = ("daily", "weekly")


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail of this run, for the summary."""

    watches: tuple[str, ...]
    recipients: tuple[str, ...]
    subject: str
    status: str
    error: str | None


def read_watches(path: Path, *, is_named: bool = False) -> tuple[Watch, ...]:
    """Read the watches; no file means that nobody watches, unless the user named one.

    Raises:
        ConfigError: the file is unusable; names watch, key and remedy.
    """
    return load_watches(path, load_gazetteer(), load_themes()) if is_named or path.exists() else ()


def check_mailing(settings: Settings, watches_file: Path) -> None:
    """See before a run that its mails can be written.

    Raises:
        ConfigError: watches, SMTP address, sender or webhooks are unusable.
    """
    is_named = watches_file == settings.watches_file and "watches_file" in settings.model_fields_set
    watches = read_watches(watches_file, is_named=is_named)
    post_of(settings).check(webhooks=any(watch.webhook for watch in watches))


def post_of(settings: Settings) -> Post:
    """How things leave by these settings."""
    return Post(
        sender=settings.mail_from,
        outbox_dir=settings.data_dir / "outbox",
        smtp_url=settings.smtp_url.get_secret_value() if settings.smtp_url else None,
        unsubscribe_url=settings.unsubscribe_url,
        webhook_secret=settings.webhook_secret.get_secret_value() if settings.webhook_secret else "",
        per_minute=settings.mails_per_minute,
    )


def send_alerts(
    settings: Settings,
    watches_file: Path,
    warehouse: Warehouse,
    run_id: str,
    clock: Callable[[], datetime],
) -> list[SentMail]:
    """Tell every watch what is new to it, and send again what could not be sent before.

    Raises:
        ConfigError: watches, SMTP address or sender are unusable; nothing was sent.
    """
    return tell(settings, read_watches(watches_file), warehouse, run_id, clock())


def tell(
    settings: Settings, watches: Sequence[Watch], warehouse: Warehouse, run_id: str, now: datetime
) -> list[SentMail]:
    """Do what `send_alerts` does, for watches that were read before."""
    began = warehouse.watch_began(
        [(watch.name, watch.since, watch.definition()) for watch in watches], day_of(now)
    )
    _match(warehouse, watches, began, run_id, now, settings.allow_sensitive)
    _compose(warehouse, watches, now, settings.allow_sensitive)
    _say_quiet(warehouse, watches, began, now)
    return send_pending(warehouse, post_of(settings), now)


def enqueue(
    warehouse: Warehouse,
    kind: str,
    recipients: Sequence[str],
    key: str,
    subject: str,
    text: str,
    html: str = "",
    *,
    now: datetime,
) -> None:
    """Put a mail of any kind into the outbox, one for each recipient; the same kind and key enters once."""
    mails = [
        Mail(make_id("delivery", kind, recipient, key), kind, (recipient,), subject, text, html, now)
        for recipient in dict.fromkeys(recipients)
    ]
    warehouse.enqueue([outbox_row(mail) for mail in mails], now)


def send_pending(warehouse: Warehouse, post: Post, now: datetime) -> list[SentMail]:
    """Send what the outbox holds and is to be tried now.

    Webhook calls that wait from a time when there was a secret go on waiting while there is none.

    Raises:
        ConfigError: SMTP address or sender are unusable; nothing was sent.
    """
    post.check()
    waiting = [
        row for row in warehouse.pending_deliveries(now) if row["channel"] != "webhook" or post.webhook_secret
    ]
    if not waiting:
        return []
    with warehouse.delivery_journal() as journal:
        results = send(_mails(warehouse, waiting), post, now, journal)
    return [
        SentMail(tuple(row["watches"]), tuple(row["recipients"]), row["subject"], result.status, result.error)
        for row, result in zip(waiting, results, strict=True)
    ]


def source_health(reader: Reader) -> tuple[SourceHealth, ...]:
    """How each source stands: what its last check found, and when it was last well."""
    rows = reader.dicts(
        "SELECT name, severity <> 'error' AS is_healthy, last_checked_at AS checked_at, last_good_at, message "
        "FROM source_health ORDER BY source_id"
    )
    return tuple(SourceHealth(**row) for row in rows)


# ---------------------------------------------------------------- steps


def _match(
    warehouse: Warehouse,
    watches: Sequence[Watch],
    began: Mapping[str, date],
    run_id: str,
    now: datetime,
    sensitive: bool,
) -> None:
    untold = warehouse.reader.untold()
    if not untold:
        return
    updates = warehouse.reader.updates(untold, sensitive=sensitive)
    told = [Told.read(**row) for row in warehouse.told([update.gss for update in updates])]
    alerts = match(watches, updates, began, told, run_id, now)
    silent = {watch.name for watch in watches if not (watch.recipients or watch.webhook)}
    warehouse.record_alerts(
        [{**asdict(alert), "composed_at": now if alert.watch_id in silent else None} for alert in alerts],
        told_all=True,
    )


def _compose(warehouse: Warehouse, watches: Sequence[Watch], now: datetime, sensitive: bool) -> None:
    ready = due([_alert(row) for row in warehouse.waiting_alerts()], watches, now)
    if not ready:
        return
    reader = warehouse.reader
    updates = reader.story_updates({alert.story_id for alert in ready}, sensitive=sensitive)
    there = {(update.story_id, update.gss) for update in updates}
    moved = [alert.told.document_ids for alert in ready if (alert.story_id, alert.gss) not in there]
    if moved:
        updates += reader.updates(frozenset().union(*moved), sensitive=sensitive)
    themes = {theme.theme_id: theme.name for theme in load_themes()}
    mails = compose(ready, watches, updates, source_health(reader), themes, now)
    composed = sorted({alert_id for mail in mails for alert_id in mail.alert_ids})
    warehouse.enqueue([outbox_row(mail) for mail in mails], now, composed)


def _say_quiet(
    warehouse: Warehouse, watches: Sequence[Watch], began: Mapping[str, date], now: datetime
) -> None:
    if any(watch.quiet for watch in watches):
        busy = {frequency: warehouse.alerted(*last_window(now, frequency)) for frequency in _DIGESTS}
        mails = quiet(watches, busy, began, source_health(warehouse.reader), now)
        warehouse.enqueue([outbox_row(mail) for mail in mails], now)


# ---------------------------------------------------------------- rows


def _alert(row: Mapping[str, Any]) -> Alert:
    return Alert(**{name: row[name] for name in Alert.__dataclass_fields__})


_AT_ONCE = 256
"""Mails whose bodies are in memory together."""
_BODIES = {"text": "body_text", "html": "body_html"}


def outbox_row(mail: Mail) -> dict[str, object]:
    """Return the row of `delivery` that a mail begins as."""
    row = {_BODIES.get(name, name): getattr(mail, name) for name in Mail.__dataclass_fields__}
    return row | {"status": "pending", "error": None, "next_try_at": None, "sent_at": None}


def _mails(warehouse: Warehouse, rows: Sequence[Mapping[str, Any]]) -> Iterator[Mail]:
    """The mails of these rows; their bodies, which are long, are fetched as they are needed."""
    names = Mail.__dataclass_fields__.keys() - {*_BODIES, "alert_ids"}
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        bodies = warehouse.delivery_bodies([row["delivery_id"] for row in part])
        for row in part:
            text, html = bodies[row["delivery_id"]]
            lists = {name: tuple(row[name]) for name in ("recipients", "watches")}
            yield Mail(**{name: row[name] for name in names} | lists, text=text, html=html)
