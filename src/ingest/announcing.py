"""Asking a source what it announces: page by page, only as far as there can be news."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ingest.errors import FetchError
from ingest.fetch import Fetcher, Page
from ingest.model import Failure, Link, Source, Validator
from ingest.sources import parse

MOST_PAGES = 500
"""Announcement pages followed from one source in one run."""
KNOWN_IN_A_ROW = 20
"""So many known items at the end of a page, or a page of nothing else: what follows is older and known too."""
NEWEST_FIRST = ("listing", "govuk_search")
"""Kinds whose pages go back in time; those of other kinds stand beside each other, and all are read."""


@dataclass(slots=True)
class Announced:
    """What a source announces."""

    links: list[Link] = field(default_factory=list)
    validators: list[Validator] = field(default_factory=list)
    """What to remember of the pages that changed."""
    failures: list[Failure] = field(default_factory=list)
    is_every: bool = True
    """False where some pages were not read, because they are unchanged or could not be had."""
    is_whole: bool = True
    """False where items may have been missed, so that the next run has to look at all pages."""


def read_announcements(
    fetcher: Fetcher,
    source: Source,
    known: Mapping[str, Validator],
    stored: Collection[str],
    *,
    was_whole: bool,
    since: date | None = None,
) -> Announced:
    """Ask for a source's pages and return what they announce.

    Args:
        fetcher: asks for them.
        source: of any kind but `folder`.
        known: what is remembered of the source's addresses.
        stored: addresses that the source announced before.
        was_whole: all that it announced up to the last run is stored, so that reading may stop at known items.
        since: items before that day are not wanted.

    Raises:
        FetchError: the source's own page cannot be had.
    """
    found = Announced()
    queue, seen = [source.url], {source.url}
    while queue and len(seen) <= MOST_PAGES:
        url = queue.pop(0)
        validator = known.get(url)
        try:
            page = fetcher.page(url, validator)
            is_changed = page is not None
            if page is None and validator:
                found.is_every = False
                if was_whole and source.kind in NEWEST_FIRST:
                    break  # Nothing came to the front, so nothing is new behind it.
                # Unchanged as it is, it may lead to pages that are not.
                page = fetcher.kept_page(validator) or fetcher.page(url)
        except FetchError as error:
            if url == source.url:
                raise
            found.failures.append(_failure(source, url, type(error).__name__, str(error)))
            found.is_every = found.is_whole = False
            continue
        if page is None:
            continue
        follow = _read(source, page, found, since, is_changed=is_changed)
        if is_changed and source.kind in NEWEST_FIRST:
            links = found.links[-follow.count :] if follow.count else []
            if was_whole and _is_known(links, stored):
                found.is_every = False
                break
            if links and all(_is_before(link, since) for link in links):
                found.is_every = found.is_whole = False
                break
        queue.extend(address for address in follow.addresses if address not in seen)
        seen.update(follow.addresses)
    return found


@dataclass(frozen=True, slots=True)
class _Follow:
    addresses: tuple[str, ...]
    count: int
    """Items that the page announced."""


def _read(source: Source, page: Page, found: Announced, since: date | None, *, is_changed: bool) -> _Follow:
    announcement = parse(source, page.final_url, page.body, charset=page.charset)
    if is_changed:
        # How an unchanged page was encoded is not remembered: its addresses count, its titles are stored.
        found.links.extend(announcement.links)
        # A page of which not all was wanted is read again by a run that wants more.
        if not any(_is_before(link, since) for link in announcement.links):
            found.validators.append(page.validator)
        found.failures.extend(
            _failure(source, page.url, "AnnouncementWarning", warning) for warning in announcement.warnings
        )
    return _Follow(announcement.follow, len(announcement.links))


def _is_before(link: Link, since: date | None) -> bool:
    return bool(since and link.published_on and link.published_on < since)


def _is_known(links: Sequence[Link], stored: Collection[str]) -> bool:
    last = links[-KNOWN_IN_A_ROW:]
    return bool(last) and all(link.url in stored for link in last)


def _failure(source: Source, url: str, error: str, text: str) -> Failure:
    return Failure(source.source_id, url, "sources", error, text, retryable=True)
