"""Announcement page -> Links, by the kind of its source.

Parsers are imported where they are used, so that a run over a folder pays for none of them.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.model import Source
from ingest.sources.announcement import Announcement
from ingest.sources.breaking_off import breaks_off

_IN_HTML = frozenset({"listing", "ofsted", "ombudsman"})


def parse(source: Source, url: str, body: bytes, *, charset: str | None = None) -> Announcement:
    """Return what the page at `url` (after redirects) announces; `charset` as the server declared it.

    A page that breaks off gives the items that are there, and a warning. Options `include` and `exclude`,
    regular expressions, are sought in the addresses of items.

    Raises:
        ValueError: the source is a folder, which has no pages; use `list_folder`.
    """
    if source.kind in _IN_HTML and breaks_off(body):
        # Of an item that is cut in the middle of a tag, the address would be half of one.
        found = _chosen(source, url, _parsed(source, url, body[: body.rfind(b">") + 1], charset))
        warning = f"{url}: the page breaks off before its end; the items that are there were taken"
        return replace(found, warnings=(warning, *found.warnings), is_cut=True)
    return _chosen(source, url, _parsed(source, url, body, charset))


def _parsed(source: Source, url: str, body: bytes, charset: str | None) -> Announcement:
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
            from ingest.sources.govuk_search import parse_govuk

            return parse_govuk(source, url, body)
        case "sitemap":
            from ingest.sources.sitemap import parse_sitemap

            return parse_sitemap(source, url, body, charset)
        case "ombudsman":
            from ingest.sources.ombudsman import parse_ombudsman

            return parse_ombudsman(source, url, body, charset)
        case "folder":
            raise ValueError(f"source {source.source_id!r} is a folder: list it with list_folder")


def _chosen(source: Source, url: str, found: Announcement) -> Announcement:
    include, exclude = source.options.get("include"), source.options.get("exclude")
    if not found.links or not (include or exclude):
        return found
    kept = tuple(
        link
        for link in found.links
        if (not include or re.search(include, link.url)) and not (exclude and re.search(exclude, link.url))
    )
    warnings = found.warnings
    if not kept:
        said = ", ".join(
            f"{name} = {value!r}" for name, value in (("include", include), ("exclude", exclude)) if value
        )
        warnings = (*warnings, f"{url}: options {said} leave none of its {len(found.links)} items")
    return replace(found, links=kept, warnings=warnings)
