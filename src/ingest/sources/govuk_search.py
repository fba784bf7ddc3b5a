"""Answers of the GOV.UK search API (https://docs.publishing.service.gov.uk/repos/search-api/)."""

from __future__ import annotations

import json
from typing import Any

from ingest.model import Link, Source
from ingest.sources.announcement import Announcement, announced, normal_label, resolve, unique
from ingest.sources.dates import parse_date


def parse_govuk_search(source: Source, url: str, body: bytes) -> Announcement:
    """Return the results; addresses are relative to the site that answered, unless they name another."""
    try:
        results = json.loads(body)["results"]
    except (ValueError, KeyError, TypeError):
        return Announcement(
            warnings=(f"{url}: not an answer of the GOV.UK search API (JSON with 'results')",)
        )
    if not isinstance(results, list):
        return Announcement(warnings=(f"{url}: 'results' is not a list",))
    links: list[Link] = []
    warnings: list[str] = []
    for number, result in enumerate(results, start=1):
        fields = result if isinstance(result, dict) else {}
        title = " ".join(_text(fields, "title").split())
        address = resolve(url, _text(fields, "link")) if _text(fields, "link") else None
        if address is None:
            warnings.append(f"{url}: result {number} ({title or 'no title'}) has no web address; left out")
            continue
        label = normal_label(
            (_text(fields, "content_store_document_type") or _text(fields, "format")).replace("_", " ")
        )
        published_on = parse_date(_text(fields, "public_timestamp"))
        links.append(announced(source, address, title=title, published_on=published_on, label=label))
    return Announcement(unique(links), warnings=tuple(warnings))


def _text(fields: dict[str, Any], key: str) -> str:
    value = fields.get(key)
    return value if isinstance(value, str) else ""
