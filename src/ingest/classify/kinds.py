"""Kind and date of a document that Ofsted did not write: news, release, notice or other."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit

from ingest.classify.dates import MONTH, parse_date
from ingest.model import DocumentKind, Extracted, Link
from ingest.reference.authorities import Gazetteer

_HEAD = 700
_WEEKDAY = r"(?:Mon|Tues?|Wednes|Thurs?|Fri|Satur|Sun)(?:day)?,?\s+"
_DATE_LINE = re.compile(
    rf"^(?:(?:last )?(?:published|posted|updated|date)(?:\s+on)?\s*:?\s*|\|\s*)?(?:{_WEEKDAY})?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s+{MONTH},?\s+\d{{4}}|{MONTH}\s+\d{{1,2}},?\s+\d{{4}}|\d{{1,2}}/\d{{1,2}}/\d{{4}})",
    re.IGNORECASE | re.MULTILINE,
)
_BYLINE = re.compile(r"^by\s+[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+){1,3}\s*$", re.MULTILINE | re.IGNORECASE)
_PUBLISHED = re.compile(r"^(?:published|posted)\b", re.MULTILINE | re.IGNORECASE)
_OWN_VOICE = re.compile(r"(?:said|added|commented)\s*:\s*[“\"‘']", re.IGNORECASE)


def other_kind(extracted: Extracted, link: Link, gazetteer: Gazetteer) -> DocumentKind:
    """Return the source's own word for it, else what the address and the head of the text show."""
    if link.kind and link.kind != "other":
        return link.kind
    host = urlsplit(link.url).hostname or ""
    if host == "www.gov.uk":
        return "government_notice"
    if host and gazetteer.by_domain(host):
        return "press_release"
    head = extracted.text[:_HEAD]
    if _BYLINE.search(head):
        return "news_article"
    if _PUBLISHED.search(head) and _OWN_VOICE.search(extracted.text):
        return "press_release"
    return "other"


def publication_date(extracted: Extracted, link: Link) -> date | None:
    """Return the date that the source announced, else the page's metadata, else its date line."""
    if link.published_on or extracted.published_on:
        return link.published_on or extracted.published_on
    line = _DATE_LINE.search(extracted.text[:_HEAD])
    return parse_date(line.group()) if line else None
