"""One connection for many mails: what a mail server says to each, and what is done when it says nothing.

A server's word decides: 4xx puts a mail off, 5xx refuses it for good; a broken connection says nothing of it.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress

from ingest.alerts.server import Server, connect
from ingest.wording import shorten, tidy

PATIENCE = 5
"""After so many attempts, a recipient that is put off again no longer holds back the others."""
MOST_LOSSES = 3
"""After so many broken connections on end, the rest of the mails wait for the next run."""
CONNECT_WAITS = (0.5, 2.0)
"""Seconds before a connection that failed is tried again, within one run."""
_LOGIN_WANTED = 530
"""The fault of the settings, not of the mail."""


class PutOff(smtplib.SMTPException):
    """The server will perhaps take this mail later."""


class RefusedMail(Exception):  # noqa: N818  the server's word, not a fault
    """The server will never take this mail."""


class Line:
    """One connection for many mails: opened when needed, again when it broke, but not without end."""

    def __init__(self, server: Server, timeout: float, sleep: Callable[[float], None]) -> None:
        self._server, self._timeout, self._sleep = server, timeout, sleep
        self._connection: smtplib.SMTP | None = None
        self._fault: Exception | None = None
        self._losses = 0

    def hand_over(self, origin: str, recipients: Sequence[str], content: bytes, attempts: int) -> str | None:
        """Send one mail; return which recipients were refused, if not all were.

        Raises:
            PutOff: the server said 4xx.
            RefusedMail: the server said 5xx.
            OSError, smtplib.SMTPException: the connection failed.
        """
        try:
            refused = _hand_over(self._open(), origin, recipients, content, attempts)
        except Exception as error:
            if _is_broken(error):
                self._lose(error)
            raise
        self._losses = 0
        return refused

    def close(self) -> None:
        """Say goodbye."""
        if self._connection:
            with suppress(OSError):
                self._connection.quit()

    def _open(self) -> smtplib.SMTP:
        """The connection, or why there is none: a server that is away is waited for once, not per mail."""
        if self._fault:
            raise self._fault
        if self._connection is None:
            try:
                self._connection = self._connect()
            except OSError as error:
                self._fault = error
                raise
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        for wait in CONNECT_WAITS:
            try:
                return connect(self._server, self._timeout)
            except (ssl.SSLError, smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError):
                raise  # of no use to try again
            except OSError:
                self._sleep(wait)
        return connect(self._server, self._timeout)

    def _lose(self, error: Exception) -> None:
        """Start anew for the next mail; give up after three losses on end."""
        self._losses += 1
        if self._losses >= MOST_LOSSES:
            self._fault = self._fault or error
        if self._connection:
            self._connection.close()
            self._connection = None


def _is_broken(error: Exception) -> bool:
    """Whether the connection is of no more use. (smtplib's own errors are OSErrors, too.)"""
    if isinstance(error, smtplib.SMTPException):
        return isinstance(error, smtplib.SMTPServerDisconnected)
    return isinstance(error, OSError)


def _hand_over(
    connection: smtplib.SMTP, origin: str, recipients: Sequence[str], content: bytes, attempts: int
) -> str | None:
    """One transaction; returns which recipients were refused, if any.

    A recipient that is put off (4xx) puts off the mail for all, before anyone has it, so that the next try
    repeats nothing; after `PATIENCE` tries it counts as refused.
    """
    taken = 0
    put_off: list[str] = []
    refused: list[str] = []
    _accepted(connection, *connection.mail(origin))
    for recipient in recipients:
        code, words = connection.rcpt(recipient)
        if code in (250, 251):
            taken += 1
        elif code == 421:
            raise smtplib.SMTPServerDisconnected(_said(code, words))
        else:
            (put_off if 400 <= code < 500 else refused).append(f"{recipient}: {_said(code, words)}")
    if put_off and (not taken or attempts < PATIENCE):
        connection.rset()
        raise PutOff("put off: " + "; ".join(put_off))
    if not taken:
        connection.rset()
        raise RefusedMail("refused: " + "; ".join(refused))
    _accepted(connection, *_data(connection, content))
    return "refused: " + "; ".join(refused + put_off) if refused or put_off else None


def _data(connection: smtplib.SMTP, content: bytes) -> tuple[int, bytes]:
    """Hand over a letter whose lines end in CRLF; `smtplib.SMTP.data` takes ten times as long to find its dots."""
    code, words = connection.docmd("data")
    if code != 354:
        return code, words
    end = b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
    connection.send(content.replace(b"\r\n.", b"\r\n..") + end)
    return connection.getreply()


def _accepted(connection: smtplib.SMTP, code: int, words: bytes) -> None:
    if 200 <= code < 300:
        return
    if code == 421:
        raise smtplib.SMTPServerDisconnected(_said(code, words))
    connection.rset()
    if code == _LOGIN_WANTED:
        raise smtplib.SMTPException(f"the server wants a user and password: {_said(code, words)}")
    if 500 <= code < 600:
        raise RefusedMail(f"refused: {_said(code, words)}")
    raise PutOff(f"put off: {_said(code, words)}")


def _said(code: int, words: bytes) -> str:
    return f"{code} {words.decode('utf-8', 'replace')}"


def reason(error: BaseException) -> str:
    """One line for the column `error`."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the server's certificate is not trusted ({error.verify_message}); see ?cafile= in the README"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"the server refuses the user or password ({error.smtp_code}); check INGEST_SMTP_URL"
    if isinstance(error, smtplib.SMTPResponseException):
        words = (
            error.smtp_error.decode("utf-8", "replace")
            if isinstance(error.smtp_error, bytes)
            else error.smtp_error
        )
        return shorten(tidy(f"{error.smtp_code} {words}"), 300)
    if isinstance(error, TimeoutError):
        return "the mail server did not answer in time"
    return shorten(tidy(str(error)) or type(error).__name__, 300)
