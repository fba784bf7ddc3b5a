"""Decisions of the Local Government and Social Care Ombudsman (https://www.lgo.org.uk/decisions).

Every decision has an address like /decisions/children-s-care-services/fostering/23-001-234 and is named like
"Exampleshire County Council (23 001 234)". Decisions come out about three months after they are made, so that
the date beside one is no date of publication: it goes into the label.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bs4 import Tag

from ingest.model import Link, Source
from ingest.sources.announcement import Announcement, announced, unique
from ingest.sources.dates import parse_date
from ingest.sources.markup import base_of, next_page, read_html, target_of, text_of

DECISION = "a[href*='/decisions/' i]"
_ADDRESS = re.compile(r"/decisions/[^?#]*?/\d{2}-\d{3}-\d{3}[a-z]?(?=[/?#]|$)", re.IGNORECASE)
_NAMED = re.compile(r"(?P<body>[^()]+?)\s*\((?P<reference>\d{2} \d{3} \d{3}[a-z]?)\)")
_OUTCOME = re.compile(r"\b(?:not upheld|upheld|closed after initial enquiries|report)\b", re.IGNORECASE)


def parse_ombudsman(source: Source, url: str, body: bytes, charset: str | None) -> Announcement:
    """Return the decisions that a page of results lists."""
    page = read_html(body, charset)
    base = base_of(page, url)
    links: list[Link] = []
    for anchor in page.select(DECISION):
        address = target_of(anchor, base)
        path = _ADDRESS.search(address) if address else None
        if address is None or path is None:
            continue
        around = _around(anchor)
        named = _NAMED.search(text_of(anchor)) or _NAMED.search(around)
        outcome = _OUTCOME.search(around)
        decided = parse_date(around)
        label = ["ombudsman decision"]
        if outcome:
            label.append(outcome[0].lower())
        if decided:
            label.append(f"decided {decided.isoformat()}")
        link = announced(
            source,
            address[: path.end()],
            title=named[0] if named else text_of(anchor),
            label=", ".join(label),
        )
        links.append(replace(link, gss=_gss_of(named["body"]) if named else source.gss))
    warnings = () if links else (f"{url}: no link to a decision; the page may have a new layout",)
    return Announcement(unique(links), warnings=warnings, older=next_page(page, base, url))


def _around(anchor: Tag) -> str:
    """Return the text of the largest element that tells of this decision alone."""
    own = str(anchor.get("href")).partition("?")[0]
    around = anchor
    for parent in anchor.parents:
        others = {
            str(other["href"]).partition("?")[0]
            for other in parent.select(DECISION)
            if _ADDRESS.search(str(other["href"]))
        }
        if others - {own} or parent.name in ("body", "html", "[document]"):
            break
        around = parent
    return text_of(around)


def _gss_of(body: str) -> str | None:
    from ingest.reference.authorities import load

    authority = load().by_name(body)
    return authority.gss if authority else None
