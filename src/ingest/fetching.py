"""The step that asks one source what is new and fetches that."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from ingest.errors import FetchError
from ingest.fetch import Fetcher
from ingest.load import Warehouse
from ingest.model import Failure, Link, Source, Validator
from ingest.running import Fetched, failure
from ingest.sources import CatchUp, list_folder, parse

MOST_PAGES = 500
"""Announcement pages followed from one source in one run."""


@dataclass(frozen=True, slots=True)
class FetchStep:
    """The step that asks one source what is new and fetches that."""

    fetcher: Fetcher
    warehouse: Warehouse
    since: date | None
    full: bool
    clock: Callable[[], datetime]

    def __call__(self, source: Source) -> Fetched:
        """Fetch one source.

        Raises:
            TransientError: its announcements cannot be had now.
        """
        known = self.warehouse.reader.validators(source.source_id)
        stored = {link.url: link for link in self.warehouse.reader.announcements(source.source_id)}
        links, validators, failures, is_whole = self._announced(source, known, stored)
        fresh = {link.url: link for link in links if not self._is_old(link)}
        snapshots = []
        # Sites still serve what they announce no more; a file that is gone from a folder is gone.
        wanted = fresh if source.kind == "folder" else {**stored, **fresh}
        for link in wanted.values():
            validator = known.get(link.url)
            if validator and not self.full and self._is_settled(source, validator):
                continue
            if validator is None and link.url not in fresh and self._is_old(link):
                continue
            try:
                answer = self.fetcher.item(link, validator)
            except FetchError as error:
                failures.append(failure(link, "fetch", error))
                continue
            if answer is None:
                continue
            snapshot, kept = answer
            validators.append(kept)
            if snapshot:
                snapshots.append(snapshot)
        changed = tuple(link for link in fresh.values() if stored.get(link.url) != link)
        return Fetched(
            source,
            len(fresh if is_whole else {**stored, **fresh}),
            changed,
            tuple(validators),
            tuple(snapshots),
            tuple(failures),
        )

    def _announced(
        self, source: Source, known: dict[str, Validator], stored: Collection[str]
    ) -> tuple[list[Link], list[Validator], list[Failure], bool]:
        """Return links, what to remember of the pages, what failed, and whether every page was read."""
        if source.kind == "folder":
            announcement = list_folder(Path(source.url), source.source_id)
            warnings = [_warning(source, source.url, warning) for warning in announcement.warnings]
            return list(announcement.links), [], warnings, True
        links: list[Link] = []
        validators: list[Validator] = []
        failures: list[Failure] = []
        is_whole = True
        has_turned_all = _every_page(source.url)
        caught_up = CatchUp(
            {*stored, *known} if has_turned_all in known and not self.full else (),
            None if self.full else self.since,
        )
        stopped_early = False
        queue, seen = [source.url], {source.url}
        while queue and len(seen) <= MOST_PAGES:
            url = queue.pop(0)
            try:
                page = self.fetcher.page(url, None if self.full else known.get(url))
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
            links.extend(announcement.links)
            failures.extend(_warning(source, url, warning) for warning in announcement.warnings)
            older = caught_up.older(announcement)
            stopped_early = stopped_early or older != announcement.older
            further = announcement.follow if older is None else (*announcement.follow, older)
            follow = [address for address in further if address not in seen]
            # A page that leads on to others is asked for whole each time: unchanged, it could not lead there.
            # So is one behind which a later run, from an earlier day on, will have to read.
            if not follow and (older == announcement.older or not self.since):
                validators.append(page.validator)
            queue.extend(follow)
            seen.update(follow)
        # What lies behind the last page that is ever read counts as turned too, or each run would read all of them.
        if is_whole and not self.since:
            validators.append(Validator(has_turned_all))
        return links, validators, failures, is_whole and not stopped_early

    def _is_settled(self, source: Source, validator: Validator) -> bool:
        first = validator.first_fetched_at
        return (
            source.kind != "folder"
            and first is not None
            and self.clock() - first > timedelta(days=source.recheck_days)
        )

    def _is_old(self, link: Link) -> bool:
        return bool(self.since and link.published_on and link.published_on < self.since)


def _every_page(url: str) -> str:
    """Return the key under which it is kept that a run has turned every page of a source, and stored it all."""
    return f"{url}#every-page"


def _warning(source: Source, url: str, text: str) -> Failure:
    return Failure(source.source_id, url, "sources", "AnnouncementWarning", text, retryable=True)
