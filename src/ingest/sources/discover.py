"""What a page offers to be watched: feeds and sitemaps that it names, and lists of items in its own markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from statistics import median
from urllib.parse import urljoin

from ingest.model import SourceKind
from ingest.sources.announcement import resolve
from ingest.sources.markup import attribute, base_of, read_html, target_of

FEED_PATHS = ("feed/", "rss", "rss.xml", "feed.xml", "atom.xml", "feed.json", "?format=rss")
"""Where feeds often stand beneath a page, named or not."""
SITEMAP_PATHS = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml", "/sitemap-news.xml")
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/json")
_FEED_LINK = re.compile(r"(?:^|[/._?=-])(?:rss|atom|feed)(?:\.xml|\.json|/)?(?:$|[?&])", re.IGNORECASE)


def kind_of(url: str, body: bytes) -> SourceKind | None:
    """Return the kind of source that the bytes themselves are; None for a page that has to be looked through."""
    start = body[:3000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if body[:2] == b"\x1f\x8b" or re.search(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", start):
        return "sitemap"
    if re.search(rb"<(?:rss|feed|rdf:rdf)[\s>]", start) and b"<html" not in start:
        return "feed"
    if start.startswith(b"{"):
        return "govuk_search" if b'"results"' in body[:100_000] and "/api/search.json" in url else "feed"
    if re.search(rb"/provider/44/\d+", body):
        return "ofsted"
    if len(set(re.findall(rb"/decisions/[^\"'?#\s]*?/\d{2}-\d{3}-\d{3}", body, re.IGNORECASE))) > 1:
        return "ombudsman"
    return None


def feeds_of(url: str, body: bytes, charset: str | None) -> list[str]:
    """Return the addresses of feeds that a page names, those in its head first."""
    page = read_html(body, charset)
    base = base_of(page, url)
    named = [
        target_of(link, base)
        for link in page.select("link[rel~=alternate][href]")
        if attribute(link, "type").partition(";")[0].strip().lower() in _FEED_TYPES
        # WordPress names its interface and the comments of a page in the same way.
        and not re.search(r"/wp-json/|oembed|/comments/feed", attribute(link, "href"))
    ]
    linked = [
        target_of(anchor, base)
        for anchor in page.select("a[href]")
        if _FEED_LINK.search(attribute(anchor, "href"))
    ]
    return _distinct([*named, *linked])


def likely_feeds(url: str) -> list[str]:
    """Return where a feed of the page would stand if it followed custom."""
    beneath = url.partition("?")[0].rstrip("/") + "/"
    return _distinct(urljoin(root, path) for root in (beneath, urljoin(url, "/")) for path in FEED_PATHS)


def sitemaps_of(url: str, robots: str) -> list[str]:
    """Return the sitemaps that a robots.txt names, then those that custom would have."""
    named = re.findall(r"^\s*sitemap\s*:\s*(\S+)", robots, re.IGNORECASE | re.MULTILINE)
    return _distinct(resolve(url, address) for address in (*named, *SITEMAP_PATHS))


def usual_cadence(days: Sequence[date | None]) -> float:
    """Return the hours between two looks that suit items of these days: half the usual gap, 4 hours to a week."""
    known = sorted(day for day in days if day)
    gaps = [(later - earlier).days * 24 for earlier, later in pairwise(known)]
    return min(max(median(gaps) / 2, 4.0), 168.0) if gaps else 24.0


def _distinct(addresses: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(address for address in addresses if address))
