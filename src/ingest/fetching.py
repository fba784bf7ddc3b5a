"""The step that asks one source what is new and fetches that."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ingest.errors import FetchError, GoneError
from ingest.fetch import Fetcher
from ingest.health import announcing
from ingest.load import Warehouse
from ingest.load.presence import known_addresses
from ingest.model import Failure, Link, Source, Validator
from ingest.presence import Seen, settle
from ingest.running import Fetched, Order, failure
from ingest.sources import CatchUp, list_folder, parse

MOST_PAGES = 500
"""Announcement pages followed from one source in one run."""


@dataclass(frozen=True, slots=True)
class FetchStep:
    """The step that asks one source what is new and fetches that."""

    fetcher: Fetcher
    warehouse: Warehouse
    order: Order
    clock: Callable[[], datetime]

    def __call__(self, source: Source) -> Fetched:
        """Fetch one source.

        Raises:
            TransientError: its announcements cannot be had now.
        """
        reader = self.warehouse.reader
        known = reader.validators(source.source_id)
        addresses = known_addresses(reader, source.source_id)
        stored = {link.url: addresses.at_home(link) for link in reader.announcements(source.source_id)}
        links, validators, failures, pages, is_whole = self._announced(source, known, stored)
        announced = {link.url: addresses.at_home(link) for link in links}
        fresh = {url: link for url, link in announced.items() if not self._is_left_out(link)}
        snapshots = []
        gone: list[str] = []
        answered: set[str] = set()
        # Sites still serve what they announce no more; a file that is gone from a folder is gone.
        wanted = fresh if source.kind == "folder" else {**stored, **fresh}
        for link in wanted.values():
            validator = known.get(link.url)
            if link.url in addresses.left and link.url not in fresh:
                continue
            if validator and self._is_settled(source, validator):
                continue
            if validator is None and link.url not in fresh and self._is_left_out(link):
                continue
            try:
                answer = self.fetcher.item(link, validator)
            except GoneError as error:
                if validator is None:
                    failures.append(failure(link, "fetch", error))
                else:
                    gone.append(link.url)
                continue
            except FetchError as error:
                failures.append(failure(link, "fetch", error))
                continue
            answered.add(link.url)
            if answer is None:
                continue
            snapshot, kept = answer
            validators.append(kept)
            if snapshot:
                snapshots.append(snapshot)
        seen = Seen(announced, is_whole, tuple(validators), tuple(snapshots), frozenset(gone), answered)
        settled = settle(source, seen, stored, known, addresses)
        changed = [link for link in fresh.values() if stored.get(link.url) != link]
        return Fetched(
            source,
            len(fresh if is_whole else {**stored, **fresh}),
            tuple(changed),
            tuple(validators),
            settled.snapshots,
            tuple(failures),
            announcing=announcing(links, self.clock().date(), pages=len(pages), is_whole=is_whole),
            pages=tuple(pages),
            asked=len(answered) + len(gone) + sum(failure.stage == "fetch" for failure in failures),
            moves=settled.moves,
            lost=settled.lost,
            withdrawn=settled.withdrawn,
            restored=settled.restored,
        )

    def _announced(
        self, source: Source, known: dict[str, Validator], stored: Collection[str]
    ) -> tuple[list[Link], list[Validator], list[Failure], list[str], bool]:
        """Return links, what to remember of the pages, what failed, pages that were read, whether all were."""
        if source.kind == "folder":
            announcement = list_folder(Path(source.url), source.source_id)
            warnings = [_warning(source, source.url, warning) for warning in announcement.warnings]
            return list(announcement.links), [], warnings, [source.url], True
        links: list[Link] = []
        validators: list[Validator] = []
        failures: list[Failure] = []
        pages: list[str] = []
        is_whole = True
        again = self.order.full or self.order.backfill
        partial = bool(self.order.since or self.order.until)
        has_turned_all = _every_page(source.url)
        caught_up = CatchUp(
            {*stored, *known} if has_turned_all in known and not again else (),
            None if self.order.full else self.order.since,
        )
        stopped_early = False
        queue, seen = [source.url], {source.url}
        while queue and len(seen) <= MOST_PAGES:
            url = queue.pop(0)
            try:
                page = self.fetcher.page(url, None if again else known.get(url))
            except FetchError as error:
                if url == source.url:
                    raise
                failures.append(
                    Failure(
                        source.source_id, url, "sources", type(error).__name__, str(error), retryable=True
                    )
                )
                is_whole = False
                continue
            if page is None:
                is_whole = False
                continue
            announcement = parse(source, page.final_url, page.body, charset=page.charset)
            pages.append(url)
            links.extend(announcement.links)
            failures.extend(_warning(source, url, warning) for warning in announcement.warnings)
            older = caught_up.older(announcement)
            stopped_early = stopped_early or older != announcement.older
            further = announcement.follow if older is None else (*announcement.follow, older)
            follow = [address for address in further if address not in seen]
            # A page that leads on to others is asked for whole each time: unchanged, it could not lead there.
            # So is one of which items were left out: a later run wants them.
            if not follow and not partial:
                validators.append(page.validator)
            queue.extend(follow)
            seen.update(follow)
        # What lies behind the last page that is ever read counts as turned too, or each run would read all of them.
        if is_whole and not partial:
            validators.append(Validator(has_turned_all))
        return links, validators, failures, pages, is_whole and not stopped_early

    def _is_settled(self, source: Source, validator: Validator) -> bool:
        first = validator.first_fetched_at
        if self.order.full or self.order.backfill:
            return self.order.backfill
        return (
            source.kind != "folder"
            and first is not None
            and self.clock() - first > timedelta(days=source.recheck_days)
        )

    def _is_left_out(self, link: Link) -> bool:
        day, since, until = link.published_on, self.order.since, self.order.until
        return bool(day and ((since and day < since) or (until and day > until)))


def _every_page(url: str) -> str:
    """Return the key under which it is kept that a run has turned every page of a source, and stored it all."""
    return f"{url}#every-page"


def _warning(source: Source, url: str, text: str) -> Failure:
    return Failure(source.source_id, url, "sources", "AnnouncementWarning", text, retryable=True)
