"""RSS and Atom feeds, read with feedparser.

A feed that is not well-formed is read entry by entry, because feedparser's lenient mode lets one unclosed
tag swallow the entries after it: so a broken entry costs itself at most.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from xml.sax import SAXException

import feedparser

from ingest.model import Link, Source
from ingest.sources.announcement import Announcement, announced, resolve, unique
from ingest.sources.dates import parse_date

_PROLOGUE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<\?xml[^>]*\?>")
_ROOT = re.compile(rb"<(rss|feed|rdf:RDF)\b[^>]*>", re.IGNORECASE)
_ENTRY = re.compile(rb"<(item|entry)[\s>].*?(?=<\1[\s>]|\Z)", re.DOTALL | re.IGNORECASE)
_TAGS = re.compile(r"<[^>]+>")


def parse_feed(source: Source, url: str, body: bytes, charset: str | None) -> Announcement:
    """Return a feed's entries; whatever is wrong with some of them becomes warnings."""
    feed = _read(body, charset)
    if not feed.get("version"):
        return Announcement(
            warnings=(f"{url}: not a feed (neither RSS nor Atom); give the address of the feed itself",)
        )
    warnings: list[str] = []
    entries = list(feed.entries)
    if _is_malformed(feed):
        entries, warnings = _entry_by_entry(url, body, charset)
        if not entries:
            warnings.append(f"{url}: not well-formed XML: {feed.bozo_exception}; no entry could be read")
    links: list[Link] = []
    for number, entry in enumerate(entries, start=1):
        title = _title(entry)
        address = resolve(url, entry.get("link") or "") if entry.get("link") else None
        if address is None:
            warnings.append(f"{url}: entry {number} ({title or 'no title'}) has no web address; left out")
            continue
        when = entry.get("published") or entry.get("updated") or ""
        published_on = parse_date(when)
        if when and published_on is None:
            warnings.append(f"{url}: entry {number} ({title}) has an unreadable date {when!r}")
        links.append(announced(source, address, title=title, published_on=published_on))
    return Announcement(unique(links), warnings=tuple(warnings))


def _read(body: bytes, charset: str | None) -> Any:
    headers = {"content-type": f"application/xml; charset={charset}"} if charset else {}
    try:
        # BytesIO, because feedparser takes bare bytes for a file name first.
        return feedparser.parse(
            BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception:
        # feedparser lets its own slips through on damaged bytes (UnicodeDecodeError and others).
        return feedparser.FeedParserDict(entries=[], version="", bozo=False)


def _is_malformed(feed: Any) -> bool:
    # feedparser also sets `bozo` for a wrong content type or charset, which cost nothing.
    return bool(feed.bozo) and isinstance(feed.bozo_exception, SAXException)


def _entry_by_entry(url: str, body: bytes, charset: str | None) -> tuple[list[Any], list[str]]:
    prologue, root = _PROLOGUE.match(body), _ROOT.search(body)
    name = root[1] if root else b"rss"
    opening = (prologue[0] if prologue else b"") + (root[0] if root else b"<rss version='2.0'>")
    closing = b"</" + name + b">"
    entries: list[Any] = []
    warnings: list[str] = []
    for number, match in enumerate(_ENTRY.finditer(body), start=1):
        end = b"</" + match[1] + b">"
        inner, found, _ = match[0].partition(end)
        alone = _read(opening + inner + end + closing, charset)
        entry = alone.entries[0] if alone.entries else {}
        entries.append(entry)
        if _is_malformed(alone) or not found:
            reason = getattr(alone.get("bozo_exception"), "getMessage", lambda: "not closed")()
            warnings.append(f"{url}: entry {number} ({_title(entry) or 'no title'}) is malformed: {reason}")
    return entries, warnings


def _title(entry: Any) -> str:
    title = entry.get("title") or ""
    if entry.get("title_detail", {}).get("type") == "text/html":
        title = _TAGS.sub("", title)
    return " ".join(title.split())
