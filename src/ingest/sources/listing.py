"""HTML listing pages (newsrooms, press offices), read with the CSS selectors of the catalogue.

Options: `item` (one announced thing), and within it `link` (default: the first link), `title` (default: the
link's text), `date` (optional; a `datetime` attribute wins over text) with `date_format` (as in
`time.strptime`, for sites that do not write dates the British way); `next`, the link to the next page.
"""

from __future__ import annotations

from bs4 import Tag

from ingest.model import Link, Source
from ingest.sources.announcement import Announcement, announced, unique
from ingest.sources.dates import parse_date
from ingest.sources.markup import attribute, base_of, read_html, target_of, text_of

INNER = ("link", "title", "date")
"""Options that are looked for within an item."""


def parse_listing(source: Source, url: str, body: bytes, charset: str | None) -> Announcement:
    """Return the items of a listing page; a selector that matches nothing becomes a warning that names it."""
    page = read_html(body, charset)
    base, options = base_of(page, url), source.options
    items = page.select(options["item"])
    warnings = [] if items else [_no_match(url, "item", options["item"])]
    inner = [name for name in INNER if name in options]
    matched: set[str] = set()
    links: list[Link] = []
    for number, item in enumerate(items, start=1):
        parts = {name: item.select_one(options[name]) for name in inner}
        matched.update(name for name, part in parts.items() if part is not None)
        anchor = parts["link"] if "link" in parts else _first_link(item)
        address = target_of(anchor, base) if anchor is not None else None
        if anchor is None or address is None:
            warnings.append(f"{url}: item {number} ({text_of(item)[:60]}) has no web address; left out")
            continue
        title = text_of(parts.get("title") or anchor)
        when = _date_text(parts.get("date"))
        published_on = parse_date(when, options.get("date_format"))
        if when and published_on is None:
            warnings.append(f"{url}: item {number} ({title[:60]}) has an unreadable date {when[:40]!r}")
        links.append(announced(source, address, title=title, published_on=published_on))
    if items:
        warnings.extend(_no_match(url, name, options[name]) for name in inner if name not in matched)
    following = page.select_one(options["next"]) if "next" in options else None
    # The last page has no next one, so that this selector may match nothing without a warning.
    further = target_of(following, base) if following is not None else None
    return Announcement(
        unique(links), warnings=tuple(warnings), older=further if further and further != url else None
    )


def _no_match(url: str, name: str, selector: str) -> str:
    return f"{url}: selector {name} = {selector!r} matches nothing; the page may have a new layout"


def _first_link(item: Tag) -> Tag | None:
    return item if item.name == "a" else item.select_one("a[href]")


def _date_text(element: Tag | None) -> str:
    if element is None:
        return ""
    return attribute(element, "datetime") or text_of(element)
