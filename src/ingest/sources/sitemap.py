"""Sitemaps (https://www.sitemaps.org/protocol.html): lists of pages, indexes of lists, Google's news sitemaps.

Gzip files and plain lists of addresses are sitemaps too. Option `sitemaps`, a regular expression, says which
lists of an index are worth reading. A page's `lastmod` is when it changed, not when it was published: only a
news sitemap gives dates of publication.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

from lxml import etree

from ingest.model import Link, Source
from ingest.sources.announcement import Announcement, announced, resolve, unique
from ingest.sources.dates import parse_date
from ingest.sources.xml_text import xml_text

_ROOT = re.compile(r"<(?:\w+:)?(urlset|sitemapindex)\b", re.IGNORECASE)
_END = re.compile(r"</(?:\w+:)?(?:urlset|sitemapindex)\s*>", re.IGNORECASE)
_TAIL = 2000
"""Characters at the end among which the root element ends: comments may follow it."""


def parse_sitemap(source: Source, url: str, body: bytes, charset: str | None) -> Announcement:
    """Return the pages of a sitemap, or the sitemaps that an index leads to."""
    text, warnings = xml_text(url, body, charset)
    root = _ROOT.match(text)
    if root is None:
        return _plain(source, url, text, warnings)
    links: list[Link] = []
    follow: list[str] = []
    wanted = re.compile(source.options.get("sitemaps", ""))
    for number, (kind, fields) in enumerate(_entries(url, text, warnings), start=1):
        address = resolve(url, fields["loc"]) if fields.get("loc") else None
        if address is None:
            warnings.append(f"{url}: {kind} {number} has no web address; left out")
        elif kind == "sitemap":
            follow.append(address)
        else:
            when = fields.get("publication_date", "")
            published_on = parse_date(when)
            if when and published_on is None:
                warnings.append(f"{url}: url {number} ({address}) has an unreadable date {when!r}")
            links.append(announced(source, address, title=fields.get("title", ""), published_on=published_on))
    kept = [address for address in dict.fromkeys(follow) if wanted.search(address)]
    if follow and not kept:
        warnings.append(
            f"{url}: option sitemaps = {wanted.pattern!r} matches none of its {len(follow)} sitemaps"
        )
    if not links and not follow:
        warnings.append(f"{url}: an empty sitemap")
    is_cut = bool(links or follow) and _END.search(text, max(0, len(text) - _TAIL)) is None
    return Announcement(unique(links), tuple(kept), warnings=tuple(warnings), is_cut=is_cut)


def _entries(url: str, text: str, warnings: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield "url" or "sitemap" with the text of what stands in it, by local name."""
    events = etree.iterparse(
        BytesIO(text.encode("utf-8", "ignore")),
        events=("end",),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        encoding="utf-8",
    )
    fields: dict[str, str] = {}
    try:
        for _, element in events:
            # A damaged tag may have a name that lxml gives and then refuses to take apart.
            name = element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
            if name in ("url", "sitemap"):
                yield name, fields
                fields = {}
                element.clear()
                # What was read is dropped, so that a large sitemap takes no more than a small one.
                while element.getprevious() is not None:
                    del element.getparent()[0]
            elif element.text and name not in fields:
                fields[name] = " ".join(element.text.split())
    except etree.XMLSyntaxError as error:
        warnings.append(f"{url}: not well-formed XML: {error}; read as far as it goes")
        return
    if faults := [entry for entry in events.error_log if entry.level >= etree.ErrorLevels.ERROR]:
        warnings.append(
            f"{url}: not well-formed XML: {faults[0].message}, line {faults[0].line}; read as far as it goes"
        )


def _plain(source: Source, url: str, text: str, warnings: list[str]) -> Announcement:
    lines = text.split()
    addresses = [address for line in lines if (address := resolve("", line)) is not None]
    if not lines or len(addresses) < len(lines):
        what = (
            "an HTML page"
            if "<html" in text[:2000].lower()
            else "no urlset, sitemapindex or list of addresses"
        )
        warnings.append(f"{url}: not a sitemap ({what}); give the address of the sitemap itself")
        return Announcement(warnings=tuple(warnings))
    return Announcement(unique(announced(source, address) for address in addresses), warnings=tuple(warnings))
