"""What a page says of itself: title, date of publication, canonical address.

Dates come from the page's metadata, then from htmldate, which knows where sites write theirs. Neither looks at
today's date: the same page always gives the same answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup

EARLIEST, LATEST = date(1995, 1, 1), date(2100, 1, 1)
_META = (
    'meta[property="article:published_time"],meta[name="dc.date"],meta[name="DC.date.issued"],'
    'meta[name="dcterms.issued"],meta[name="DCTERMS.issued"],meta[itemprop="datePublished"],'
    'meta[name="govuk:first-published-at"]'
)
_MARKED = '[itemprop="datePublished"],time[pubdate],article time[datetime],main time[datetime]'
_DEPTH = 8
"""Levels of nested JSON-LD that are looked through."""


def title_of(soup: BeautifulSoup) -> str:
    """Return the page's heading, else what it calls itself for others, else its title; "" where it has none."""
    for selector in ("article h1", "main h1", "h1"):
        heading = soup.select_one(selector)
        if heading and (text := " ".join(heading.get_text(" ").split())):
            return text
    meta = soup.select_one('meta[property="og:title"][content]')
    if meta and str(meta["content"]).strip():
        return str(meta["content"]).strip()
    return " ".join(soup.title.get_text().split()) if soup.title else ""


def canonical_of(soup: BeautifulSoup) -> str | None:
    """Return the address that the page gives as its own."""
    link = soup.select_one('link[rel="canonical"][href]')
    return str(link["href"]) if link else None


def metadata_date(soup: BeautifulSoup) -> date | None:
    """Return the day of publication as the head of the page has it; whole page, before anything is dropped."""
    stated = [str(tag.get("content") or "") for tag in soup.select(_META)]
    for script in soup.select('script[type="application/ld+json"]'):
        stated.extend(_published_in(script.string or ""))
    return next((day for value in stated if (day := _day(value))), None)


def written_date(soup: BeautifulSoup) -> date | None:
    """Return the day of publication as it stands beside the article; of a page without its furniture."""
    marked = [str(tag.get("content") or tag.get("datetime") or "") for tag in soup.select(_MARKED)]
    return next((day for value in marked if (day := _day(value))), None) or _found(soup)


def _found(soup: BeautifulSoup) -> date | None:
    from htmldate import find_date
    from lxml import etree, html

    try:
        found = find_date(
            html.fromstring(str(soup)),
            extensive_search=False,  # it would take any date of the text for the page's own
            original_date=True,
            min_date=EARLIEST.isoformat(),
            max_date=LATEST.isoformat(),
        )
    except (etree.LxmlError, ValueError, TypeError, AttributeError, OverflowError):
        return None  # it stumbles over some damaged pages
    return date.fromisoformat(found) if found else None


def _published_in(text: str) -> Iterator[str]:
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        return
    level = [found]
    for _ in range(_DEPTH):
        below: list[Any] = []
        for node in level:
            if isinstance(node, list):
                below.extend(node)
            elif isinstance(node, dict):
                if isinstance(node.get("datePublished"), str):
                    yield node["datePublished"]
                below.extend(node.values())
        level = below


def _day(value: str) -> date | None:
    """Return the day in the United Kingdom of a time with an offset, or the day that is written."""
    match = re.match(
        r"\s*(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2}))?", value
    )
    if not match:
        return None
    try:
        day = date.fromisoformat(match[1])
        if match[2]:
            day = datetime.fromisoformat(match[1] + match[2]).astimezone(ZoneInfo("Europe/London")).date()
    except (ValueError, OverflowError):
        return None
    return day if EARLIEST <= day < LATEST else None
