"""Alerts from the warehouse to the outbox: match, store, compose, store, send, note; in that order.

Rows are in the tables before a mail leaves, so a run that is killed repeats at most one mail and loses none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.alerts import Alert, DeliveryResult, Mail, Told, Watch, compose, due, load_watches, match, send
from ingest.load import Warehouse
from ingest.model import SourceCheck, make_id
from ingest.reference.authorities import load as load_gazetteer
from ingest.reference.themes import load_themes
from ingest.settings import Settings

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail of this run, for the summary."""

    watch_id: str
    recipients: tuple[str, ...]
    subject: str
    status: str
    error: str | None


def read_watches(path: Path) -> tuple[Watch, ...]:
    """Read the watches; no file means that nobody watches.

    Raises:
        ConfigError: the file is unusable; names watch, key and remedy.
    """
    return load_watches(path, load_gazetteer(), load_themes()) if path.exists() else ()


def check_mailing(settings: Settings, watches_file: Path) -> None:
    """See before a run that its mails can be written.

    Raises:
        ConfigError: watches, SMTP address or sender are unusable.
    """
    read_watches(watches_file)
    send([], smtp_url=_smtp_url(settings), outbox_dir=settings.data_dir, sender=settings.mail_from, now=EPOCH)


def send_alerts(
    settings: Settings,
    watches_file: Path,
    warehouse: Warehouse,
    run_id: str,
    checks: Sequence[SourceCheck],
    clock: Callable[[], datetime],
) -> list[SentMail]:
    """Tell every watch what is new to it, and send again what could not be sent before.

    Raises:
        ConfigError: watches, SMTP address or sender are unusable; nothing was sent.
    """
    watches = read_watches(watches_file)
    now = clock()
    began = warehouse.watch_began(
        [(watch.name, watch.since, watch.definition()) for watch in watches], now.date()
    )
    told = [Told.read(**row) for row in warehouse.told()]
    sensitive = settings.allow_sensitive
    _match(warehouse, watches, began, told, run_id, now, sensitive)
    _compose(warehouse, watches, checks, now, sensitive)
    pending = {mail.delivery_id: mail for mail in (_mail(row) for row in warehouse.pending_deliveries())}
    sent: list[SentMail] = []

    def note(result: DeliveryResult) -> None:
        warehouse.delivery_done(result.delivery_id, result.status, result.error, now)
        mail = pending[result.delivery_id]
        sent.append(SentMail(mail.watch_id, mail.recipients, mail.subject, result.status, result.error))

    send(
        list(pending.values()),
        smtp_url=_smtp_url(settings),
        outbox_dir=settings.data_dir / "outbox",
        sender=settings.mail_from,
        now=now,
        record=note,
    )
    return sent


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
        Mail(make_id("delivery", kind, recipient, key), kind, (recipient,), subject, text, html)
        for recipient in dict.fromkeys(recipients)
    ]
    warehouse.record([], [_delivery(mail, now) for mail in mails])


def _match(
    warehouse: Warehouse,
    watches: Sequence[Watch],
    began: Mapping[str, Any],
    told: Sequence[Told],
    run_id: str,
    now: datetime,
    sensitive: bool,
) -> None:
    updates = warehouse.reader.updates(warehouse.reader.untold(), sensitive=sensitive)
    alerts = match(watches, updates, began, told, run_id, now)
    warehouse.record([{**_row(alert), "delivery_id": None} for alert in alerts], told_all=True)


def _compose(
    warehouse: Warehouse,
    watches: Sequence[Watch],
    checks: Sequence[SourceCheck],
    now: datetime,
    sensitive: bool,
) -> None:
    waiting = [_alert(row) for row in warehouse.waiting_alerts()]
    last = {watch.name: at for watch in watches if (at := warehouse.last_delivery(watch.name)) is not None}
    ready = due(waiting, watches, last, now)
    if not ready:
        return
    updates = warehouse.reader.story_updates({alert.story_id for alert in ready}, sensitive=sensitive)
    themes = {theme.theme_id: theme.name for theme in load_themes()}
    by_id = {alert.alert_id: alert for alert in ready}
    for mail in compose(ready, watches, updates, checks, themes):
        alerts = [{**_row(by_id[i]), "delivery_id": mail.delivery_id} for i in mail.alert_ids]
        warehouse.record(alerts, [_delivery(mail, now)])


def _smtp_url(settings: Settings) -> str | None:
    return settings.smtp_url.get_secret_value() if settings.smtp_url else None


def _row(alert: Alert) -> dict[str, object]:
    return asdict(alert)


def _alert(row: Mapping[str, Any]) -> Alert:
    return Alert(**{name: row[name] for name in Alert.__dataclass_fields__})


def _delivery(mail: Mail, now: datetime) -> dict[str, object]:
    return {
        "delivery_id": mail.delivery_id,
        "watch_id": mail.watch_id,
        "recipients": list(mail.recipients),
        "subject": mail.subject,
        "body_text": mail.text,
        "body_html": mail.html,
        "status": "pending",
        "attempts": 0,
        "error": None,
        "created_at": now,
        "sent_at": None,
    }


def _mail(row: Mapping[str, Any]) -> Mail:
    return Mail(
        delivery_id=row["delivery_id"],
        watch_id=row["watch_id"],
        recipients=tuple(row["recipients"]),
        subject=row["subject"],
        text=row["body_text"],
        html=row["body_html"],
        attempts=row["attempts"],
    )
