"""The mail server that a URL names, and a connection to it: encrypted where it can be, always for a password."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from ingest.errors import ConfigError

_FORM = "Write INGEST_SMTP_URL like smtp://user:password@mail.example.org:587 or smtps://mail.example.org"


@dataclass(frozen=True, slots=True, repr=False)
class Server:
    """What INGEST_SMTP_URL says. It has no repr, so that the password cannot reach a log."""

    host: str
    port: int
    is_tls: bool
    """TLS from the first byte (smtps)."""
    user: str = ""
    password: str = ""
    cafile: str | None = None
    """`?cafile=PATH`: certificates to trust in place of the system's, for a server of one's own."""
    starttls: bool = True
    """`?starttls=off`: do not encrypt, for a server on the same machine."""


def server_from_url(url: str) -> Server:
    """Read smtp://[user:password@]host[:port][?cafile=PATH][&starttls=off] or smtps://...

    Raises:
        ConfigError: it is something else; the message never holds the password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ConfigError(f"INGEST_SMTP_URL: the host or port is not readable. {_FORM}.") from error
    options = {key: values[-1] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
    cafile, starttls = options.pop("cafile", None), options.pop("starttls", "on")
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/"):
        raise ConfigError(f"INGEST_SMTP_URL: not the address of a mail server. {_FORM}.")
    if options or starttls not in ("on", "off"):
        raise ConfigError(
            "INGEST_SMTP_URL: the only options are ?cafile=PATH and ?starttls=off. Mend the address."
        )
    if cafile is not None and not Path(cafile).is_file():
        raise ConfigError(
            f"INGEST_SMTP_URL: cafile {cafile!r} is not a file. Name a PEM file of certificates."
        )
    is_tls = parts.scheme == "smtps"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ConfigError(f"INGEST_SMTP_URL: a user and a password go together. {_FORM}.")
    if user and not is_tls and starttls == "off":
        raise ConfigError(
            "INGEST_SMTP_URL: starttls=off would send the password in clear. Remove one of the two."
        )
    default_port = 465 if is_tls else 587 if user else 25
    return Server(parts.hostname, port or default_port, is_tls, user, password, cafile, starttls == "on")


def connect(server: Server, timeout: float) -> smtplib.SMTP:
    """Connect, encrypt, log in.

    Raises:
        smtplib.SMTPException, OSError: the server is away, not to be trusted, or refuses the password.
    """
    if server.is_tls:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=timeout, context=_trusted(server)
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=timeout)
    try:
        connection.ehlo_or_helo_if_needed()
        if not server.is_tls and server.starttls and connection.has_extn("starttls"):
            connection.starttls(context=_trusted(server))
            connection.ehlo()
        elif server.user and not server.is_tls:
            raise smtplib.SMTPNotSupportedError(
                f"{server.host} offers no encryption (STARTTLS), so the password is not sent; use smtps://"
            )
        if server.user:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _trusted(server: Server) -> ssl.SSLContext:
    """Made only where it is needed: reading the system's certificates takes longer than ten mails."""
    return ssl.create_default_context(cafile=server.cafile)
