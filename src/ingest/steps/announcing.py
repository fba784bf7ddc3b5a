"""Asking a source what it announces: page by page, only as far as there can be news."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from ingest.errors import FetchError, UnreadableError, fault_of_ours
from ingest.fetch import Fetcher, Page
from ingest.model import Failure, Link, Source, Validator
from ingest.sources import Announcement, CatchUp, parse
from ingest.steps.running import Order

MOST_PAGES = 500
"""Announcement pages of one source that are asked for in one run."""


@dataclass(slots=True)
class Announced:
    """What a source announces."""

    links: list[Link] = field(default_factory=list)
    validators: list[Validator] = field(default_factory=list)
    """What to remember of the pages that changed."""
    failures: list[Failure] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    """Addresses of the pages that were read because they had changed."""
    is_every: bool = True
    """False where some pages were not read: unchanged, behind known items, or not to be had."""
    is_cut: bool = False
    """True where a page broke off before its end."""
    is_whole: bool = True
    """False where items may have been missed, so that the next run has to look at all pages."""


def read_announcements(
    fetcher: Fetcher,
    source: Source,
    known: Mapping[str, Validator],
    stored: Collection[str],
    order: Order,
    *,
    was_whole: bool,
) -> Announced:
    """Ask for a source's pages and return what they announce.

    Args:
        fetcher: asks for them.
        source: of any kind but `folder`.
        known: what is remembered of the source's addresses.
        stored: addresses that the source announced before.
        order: what the run is to do; in a full run or a backfill every page is read, whatever is known.
        was_whole: all that it announced up to the last run is stored, so that reading may stop at known items.

    Raises:
        FetchError: the source's own page cannot be had.
        UnreadableError: a rule of ours failed on it.
    """
    again = order.full or order.backfill
    partial = bool(order.since or order.until)
    caught_up = CatchUp(stored if was_whole and not again else (), None if order.full else order.since)
    found = Announced(is_whole=not partial)
    queue, seen, asked = deque([source.url]), {source.url}, 0
    while queue and asked < MOST_PAGES:
        url, asked = queue.popleft(), asked + 1
        validator = None if again else known.get(url)
        try:
            page = fetcher.page(url, validator)
            is_changed = page is not None
            if page is None and validator:
                found.is_every = False
                # Unchanged as it is, it may lead to pages that are not.
                page = fetcher.kept_page(validator) or fetcher.page(url)
            announcement = _parsed(source, page) if page else None
        except (FetchError, UnreadableError) as error:
            if url == source.url:
                raise
            found.failures.append(_failure(source, url, type(error).__name__, str(error)))
            found.is_every = found.is_whole = False
            continue
        if page is None or announcement is None:
            continue
        if page.cut:
            told = f"{page.url}: only a part of it came ({page.cut}); its items were taken, the next run reads it whole"
            announcement = replace(announcement, warnings=(told,), is_cut=True)
        if announcement.is_cut:
            found.is_cut, found.is_every, found.is_whole = True, False, False
        if is_changed:
            _take(found, source, page, announcement, partial=partial)
            older = caught_up.older(announcement)
        else:
            # Nothing came to the front, so nothing is new behind it.
            older = None if was_whole else announcement.older
        found.is_every = found.is_every and older == announcement.older
        follow = announcement.follow if older is None else (*announcement.follow, older)
        queue.extend(address for address in dict.fromkeys(follow) if address not in seen)
        seen.update(follow)
    if queue:
        found.is_every = found.is_whole = False
        told = f"more than {MOST_PAGES} pages: the rest was not read; narrow the source"
        found.failures.append(_failure(source, source.url, "AnnouncementWarning", told))
    return found


def _parsed(source: Source, page: Page) -> Announcement:
    """Read a page; what we cannot cope with on one must not take the other sources with it."""
    try:
        return parse(source, page.final_url, page.body, charset=page.charset)
    except Exception as error:
        raise UnreadableError(f"{page.url}: {fault_of_ours(error)}") from error


def _take(found: Announced, source: Source, page: Page, announcement: Announcement, *, partial: bool) -> None:
    found.pages.append(page.url)
    found.links.extend(announcement.links)
    # A page of which not all was wanted, or came, is read again by the next run.
    if not (partial or announcement.is_cut):
        found.validators.append(page.validator)
    found.failures.extend(
        _failure(source, page.url, "AnnouncementWarning", warning) for warning in announcement.warnings
    )


def _failure(source: Source, url: str, error: str, text: str) -> Failure:
    return Failure(source.source_id, url, "sources", error, text, retryable=True)
