"""Ofsted's site: search pages lead to provider pages, provider pages announce letters and reports.

A provider page has a time line; each day (`li.timeline__day`) holds `a.publication-link`, whose hidden text
(`span.nonvisual`) reads like "children's services inspection - 01 april 2022". Providers of type 44 are local
authorities' children's services; the number after it is the URN.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bs4 import BeautifulSoup, Tag

from ingest.model import Link, Source
from ingest.sources.announcement import Announcement, announced, normal_label, unique
from ingest.sources.dates import parse_date
from ingest.sources.markup import attribute, base_of, read_html, target_of, text_of

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
    further = [target_of(anchor, base) for anchor in page.select("a[href]") if _is_next(anchor)]
    following = [a for a in dict.fromkeys(further) if a and a != url][:1]
    return Announcement(follow=(*providers, *following), warnings=warnings)


def _is_next(anchor: Tag) -> bool:
    words = f"{attribute(anchor, 'aria-label')} {text_of(anchor)}".split()
    return "next" in attribute(anchor, "rel").split() or bool(words and words[0].casefold() == "next")


def _provider_page(source: Source, url: str, page: BeautifulSoup, urn: str) -> Announcement:
    base = base_of(page, url)
    heading = page.find("h1")
    provider = text_of(heading) if isinstance(heading, Tag) else ""
    gss = _gss_of(urn) or source.gss
    warnings = (
        [] if gss else [f"{url}: URN {urn} is in no authority of the reference; documents must name theirs"]
    )
    days = page.select("li.timeline__day")
    if not days:
        warnings.append(f"{url}: no li.timeline__day; the page may have a new layout")
    links: list[Link] = []
    for day in days:
        for anchor in day.select("a.publication-link"):
            hidden = anchor.select_one("span.nonvisual")
            text = text_of(hidden if hidden is not None else anchor)
            address = target_of(anchor, base)
            if address is None:
                warnings.append(f"{url}: {text or 'a publication'} has no web address; left out")
                continue
            published_on = parse_date(text) or parse_date(text_of(day))
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
