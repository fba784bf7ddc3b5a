"""JSON Feed (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from ingest.model import Link, Source
from ingest.sources.announcement import Announcement, announced, resolve, unique
from ingest.sources.dates import parse_date
from ingest.sources.json_text import read_records, words


def parse_json_feed(source: Source, url: str, body: bytes) -> Announcement:
    """Return a feed's items; whatever is wrong with some of them becomes warnings."""
    feed, items, fault = read_records(body, "items")
    if fault and not items:
        return Announcement(warnings=(f"{url}: not a feed ({fault}); give the address of the feed itself",))
    warnings = [f"{url}: {fault}"] if fault else []
    links: list[Link] = []
    for number, item in enumerate(items, start=1):
        fields = item if isinstance(item, dict) else {}
        title = words(fields, "title")
        named = words(fields, "url") or words(fields, "external_url")
        # Many sites give the address as the id; one that is none does not become one by its feed's address.
        address = resolve(url, named) if named else resolve("", words(fields, "id"))
        if address is None:
            warnings.append(f"{url}: entry {number} ({title or 'no title'}) has no web address; left out")
            continue
        when = words(fields, "date_published") or words(fields, "date_modified")
        published_on = parse_date(when)
        if when and published_on is None:
            warnings.append(f"{url}: entry {number} ({title}) has an unreadable date {when!r}")
        links.append(announced(source, address, title=title, published_on=published_on))
    older = resolve(url, words(feed, "next_url")) if words(feed, "next_url") else None
    return Announcement(unique(links), warnings=tuple(warnings), older=older, is_cut=bool(fault))
