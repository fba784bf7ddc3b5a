"""Things leave: mails over SMTP or as .eml files, webhook calls over HTTPS. One bad one does not stop the others.

A mail may arrive twice only where a server (or this program) dies between its taking it and our noting that;
its Message-ID is the same.
"""

from __future__ import annotations

import smtplib
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from ingest.alerts.digest import Mail
from ingest.alerts.eml import file_name, write
from ingest.alerts.message import message, sender_address
from ingest.alerts.server import server_from_url
from ingest.alerts.smtp import Line, PutOff, RefusedMail, reason
from ingest.alerts.webhook import call
from ingest.errors import ConfigError
from ingest.model import DeliveryResult

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=4)
"""What a server put off is tried again after so long, doubled with each attempt."""
_AHEAD = 4
"""Letters that wait to be sent."""
_Item = TypeVar("_Item")
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
    timer: Callable[[], float] = time.monotonic

    def check(self, *, webhooks: bool = False) -> None:
        """See that mails can leave, and webhook calls where there are any.

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
        if webhooks and not self.webhook_secret:
            raise ConfigError(
                "a watch has a webhook, and nothing to sign its calls with: set INGEST_WEBHOOK_SECRET to a long "
                "random text, and give it to the receiver."
            )


class Journal(Protocol):
    """Remembers, past the end of this process, what is being sent and how it fared."""

    def begin(self, delivery_id: str, attempts: int) -> None:
        """It is handed over now, for the time that `attempts` says."""

    def done(self, result: DeliveryResult) -> None:
        """It fared so."""


def send(
    mails: Iterable[Mail], post: Post, now: datetime, journal: Journal | None = None
) -> tuple[DeliveryResult, ...]:
    """Send each in turn, mails over one connection as long as it holds.

    While the server answers, another thread takes the next mails and writes their letters.

    The post is to be checked before (`Post.check`).
    """
    results = []
    with closing(_Outlets(post, now)) as outlets:
        for mail, letter in _ahead(_written(mails, post, now)):
            outlets.wait(mail)
            if journal:
                journal.begin(mail.delivery_id, mail.attempts + 1)
            result = _result(mail, _tried(partial(outlets.hand_over, mail, letter)), now)
            if journal:
                journal.done(result)
            results.append(result)
    return tuple(results)


class _Outlets:
    """Where things leave: the mail server, connected to when it is first needed; files; webhooks."""

    def __init__(self, post: Post, now: datetime) -> None:
        self._post, self._now, self._began = post, now, post.timer()
        self._line = Line(server_from_url(post.smtp_url), post.timeout, post.sleep) if post.smtp_url else None
        self._origin = sender_address(post.sender).addr_spec
        self._free_at = 0.0

    def wait(self, mail: Mail) -> None:
        """Keep to the limit of mails a minute."""
        if self._post.per_minute and self._line and mail.channel == "email":
            self._post.sleep(max(0.0, self._free_at - self._post.timer()))
            self._free_at = self._post.timer() + 60 / self._post.per_minute

    def hand_over(self, mail: Mail, letter: bytes | Exception) -> str | None:
        """Return who of several recipients was refused; raises what stood against it."""
        if isinstance(letter, Exception):
            raise letter
        if mail.channel == "webhook":
            # A receiver refuses an old signature, and the mails before this call may have taken an hour.
            at = self._now + timedelta(seconds=self._post.timer() - self._began)
            call(mail, self._post.webhook_secret, at, self._post.timeout)
        elif self._line:
            return self._line.hand_over(self._origin, mail.recipients, letter, mail.attempts)
        else:
            write(self._post.outbox_dir / file_name(mail), letter)
        return None

    def close(self) -> None:
        """Say goodbye to the mail server."""
        if self._line:
            self._line.close()


def _written(mails: Iterable[Mail], post: Post, now: datetime) -> Iterator[tuple[Mail, bytes | Exception]]:
    """Write each letter, or say why it cannot be: before its transaction, which must not be left half done."""
    for mail in mails:
        if mail.channel == "webhook":
            yield mail, b""
        else:
            yield mail, _tried(partial(message, mail, post.sender, now, post.unsubscribe_url))


def _ahead(items: Iterator[_Item]) -> Iterator[_Item]:
    """Take items in a thread of their own, a few before they are asked for."""
    with ThreadPoolExecutor(1) as thread:
        coming = deque(thread.submit(next, items, None) for _ in range(_AHEAD))
        while (item := coming.popleft().result()) is not None:
            coming.append(thread.submit(next, items, None))
            yield item


def _tried(work: Callable[[], _Item]) -> _Item | Exception:
    """What it gives, or why it failed: nothing that one mail does may stop the others."""
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
