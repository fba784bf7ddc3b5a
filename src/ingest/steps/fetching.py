"""The step that asks one source what is new and fetches that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from threading import Lock

from ingest.errors import FetchError, GoneError, TransientError
from ingest.fetch import Arrived, Fetcher
from ingest.load import Poll
from ingest.load.presence import known_addresses
from ingest.model import Failure, Link, Snapshot, Source, Validator
from ingest.sources import list_folder
from ingest.steps.announcing import Announced, read_announcements
from ingest.steps.health import announcing
from ingest.steps.presence import Seen, settle
from ingest.steps.rechecking import is_due, is_second_address, kept_homes, retry_time
from ingest.steps.running import Fetched, Reporter, Work, failure


@dataclass(slots=True)
class Count:
    """How far fetching has come, over all sources."""

    reporter: Reporter
    done: int = 0
    total: int = 0
    _lock: Lock = field(default_factory=Lock)

    def add(self, total: int = 0, done: int = 0) -> None:
        """Note more to do, or more that is done."""
        with self._lock:
            self.total += total
            self.done += done
            self.reporter.progress("fetched", self.done, self.total)


@dataclass(frozen=True, slots=True)
class FetchStep:
    """Asks a source what is new and fetches that; sources side by side."""

    work: Work
    fetcher: Fetcher
    polls: Mapping[str, Poll]
    """As they were when the run began."""
    count: Count

    def __call__(self, source: Source) -> Fetched:
        """Fetch one source.

        Raises:
            FetchError, UnreadableError: its announcements cannot be had or read; of a TransientError, not now.
            ConfigError: its folder is unusable.
        """
        reader = self.work.warehouse.reader
        known = reader.validators(source.source_id)
        addresses = known_addresses(reader, source.source_id)
        stored = {link.url: addresses.at_home(link) for link in reader.announcements(source.source_id)}
        found = self._announced(source, known, stored)
        announced = {link.url: addresses.at_home(link) for link in found.links}
        # Of an item that is announced no more the new address may be the one that it has moved to.
        homes = kept_homes([url for url in stored if url in announced], known)
        fresh = {
            url: link
            for url, link in announced.items()
            if not self._is_left_out(link) and not is_second_address(url, known, homes)
        }
        # Sites still serve what they announce no more; a file that is gone from a folder is gone.
        candidates = fresh if source.kind == "folder" else {**stored, **fresh}
        wanted = [
            (link, known.get(url))
            for url, link in candidates.items()
            if (url in fresh or url not in addresses.left)
            and self._is_wanted(source, link, known.get(url), is_fresh=url in fresh)
            and not is_second_address(url, known, homes)
        ]
        result = _sorted_out(wanted, self._fetch(source, wanted), known, announced, self.work.clock)
        seen = Seen(
            announced,
            found.is_every,
            found.is_cut,
            (*found.validators, *result.validators),
            tuple(result.snapshots),
            frozenset(result.gone),
            result.answered,
        )
        settled = settle(source, seen, stored, known, addresses)
        kept = {url: link for url, link in fresh.items() if url not in result.second}
        return Fetched(
            source,
            len(kept if found.is_every else {**stored, **kept}),
            tuple(link for url, link in kept.items() if stored.get(url) != link),
            seen.validators,
            settled.snapshots,
            (*found.failures, *result.failures),
            announcing=announcing(
                found.links, self.work.clock().date(), pages=len(found.pages), is_whole=found.is_every
            ),
            pages=tuple(found.pages),
            asked=len(wanted),
            moves=settled.moves,
            lost=settled.lost,
            withdrawn=settled.withdrawn,
            restored=settled.restored,
            is_whole=found.is_whole,
        )

    def _announced(
        self, source: Source, known: Mapping[str, Validator], stored: Mapping[str, Link]
    ) -> Announced:
        if source.kind == "folder":
            listed = list_folder(Path(source.url), source.source_id)
            failures = [
                Failure(source.source_id, source.url, "sources", "AnnouncementWarning", text, retryable=True)
                for text in listed.warnings
            ]
            # Its validator says that it was looked at, which settles what was wrong with it before.
            return Announced(list(listed.links), [Validator(source.url)], failures, [source.url])
        poll = self.polls.get(source.source_id)
        return read_announcements(
            self.fetcher,
            source,
            known,
            {*stored, *known},
            self.work.order,
            was_whole=poll is not None and poll.is_whole,
        )

    def _is_wanted(self, source: Source, link: Link, validator: Validator | None, *, is_fresh: bool) -> bool:
        if validator is None:
            return is_fresh or not self._is_left_out(link)
        order = self.work.order
        if order.backfill and not validator.retry_at:
            return False
        return order.full or is_due(source, validator, self.work.clock())

    def _is_left_out(self, link: Link) -> bool:
        day, since, until = link.published_on, self.work.order.since, self.work.order.until
        return bool(day and ((since and day < since) or (until and day > until)))

    def _fetch(
        self, source: Source, wanted: list[tuple[Link, Validator | None]]
    ) -> list[Arrived | FetchError | None]:
        if source.kind == "folder":
            return [self._read_file(link, validator) for link, validator in wanted]
        self.count.add(total=len(wanted))
        return self.fetcher.items(wanted, told=lambda: self.count.add(done=1))

    def _read_file(self, link: Link, validator: Validator | None) -> Arrived | FetchError | None:
        try:
            return self.fetcher.item(link, validator)
        except FetchError as error:
            return error


@dataclass(slots=True)
class _Result:
    snapshots: list[Snapshot] = field(default_factory=list)
    validators: list[Validator] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    """Addresses that had a document once and have none now."""
    answered: set[str] = field(default_factory=set)
    """Addresses that answered with a document, changed or not."""
    second: set[str] = field(default_factory=set)
    """Addresses of items that are kept under another one."""


def _sorted_out(
    wanted: list[tuple[Link, Validator | None]],
    arrivals: list[Arrived | FetchError | None],
    known: Mapping[str, Validator],
    announced: Mapping[str, Link],
    clock: Callable[[], datetime],
) -> _Result:
    result = _Result()
    arrived: list[Snapshot] = []
    for (link, validator), arrival in zip(wanted, arrivals, strict=True):
        if isinstance(arrival, FetchError):
            if isinstance(arrival, GoneError) and validator and validator.content_hash:
                result.gone.add(link.url)
            else:
                result.failures.append(failure(link, "fetch", arrival))
            if not isinstance(arrival, TransientError):
                result.validators.append(_tried(link, validator, clock()))
            elif arrival.was_asked:
                retry_at = retry_time(validator, clock(), arrival.wait)
                result.validators.append(replace(_tried(link, validator, clock()), retry_at=retry_at))
            continue
        result.answered.add(link.url)
        if arrival is None:
            if validator and validator.checked_at:
                result.validators.append(replace(validator, checked_at=clock(), retry_at=None))
            continue
        snapshot, kept = arrival
        result.validators.append(kept)
        if snapshot:
            arrived.append(snapshot)
    now_known = {**known, **{validator.url: validator for validator in result.validators}}
    homes = kept_homes(announced, now_known)
    for snapshot in arrived:
        if is_second_address(snapshot.link.url, now_known, homes):
            result.second.add(snapshot.link.url)
        else:
            result.snapshots.append(snapshot)
    return result


def _tried(link: Link, validator: Validator | None, now: datetime) -> Validator:
    """Remember that there was nothing to be had, so that a dead address is not asked for in every run."""
    if validator:
        return replace(validator, checked_at=now, retry_at=None)
    return Validator(link.url, first_fetched_at=now, checked_at=now)
