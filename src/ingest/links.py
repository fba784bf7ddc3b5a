"""Addresses from outside, made safe to print and to follow."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from ingest.wording import tidy


@dataclass(frozen=True, slots=True)
class Address:
    """A link that is safe to follow; where it is not, `href` is None and `text` is only printed."""

    text: str
    href: str | None
    host: str


def address(url: str, page: int | None = None) -> Address:
    """Only plain http and https addresses become links; `user@host` tricks and others are printed as text."""
    text = tidy(url)
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna").decode("ascii") if parts.hostname else ""
        is_safe = parts.scheme in ("http", "https") and bool(host) and "@" not in parts.netloc
    except ValueError:  # a broken port, bracket or host name
        host, is_safe = "", False
    if not is_safe or " " in text or '"' in text or "<" in text:
        return Address(text, None, "")
    if page and not parts.fragment:
        text = f"{text}#page={page}"
    return Address(text, text, host)
