"""What an announcement page says; how every kind resolves an address and makes a Link."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit, urlunsplit

from ingest.model import Link, Source

_TRACKING = re.compile(
    r"(?:utm_\w+|at_(?:medium|campaign|\w+_\w+)|fbclid|gclid|mc_[ce]id|ns_\w+|CMP|ocid|cmpid)=", re.IGNORECASE
)
"""Parameters that mail tools, analytics and the feeds of the BBC and the Guardian add to addresses."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """The items that one page announces, and where to read on."""

    links: tuple[Link, ...] = ()
    follow: tuple[str, ...] = ()
    """Addresses of further announcement pages that have to be read: provider pages, the sitemaps of an index."""
    older: str | None = None
    """The page with the items before these, where the source lists its newest first: see `CatchUp`."""
    warnings: tuple[str, ...] = ()
    """What was not understood, each line naming the page; the rest was read all the same."""
    is_cut: bool = False
    """The page breaks off before its end, so that what it does not name may be announced all the same."""


def resolve(base: str, href: str) -> str | None:
    """Return `href` of page `base`, absolute and without fragment; None where it is no web address."""
    try:
        address = urldefrag(urljoin(base, href.strip())).url
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.netloc else None


def with_parameter(url: str, name: str, value: str) -> str:
    """Return the address with one parameter of its query set, the others as they are and in their order."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    if name in dict(query):
        query = [(key, value if key == name else old) for key, old in query]
    else:
        query.append((name, value))
    return urlunsplit(parts._replace(query=urlencode(query)))


def announced(
    source: Source, url: str, *, title: str = "", published_on: date | None = None, label: str = ""
) -> Link:
    """Return a Link with what the source's entry in the catalogue says of all its items."""
    return Link(
        source_id=source.source_id,
        url=_without_tracking(url),
        title=title,
        published_on=published_on,
        label=label,
        publisher=source.publisher,
        kind=None if source.document_kind == "other" else source.document_kind,
        gss=source.gss,
    )


def _without_tracking(url: str) -> str:
    """Return the address without what only tells a site where its reader came from: one item has one address."""
    parts = urlsplit(url)
    kept = [pair for pair in parts.query.split("&") if not _TRACKING.match(pair)]
    return url if "&".join(kept) == parts.query else urlunsplit(parts._replace(query="&".join(kept)))


def unique(links: Iterable[Link]) -> tuple[Link, ...]:
    """Return the links without those whose address came before, in order."""
    first: dict[str, Link] = {}
    for link in links:
        first.setdefault(link.url, link)
    return tuple(first.values())


def normal_label(text: str) -> str:
    """Return a type as one spelling: small letters, straight apostrophes, single spaces."""
    return " ".join(text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").casefold().split())
