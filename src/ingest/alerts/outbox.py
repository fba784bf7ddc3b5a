"""Things leave: mails over SMTP or as .eml files, webhook calls over HTTPS. One bad one does not stop the others.

A mail may arrive twice only where a server (or this program) dies between its taking it and our noting that;
its Message-ID is the same.
"""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal

from ingest.alerts.digest import Mail
from ingest.alerts.eml import file_name, write
from ingest.alerts.message import message, sender_address
from ingest.alerts.smtp import Line, PutOff, RefusedMail, reason, server_from_url
from ingest.alerts.webhook import call
from ingest.errors import ConfigError

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=4)
"""What a server put off is tried again after so long, doubled with each attempt."""
GIVE_UP = timedelta(days=5)
"""What a server puts off for so long is failed, as mail servers themselves do (RFC 5321, 4.5.4.1)."""


@dataclass(frozen=True, slots=True, repr=False)
class Post:
    """How things leave. It has no repr, so that no secret can reach a log."""

    sender: str
    outbox_dir: Path
    """Where mails are written as files while there is no `smtp_url`."""
    smtp_url: str | None = None
    unsubscribe_url: str = ""
    webhook_secret: str = ""
    per_minute: int = 0
    """Most mails a minute; 0 for no limit."""
    timeout: float = 20.0
    """Seconds without an answer."""
    sleep: Callable[[float], None] = time.sleep

    def check(self, mails: Sequence[Mail] = (), *, webhooks: bool = False) -> None:
        """See that these can leave.

        Raises:
            ConfigError: sender, SMTP address or unsubscribe address are unusable, or a secret is missing.
        """
        sender_address(self.sender)
        if self.smtp_url:
            server_from_url(self.smtp_url)
        if self.unsubscribe_url and not (
            self.unsubscribe_url.startswith("https://") and self.unsubscribe_url.isascii()
            and self.unsubscribe_url.isprintable() and not set(' <>,"') & set(self.unsubscribe_url)
        ):  # fmt: skip
            raise ConfigError(
                "INGEST_UNSUBSCRIBE_URL: not an https address. Write it like https://example.org/unsubscribe"
            )
        if (webhooks or any(mail.channel == "webhook" for mail in mails)) and not self.webhook_secret:
            raise ConfigError(
                "a watch has a webhook, and nothing to sign its calls with: set INGEST_WEBHOOK_SECRET to a long "
                "random text, and give it to the receiver."
            )


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """How a mail fared: the columns of `delivery` that change."""

    delivery_id: str
    status: Literal["sent", "pending", "failed"]
    """pending: to be tried again; failed: never again."""
    attempts: int
    error: str | None = None
    """For a sent mail: who of several recipients was refused."""
    sent_at: datetime | None = None
    next_try_at: datetime | None = None
    """For a pending mail; None: with the next run, because the fault was the line's and not the mail's."""


def send(
    mails: Iterable[Mail],
    post: Post,
    now: datetime,
    record: Callable[[DeliveryResult], None] | None = None,
) -> tuple[DeliveryResult, ...]:
    """Send each, mails over one connection as long as it holds.

    `record` is called after each, so that a run that is killed repeats at most one of them.

    Raises:
        ConfigError: as `Post.check`; nothing was sent.
    """
    waiting = list(mails)
    post.check(waiting)
    results = []
    for result in _outcomes(waiting, post, now):
        results.append(result)
        if record:
            record(result)
    return tuple(results)


def _outcomes(mails: Sequence[Mail], post: Post, now: datetime) -> Iterator[DeliveryResult]:
    letters = [mail for mail in mails if mail.channel == "email"]
    if post.smtp_url:
        yield from _over_smtp(letters, post, now)
    else:
        yield from _to_files(letters, post, now)
    for mail in mails:
        if mail.channel == "webhook":
            outcome = _tried(partial(call, mail, post.webhook_secret, now, post.timeout))
            yield _result(mail, outcome, now)


def _to_files(mails: Iterable[Mail], post: Post, now: datetime) -> Iterator[DeliveryResult]:
    for mail in mails:

        def put(mail: Mail = mail) -> None:
            content = message(mail, post.sender, now, post.unsubscribe_url).as_bytes()
            write(post.outbox_dir / file_name(mail), content)

        yield _result(mail, _tried(put), now)


def _over_smtp(mails: Iterable[Mail], post: Post, now: datetime) -> Iterator[DeliveryResult]:
    assert post.smtp_url
    line = Line(server_from_url(post.smtp_url), post.timeout, post.sleep)
    pause = 60 / post.per_minute if post.per_minute else 0.0
    origin = sender_address(post.sender).addr_spec
    free_at = 0.0
    try:
        for mail in mails:
            if pause:
                post.sleep(max(0.0, free_at - time.monotonic()))
                free_at = time.monotonic() + pause

            def hand_over(mail: Mail = mail) -> str | None:
                # Written out first: a letter that cannot be must not leave half a transaction.
                content = message(mail, post.sender, now, post.unsubscribe_url).as_bytes()
                return line.hand_over(origin, mail.recipients, content, mail.attempts)

            yield _result(mail, _tried(hand_over), now)
    finally:
        line.close()


def _tried(work: Callable[[], str | None]) -> Exception | str | None:
    """What it says, or why it failed: nothing that one mail does may stop the others."""
    try:
        return work()
    except Exception as error:
        return error


def _result(mail: Mail, outcome: Exception | str | None, now: datetime) -> DeliveryResult:
    """Temporary faults leave a mail pending; what the mail itself is guilty of fails it."""
    attempts = mail.attempts + 1
    if outcome is None or isinstance(outcome, str):
        return DeliveryResult(mail.delivery_id, "sent", attempts, outcome, now)
    said = reason(outcome)
    if isinstance(outcome, PutOff):
        if now - mail.created_at >= GIVE_UP:
            return DeliveryResult(mail.delivery_id, "failed", attempts, f"given up after 5 days: {said}")
        wait = min(FIRST_WAIT * 2 ** min(mail.attempts, 10), LONGEST_WAIT)
        return DeliveryResult(mail.delivery_id, "pending", attempts, said, next_try_at=now + wait)
    # smtplib's errors are OSErrors, too
    is_line = isinstance(outcome, OSError | smtplib.SMTPException) and not isinstance(outcome, RefusedMail)
    return DeliveryResult(mail.delivery_id, "pending" if is_line else "failed", attempts, said)
