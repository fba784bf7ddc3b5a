"""A mail as RFC 5322 has it: both bodies, a stable Message-ID, and headers that cannot be forged."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import quote

from ingest.alerts.digest import Mail
from ingest.alerts.watches import ADDRESS
from ingest.errors import ConfigError
from ingest.wording import tidy


def message(mail: Mail, sender: str, now: datetime) -> EmailMessage:
    """Build the message. Its Message-ID depends on the delivery alone, so that a repeat is recognisable.

    Raises:
        ConfigError: the sender is not a mail address.
    """
    origin = sender_address(sender)
    made = EmailMessage(policy=SMTP)
    made["From"] = origin
    made["To"] = tuple(Address(addr_spec=recipient) for recipient in mail.recipients)
    made["Subject"] = tidy(mail.subject)
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{mail.delivery_id}@{origin.domain}>"
    made["Auto-Submitted"] = "auto-generated"
    made["List-Unsubscribe"] = f"<mailto:{origin.addr_spec}?subject={quote('stop ' + mail.watch_id)}>"
    made.set_content(mail.text, cte="quoted-printable")
    made.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    made.set_boundary(f"=_{mail.delivery_id}")  # "=_" cannot occur in quoted-printable
    return made


def sender_address(sender: str) -> Address:
    """Read "name@example.org" or "A Name <name@example.org>".

    Raises:
        ConfigError: it is neither.
    """
    name, plain = parseaddr(sender)
    if not sender.isprintable() or not ADDRESS.fullmatch(plain):
        raise ConfigError(
            f"sender {sender!r} is not a mail address. Set INGEST_MAIL_FROM to one like alerts@example.org."
        )
    return Address(display_name=name, addr_spec=plain)
