"""Addresses from outside, made safe to print and to follow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from ingest.wording import tidy

# What a mail program would turn into a link by itself: a scheme, or a name that ends like a host's.
_LOOKS_LIKE_ONE = re.compile(
    r"(?:https?://)?(?:[\w-]+\.)+[^\W\d_]{2,24}(?=[/:?#\s,;.)]|$)|https?://", re.IGNORECASE
)


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


def defanged(label: str) -> str:
    """Take the dots out of what looks like an address: a title must not seem to lead elsewhere than it does.

    Written so, GOV.UK is the name of a publisher, and the address is its own.
    """
    return _LOOKS_LIKE_ONE.sub(_without_dots, label)


def _without_dots(found: re.Match[str]) -> str:
    name = re.sub(r"https?://", "", found[0], flags=re.IGNORECASE)
    return name if name == "GOV.UK" else name.replace(".", "[.]")
