"""RSS and Atom feeds, read with feedparser; JSON Feed by its first character.

A feed that is not well-formed is read entry by entry, because feedparser's lenient mode lets one unclosed
tag swallow the entries after it: so a broken entry costs itself at most. A large feed is read in parts,
because feedparser needs many times a feed's size to hold it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from typing import Any
from xml.sax import SAXException

import feedparser

from ingest.model import Link, Source
from ingest.sources.announcement import Announcement, announced, resolve, unique
from ingest.sources.dates import parse_date
from ingest.sources.json_feed import parse_json_feed
from ingest.sources.xml_text import xml_text

WHOLE = 1_000_000
"""Characters up to which a feed is read in one go."""
PART = 100
"""Entries of a larger one that are read at a time."""

_ROOT = re.compile(r"<(rss|feed|rdf:RDF)\b[^<>]*+>", re.IGNORECASE)
_ENTRY = re.compile(r"<(item|entry)[\s>].*?(?=<\1[\s>]|\Z)", re.DOTALL | re.IGNORECASE)
_TAGS = re.compile(r"<[^>]+>")
_DECLARATION = "<?xml version='1.0' encoding='utf-8'?>"


def parse_feed(source: Source, url: str, body: bytes, charset: str | None) -> Announcement:
    """Return a feed's entries; whatever is wrong with some of them becomes warnings."""
    text, warnings = xml_text(url, body, charset)
    if text.startswith("{"):
        return parse_json_feed(source, url, body)
    root = _ROOT.search(text)
    if root is None or "<html" in text[: root.start()].lower():
        what = "an HTML page" if "<html" in text[:2000].lower() else "neither RSS, Atom nor JSON Feed"
        warnings.append(f"{url}: not a feed ({what}); give the address of the feed itself")
        return Announcement(warnings=tuple(warnings))
    older, is_cut = None, False
    feed = _read(text) if len(text) <= WHOLE else None
    if feed is not None and not _is_malformed(feed):
        entries = [(entry, "") for entry in feed.entries]
        older = next(
            (link.get("href") for link in feed.feed.get("links", ()) if link.get("rel") == "next"), None
        )
    else:
        entries = list(_in_parts(root, text))
        is_cut = not text.rstrip().endswith(f"</{root[1]}>")
        if is_cut:
            warnings.append(f"{url}: breaks off before its end; read as far as it goes")
        if feed is not None and not entries:
            warnings.append(f"{url}: not well-formed XML: {feed.bozo_exception}; no entry could be read")
    links: list[Link] = []
    for number, (entry, fault) in enumerate(entries, start=1):
        title = _title(entry)
        named = f"{url}: entry {number} ({title or 'no title'})"
        address = resolve(url, entry.get("link") or "") if entry.get("link") else None
        if address is None:
            warnings.append(f"{named} {fault or 'has no web address'}; left out")
            continue
        if fault:
            warnings.append(f"{named} {fault}; taken as far as it goes")
        when = entry.get("published") or entry.get("updated") or ""
        published_on = parse_date(when)
        if when and published_on is None:
            warnings.append(f"{named} has an unreadable date {when!r}")
        links.append(announced(source, address, title=title, published_on=published_on))
    return Announcement(
        unique(links),
        older=resolve(url, older) if older else None,
        warnings=tuple(warnings),
        is_cut=is_cut,
    )


def _read(text: str) -> Any:
    try:
        # BytesIO, because feedparser takes bare bytes for a file name first.
        return feedparser.parse(
            BytesIO((_DECLARATION + text).encode("utf-8", "ignore")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception:
        # feedparser lets its own slips through on damaged feeds (UnicodeDecodeError, RecursionError and others).
        return feedparser.FeedParserDict(
            entries=[], feed={}, bozo=True, bozo_exception=SAXException("damaged beyond reading")
        )


def _is_malformed(feed: Any) -> bool:
    # feedparser also sets `bozo` for a wrong content type or charset, which cost nothing.
    return bool(feed.bozo) and isinstance(feed.bozo_exception, SAXException)


def _in_parts(root: re.Match[str], text: str) -> Iterator[tuple[Any, str]]:
    """Yield each entry with what is wrong with it, if anything is."""
    opening, closing = root[0].removesuffix("/>").removesuffix(">") + ">", f"</{root[1]}>"
    found = [match[0] for match in _ENTRY.finditer(text, root.end())]
    size = PART if len(text) > WHOLE else 1
    for start in range(0, len(found), size):
        part = found[start : start + size]
        together = _read(opening + "".join(_closed(entry)[0] for entry in part) + closing)
        if size > 1 and not _is_malformed(together) and len(together.entries) == len(part):
            yield from ((entry, "") for entry in together.entries)
            continue
        for entry in part:
            alone, is_closed = _closed(entry)
            read = _read(opening + alone + closing)
            fault = ""
            if _is_malformed(read) or not is_closed:
                reason = getattr(read.get("bozo_exception"), "getMessage", lambda: "not closed")()
                fault = f"is malformed: {reason}"
            yield (read.entries[0] if read.entries else {}), fault


def _closed(entry: str) -> tuple[str, bool]:
    """Return an entry up to its end tag, and whether that was there."""
    name = re.match(r"<(\w+)", entry)[1]  # type: ignore[index] # it was found by that
    inner, end, _ = entry.partition(f"</{name}>")
    return f"{inner}</{name}>", bool(end)


def _title(entry: Any) -> str:
    title = entry.get("title") or ""
    if entry.get("title_detail", {}).get("type") == "text/html":
        title = _TAGS.sub("", title)
    # Titles in CDATA are escaped as HTML, whatever their type says.
    return " ".join(unescape(title).split())
