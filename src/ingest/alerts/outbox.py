"""Mails leave: over SMTP, or as .eml files where no server is set. One bad mail does not stop the others.

A mail may arrive twice only where a server dies between taking it and saying so; its Message-ID is the same.
"""

from __future__ import annotations

import os
import re
import smtplib
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

from ingest.alerts.digest import Mail
from ingest.alerts.message import message, sender_address
from ingest.alerts.smtp import Server, connect, reason, server_from_url

PATIENCE = 5
"""After so many attempts, a recipient that is put off again no longer holds back the others."""
MOST_LOSSES = 3
"""After so many broken connections on end, the rest of the mails wait for the next run."""
_LOGIN_WANTED = 530
"""The fault of the settings, not of the mail."""


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """How a mail fared: the columns of `delivery` that change."""

    delivery_id: str
    status: Literal["sent", "pending", "failed"]
    """pending: try again on the next run; failed: never again."""
    attempts: int
    error: str | None = None
    """For a sent mail: who of several recipients was refused."""
    sent_at: datetime | None = None


def send(
    mails: Iterable[Mail],
    *,
    smtp_url: str | None,
    outbox_dir: Path,
    sender: str,
    now: datetime,
    timeout: float = 20.0,
    record: Callable[[DeliveryResult], None] | None = None,
) -> tuple[DeliveryResult, ...]:
    """Send each mail, over one connection as long as it holds, or write it to `outbox_dir`.

    `record` is called after each mail, so that a run that is killed repeats at most one of them.

    Raises:
        ConfigError: `smtp_url` or `sender` is unusable; nothing was sent.
    """
    sender_address(sender)
    server = server_from_url(smtp_url) if smtp_url else None
    results = []
    outcomes = (
        _over_smtp(mails, server, sender, now, timeout)
        if server
        else _to_files(mails, outbox_dir, sender, now)
    )
    for result in outcomes:
        results.append(result)
        if record:
            record(result)
    return tuple(results)


def _result(mail: Mail, outcome: Exception | str | None, now: datetime) -> DeliveryResult:
    """Temporary faults leave a mail pending; what the mail itself is guilty of fails it."""
    attempts = mail.attempts + 1
    if outcome is None or isinstance(outcome, str):
        return DeliveryResult(mail.delivery_id, "sent", attempts, outcome, now)
    is_temporary = isinstance(outcome, OSError)  # smtplib's errors are OSErrors, too
    return DeliveryResult(
        mail.delivery_id, "pending" if is_temporary else "failed", attempts, reason(outcome)
    )


class _Refused(Exception):  # noqa: N818  the server's word, and never leaves this module
    """The server will never take this mail."""


# ---------------------------------------------------------------- files


def _to_files(mails: Iterable[Mail], folder: Path, sender: str, now: datetime) -> Iterator[DeliveryResult]:
    for mail in mails:
        fault: Exception | None = None
        try:
            _write(folder / file_name(mail), message(mail, sender, now).as_bytes())
        except Exception as error:
            fault = error
        yield _result(mail, fault, now)


def file_name(mail: Mail) -> str:
    """The same delivery has the same name, whenever it is written."""
    plain = unicodedata.normalize("NFKD", mail.subject).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-")
    return f"{mail.delivery_id}-{slug or 'mail'}.eml"


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, also when the machine stops."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


# ---------------------------------------------------------------- SMTP


def _over_smtp(
    mails: Iterable[Mail], server: Server, sender: str, now: datetime, timeout: float
) -> Iterator[DeliveryResult]:
    line = _Line(server, timeout)
    try:
        for mail in mails:
            outcome: Exception | str | None
            try:
                letter = message(mail, sender, now)
                content = (
                    letter.as_bytes()
                )  # a letter that cannot be written must not leave half a transaction
                outcome = _hand_over(line.open(), letter, content, mail)
                line.losses = 0
            except Exception as error:
                outcome = error
                if _is_broken(error):
                    line.lose(error)
            yield _result(mail, outcome, now)
    finally:
        line.close()


class _Line:
    """One connection for many mails: opened when needed, again when it broke, but not without end."""

    def __init__(self, server: Server, timeout: float) -> None:
        self._server, self._timeout = server, timeout
        self._connection: smtplib.SMTP | None = None
        self._fault: Exception | None = None
        self.losses = 0

    def open(self) -> smtplib.SMTP:
        """The connection, or why there is none: a server that is away is waited for once, not per mail."""
        if self._fault:
            raise self._fault
        if self._connection is None:
            try:
                self._connection = connect(self._server, self._timeout)
            except OSError as error:
                self._fault = error
                raise
        return self._connection

    def lose(self, error: Exception) -> None:
        """Start anew for the next mail; give up after three losses on end."""
        self.losses += 1
        if self.losses >= MOST_LOSSES:
            self._fault = self._fault or error
        if self._connection:
            self._connection.close()
            self._connection = None

    def close(self) -> None:
        """Say goodbye."""
        if self._connection:
            with suppress(OSError):
                self._connection.quit()


def _is_broken(error: Exception) -> bool:
    """Whether the connection is of no more use. (smtplib's own errors are OSErrors, too.)"""
    if isinstance(error, smtplib.SMTPException):
        return isinstance(error, smtplib.SMTPServerDisconnected)
    return isinstance(error, OSError)


def _hand_over(connection: smtplib.SMTP, letter: EmailMessage, content: bytes, mail: Mail) -> str | None:
    """One transaction; returns which recipients were refused, if any.

    A recipient that is put off (4xx) puts off the mail for all, before anyone has it, so that the next try
    repeats nothing; after `PATIENCE` tries it counts as refused.
    """
    origin = letter["From"].addresses[0].addr_spec
    taken = 0
    put_off: list[str] = []
    refused: list[str] = []
    _accepted(connection, *connection.mail(origin))
    for recipient in mail.recipients:
        code, words = connection.rcpt(recipient)
        if code in (250, 251):
            taken += 1
        elif code == 421:
            raise smtplib.SMTPServerDisconnected(_said(code, words))
        else:
            (put_off if 400 <= code < 500 else refused).append(f"{recipient}: {_said(code, words)}")
    if put_off and (not taken or mail.attempts < PATIENCE):
        connection.rset()
        raise smtplib.SMTPException("put off: " + "; ".join(put_off))
    if not taken:
        connection.rset()
        raise _Refused("refused: " + "; ".join(refused))
    try:
        code, words = connection.data(content)
    except smtplib.SMTPDataError as error:
        code, words = error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b""
    _accepted(connection, code, words)
    return "refused: " + "; ".join(refused + put_off) if refused or put_off else None


def _accepted(connection: smtplib.SMTP, code: int, words: bytes) -> None:
    if 200 <= code < 300:
        return
    if code == 421:
        raise smtplib.SMTPServerDisconnected(_said(code, words))
    connection.rset()
    if 500 <= code < 600 and code != _LOGIN_WANTED:
        raise _Refused(f"refused: {_said(code, words)}")
    raise smtplib.SMTPException(f"put off: {_said(code, words)}")


def _said(code: int, words: bytes) -> str:
    return f"{code} {words.decode('utf-8', 'replace')}"
