"""Ofsted's site: search pages lead to provider pages, provider pages announce letters and reports.

A provider page has a time line; each day (`li.timeline__day`) holds `a.publication-link`, whose hidden text
(`span.nonvisual`) reads like "children's services inspection - 01 april 2022". Every label is announced:
visits, monitoring letters and whatever else Ofsted files there. Providers of type 44 are local authorities'
children's services; the number after it is the URN.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from bs4 import BeautifulSoup, Tag

from ingest.model import Link, Source
from ingest.sources.announcement import Announcement, announced, normal_label, unique, with_parameter
from ingest.sources.dates import parse_date
from ingest.sources.markup import base_of, next_page, read_html, target_of, text_of

PUBLICATION = "a.publication-link, a[href*='/v1/file/']"
_PROVIDER = re.compile(r"/provider/44/(?P<urn>\d+)/?(?:[?#]|$)")
_LABEL_END = re.compile(r"\s*(?:,\s*pdf\b|[-\N{EN DASH}:,]\s*(?:pdf\b|\d{1,2}\s)|\(pdf\b).*$", re.IGNORECASE)
"""Where the label ends and the rest begins: ", pdf - 01 April 2022", " - 01 April 2022"."""


def parse_ofsted(source: Source, url: str, body: bytes, charset: str | None) -> Announcement:
    """Return the documents of a provider page, or the pages that a search page leads to."""
    page = read_html(body, charset)
    provider = _PROVIDER.search(url)
    if provider:
        return _provider_page(source, url, page, provider["urn"])
    return _search_page(url, page)


def _search_page(url: str, page: BeautifulSoup) -> Announcement:
    base = base_of(page, url)
    addresses = [target_of(anchor, base) for anchor in page.select("a[href]")]
    providers = list(dict.fromkeys(a for a in addresses if a and _PROVIDER.search(a)))
    warnings = () if providers else (f"{url}: no link to /provider/44/...; the page may have a new layout",)
    # The search is in no order of time, so that every page of it has to be read.
    following = next_page(page, base, url) or _counted_on(url, len(providers))
    return Announcement(follow=(*providers, *([following] if following else [])), warnings=warnings)


def _counted_on(url: str, found: int) -> str | None:
    """Return the address of the next page of a search whose full page shows no link to it."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    start, rows = query.get("start", "0"), query.get("rows", "")
    if not (start.isdecimal() and rows.isdecimal() and 0 < int(rows) <= found):
        return None
    return with_parameter(url, "start", str(int(start) + int(rows)))


def _provider_page(source: Source, url: str, page: BeautifulSoup, urn: str) -> Announcement:
    base = base_of(page, url)
    heading = page.find("h1")
    provider = text_of(heading) if isinstance(heading, Tag) else ""
    gss = _gss_of(urn) or source.gss
    warnings = (
        [] if gss else [f"{url}: URN {urn} is in no authority of the reference; documents must name theirs"]
    )
    if not page.select("li.timeline__day"):
        warnings.append(f"{url}: no li.timeline__day; the page may have a new layout")
    links: list[Link] = []
    for anchor in page.select(PUBLICATION):
        hidden = anchor.select_one("span.nonvisual")
        text = text_of(hidden if hidden is not None else anchor)
        address = target_of(anchor, base)
        if address is None:
            warnings.append(f"{url}: {text or 'a publication'} has no web address; left out")
            continue
        day = anchor.find_parent("li")
        published_on = parse_date(text) or (parse_date(text_of(day)) if day is not None else None)
        if published_on is None:
            warnings.append(f"{url}: {text or address} has no readable date")
        label = normal_label(_LABEL_END.sub("", text))
        title = f"{provider}: {label}" if provider and label else provider or label
        link = announced(source, address, title=title, published_on=published_on, label=label)
        # Letter or report is read off the document; the site's label does not divide them safely.
        links.append(replace(link, kind=None, gss=gss, urn=urn))
    return Announcement(unique(links), warnings=tuple(warnings))


def _gss_of(urn: str) -> str | None:
    from ingest.reference.authorities import load

    authority = load().by_urn(urn)
    return authority.gss if authority else None
