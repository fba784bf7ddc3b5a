"""The step that asks one source what is new and fetches that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from threading import Lock

from ingest.announcing import Announced, read_announcements
from ingest.errors import FetchError, TransientError
from ingest.fetch import Arrived, Fetcher
from ingest.load import Poll, Warehouse
from ingest.model import Failure, Link, Snapshot, Source, Validator
from ingest.rechecking import is_due, is_second_address, kept_homes
from ingest.running import Fetched, Reporter, Silent, failure
from ingest.sources import list_folder


@dataclass(slots=True)
class Count:
    """How far fetching has come, over all sources."""

    reporter: Reporter = field(default_factory=Silent)
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
    """The step that asks one source what is new and fetches that."""

    fetcher: Fetcher
    warehouse: Warehouse
    since: date | None
    full: bool
    clock: Callable[[], datetime]
    polls: Mapping[str, Poll] = field(default_factory=dict)
    """As they were when the run began."""
    count: Count = field(default_factory=Count)

    def __call__(self, source: Source) -> Fetched:
        """Fetch one source.

        Raises:
            TransientError: its announcements cannot be had now.
        """
        known = self.warehouse.reader.validators(source.source_id)
        stored = {link.url: link for link in self.warehouse.reader.announcements(source.source_id)}
        found = self._announced(source, known, stored)
        homes = kept_homes(stored, known)
        fresh = {
            link.url: link
            for link in found.links
            if not self._is_old(link) and not is_second_address(link.url, known, homes)
        }
        # Sites still serve what they announce no more; a file that is gone from a folder is gone.
        candidates = fresh if source.kind == "folder" else {**stored, **fresh}
        wanted = [
            (link, known.get(link.url))
            for link in candidates.values()
            if self._is_wanted(source, link, known.get(link.url), is_fresh=link.url in fresh)
            and not is_second_address(link.url, known, homes)
        ]
        arrivals = self._fetch(source, wanted)
        result = _sorted_out(wanted, arrivals, known, stored, self.clock)
        announced = [link for link in fresh.values() if link.url not in result.second]
        return Fetched(
            source,
            len(announced if found.is_every else {**stored, **fresh}),
            tuple(link for link in announced if stored.get(link.url) != link),
            (*found.validators, *result.validators),
            tuple(result.snapshots),
            (*found.failures, *result.failures),
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
            return Announced(list(listed.links), failures=failures)
        poll = self.polls.get(source.source_id)
        return read_announcements(
            self.fetcher,
            source,
            {} if self.full else known,
            {*stored, *known},
            was_whole=poll is not None and poll.is_whole and not self.full,
            since=self.since,
        )

    def _is_wanted(self, source: Source, link: Link, validator: Validator | None, *, is_fresh: bool) -> bool:
        if validator is None:
            return is_fresh or not self._is_old(link)
        return self.full or is_due(source, validator, self.clock())

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

    def _is_old(self, link: Link) -> bool:
        return bool(self.since and link.published_on and link.published_on < self.since)


@dataclass(slots=True)
class _Result:
    snapshots: list[Snapshot] = field(default_factory=list)
    validators: list[Validator] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    second: set[str] = field(default_factory=set)
    """Addresses of items that are kept under another one."""


def _sorted_out(
    wanted: list[tuple[Link, Validator | None]],
    arrivals: list[Arrived | FetchError | None],
    known: Mapping[str, Validator],
    stored: Mapping[str, Link],
    clock: Callable[[], datetime],
) -> _Result:
    result = _Result()
    arrived: list[Snapshot] = []
    for (link, validator), arrival in zip(wanted, arrivals, strict=True):
        if isinstance(arrival, FetchError):
            result.failures.append(failure(link, "fetch", arrival))
            if not isinstance(arrival, TransientError):
                result.validators.append(_tried(link, validator, clock()))
        elif arrival is None:
            if validator and validator.checked_at:
                result.validators.append(replace(validator, checked_at=clock()))
        else:
            snapshot, kept = arrival
            result.validators.append(kept)
            if snapshot:
                arrived.append(snapshot)
    now_known = {**known, **{validator.url: validator for validator in result.validators}}
    homes = kept_homes([*stored, *(link.url for link, _ in wanted)], now_known)
    for snapshot in arrived:
        if is_second_address(snapshot.link.url, now_known, homes):
            result.second.add(snapshot.link.url)
        else:
            result.snapshots.append(snapshot)
    return result


def _tried(link: Link, validator: Validator | None, now: datetime) -> Validator:
    """Remember that there was nothing to be had, so that a dead address is not asked for in every run."""
    if validator:
        return replace(validator, checked_at=now)
    return Validator(link.url, first_fetched_at=now, checked_at=now)
