"""Announcement page -> Links, by the kind of its source.

Parsers are imported where they are used, so that a run over a folder pays for none of them.
"""

from __future__ import annotations

from ingest.model import Source
from ingest.sources.announcement import Announcement


def parse(source: Source, url: str, body: bytes, *, charset: str | None = None) -> Announcement:
    """Return what the page at `url` (after redirects) announces; `charset` as the server declared it.

    Raises:
        ValueError: the source is a folder, which has no pages; use `list_folder`.
    """
    match source.kind:
        case "feed":
            from ingest.sources.feed import parse_feed

            return parse_feed(source, url, body, charset)
        case "listing":
            from ingest.sources.listing import parse_listing

            return parse_listing(source, url, body, charset)
        case "ofsted":
            from ingest.sources.ofsted import parse_ofsted

            return parse_ofsted(source, url, body, charset)
        case "govuk_search":
            from ingest.sources.govuk_search import parse_govuk_search

            return parse_govuk_search(source, url, body)
        case "folder":
            raise ValueError(f"source {source.source_id!r} is a folder: list it with list_folder")
