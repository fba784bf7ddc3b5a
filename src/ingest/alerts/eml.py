"""Mails as files, for as long as no mail server is set; and how a file is written whole."""

from __future__ import annotations

import os
import re
import unicodedata
from contextlib import suppress
from pathlib import Path

from ingest.alerts.digest import Mail


def file_name(mail: Mail) -> str:
    """The same delivery has the same name, whenever it is written."""
    return f"{mail.delivery_id}-{slug(mail.subject) or 'mail'}.eml"


def slug(words: str) -> str:
    """Words as a file's name may hold them: at most 60 letters, digits and hyphens; may be empty."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-")


def write(path: Path, content: bytes) -> None:
    """Whole or not at all, also when the machine stops.

    Raises:
        OSError: the disk refused.
    """
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
