"""Which addresses are one page's: what its permanent redirects and its canonical link (RFC 6596) say.

A canonical link is believed only where it says what nobody could doubt: the same address without the marks
that newsletters and social media add. Too many sites name their front page as the home of every article.
"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

_HEAD = 64 * 1024
"""Bytes of a page in which its canonical link is looked for."""
_LINK = re.compile(rb"<link\b[^>]{0,2000}>", re.IGNORECASE)
_REL = re.compile(
    rb"""\brel\s*=\s*(?:"[^"]*\bcanonical\b[^"]*"|'[^']*\bcanonical\b[^']*'|canonical\b)""", re.I
)
_HREF = re.compile(rb"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.IGNORECASE)
_FROM_HEADER = re.compile(r"<([^>]*)>\s*;[^,]*\brel\s*=\s*\"?canonical\b", re.IGNORECASE)
_MARKS = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|at_\w+|cmp|ns_\w+|_hs\w+|mkt_tok|xtor",
    re.IGNORECASE,
)
"""Query parameters that say where a reader came from: Google's, Meta's, Microsoft's, Mailchimp's, the BBC's,
the Guardian's, HubSpot's, Marketo's, AT Internet's."""


def canonical_link(body: bytes, link_header: str, final_url: str) -> str | None:
    """Return the address that a page names as its own, absolute; None where it names none."""
    href = None
    for link in _LINK.finditer(body, 0, _HEAD):
        if _REL.search(link[0]) and (found := _HREF.search(link[0])):
            href = unescape(
                next(group for group in found.groups() if group is not None).decode("utf-8", "replace")
            )
            break
    if href is None and (named := _FROM_HEADER.search(link_header)):
        href = named[1]
    if href is None:
        return None
    try:
        return urldefrag(urljoin(final_url, href.strip())).url
    except ValueError:
        return None


def is_same_page(url: str, canonical: str) -> bool:
    """Return whether two addresses differ only in scheme, `www.`, a last slash, or marks of a reader's way."""
    try:
        return _essence(url) == _essence(canonical)
    except ValueError:
        return False


def _essence(url: str) -> tuple[str, int | None, str, tuple[tuple[str, str], ...]]:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    port = None if parts.port in (80, 443) else parts.port
    query = tuple(
        sorted(
            pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _MARKS.fullmatch(pair[0])
        )
    )
    return host, port, parts.path.rstrip("/"), query
