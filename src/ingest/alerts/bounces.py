"""Reads a mailbox (mbox file or Maildir) for the notices of mail servers that could not deliver a mail of ours.

A notice is a delivery status notification (RFC 3464). It is ours where the Message-ID of the mail that it
returns is one of ours; the delivery is the part of it before the @.
"""

from __future__ import annotations

import mailbox
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from ingest.errors import ConfigError, because
from ingest.wording import shorten, tidy

_OURS = re.compile(r"<([0-9a-f]{16})@")


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a mail server says of one recipient of a mail of ours."""

    delivery_id: str
    recipient: str
    is_permanent: bool
    """False where the server goes on trying."""
    reason: str


def read_bounces(path: Path) -> tuple[Bounce, ...]:
    """Return the bounces in the mailbox, in its order; other mails are passed over.

    Raises:
        ConfigError: there is no mailbox there, or it cannot be read.
    """
    try:
        mails = _mails(path)
    except OSError as error:
        raise ConfigError(
            f"{error.filename or path}: cannot be read: {because(error)}; mend its permissions."
        ) from error
    # The library's newer policies stumble over damaged headers, which strangers send; the oldest takes them as text.
    return tuple(bounce for mail in mails for bounce in _bounces(message_from_bytes(mail)))


def _mails(path: Path) -> list[bytes]:
    if path.is_dir() and (path / "cur").is_dir():
        files = sorted(file for part in ("cur", "new") for file in (path / part).glob("*") if file.is_file())
        return [file.read_bytes() for file in files]
    if path.is_file():
        with closing(mailbox.mbox(path, create=False)) as box:
            return [box.get_bytes(key) for key in box.iterkeys()]
    raise ConfigError(f"{path}: neither an mbox file nor a Maildir. Name the mailbox that gets bounces.")


def _bounces(notice: Message) -> Iterator[Bounce]:
    parts = list(notice.walk())
    status = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    returned = _returned_id(parts)
    if status is None or returned is None:
        return
    for group in _inside(status):
        action = str(group.get("Action", "")).strip().lower()
        code = str(group.get("Status", "")).strip()
        if action not in ("failed", "delayed"):
            continue
        recipient = str(group.get("Final-Recipient", "")).partition(";")[2].strip()
        said = str(group.get("Diagnostic-Code", "")).partition(";")[2].strip() or f"status {code}"
        yield Bounce(
            delivery_id=returned,
            recipient=tidy(recipient),
            is_permanent=action == "failed" and not code.startswith("4."),
            reason=shorten(tidy(said), 300),
        )


def _inside(part: Message) -> list[Message]:
    """The messages that a part consists of; none where it is damaged."""
    inner = part.get_payload()
    return [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []


def _returned_id(parts: Sequence[Message]) -> str | None:
    """The delivery of the returned mail: of its headers, or of the whole of it."""
    for part in parts:
        if part.get_content_type() == "text/rfc822-headers":
            found = _OURS.search(str(part.get_payload()))
        elif part.get_content_type() == "message/rfc822":
            found = next((_OURS.search(str(mail.get("Message-ID", ""))) for mail in _inside(part)), None)
        else:
            continue
        if found:
            return found[1]
    return None
