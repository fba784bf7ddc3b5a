"""What passes between the steps of a run: what is ordered, what is at hand, what was fetched, how far it is."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

from ingest.errors import IngestError, TransientError
from ingest.fetch import Archive
from ingest.load import Poll, Warehouse
from ingest.model import (
    Announcing,
    Failure,
    Link,
    Move,
    Snapshot,
    Source,
    SourceCheck,
    Stage,
    Stored,
    Validator,
    Withdrawal,
)
from ingest.settings import Settings


class Runner(Protocol):
    """Calls a step under a name; may retry it when it raises TransientError."""

    def step(self, name: str, function: Callable[..., Any], *args: Any) -> Any:
        """Return what `function(*args)` returns."""

    def each(
        self, name: str, function: Callable[..., Any], items: Sequence[Any]
    ) -> Generator[Any, None, None]:
        """Yield the result of each item, or the IngestError that it ended with, in the order of the items.

        Items may run at once, and run on while the caller deals with a result.
        """


class Readers(Protocol):
    """Read documents, on this machine or elsewhere: a `WorkerPool`, or what stands in for one."""

    def run(self, jobs: Iterable[Any]) -> Iterator[tuple[int, Any]]:
        """Yield (index of the job, its result or the IngestError that it ended with), in any order."""


class Reporter(Protocol):
    """Tells a person what is going on."""

    def stage(self, text: str) -> None:
        """A new stage began."""

    def progress(self, text: str, done: int, total: int) -> None:
        """So many of so many are done."""


class Silent:
    """A reporter that says nothing."""

    def stage(self, text: str) -> None:
        """Say nothing."""

    def progress(self, text: str, done: int, total: int) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is to do."""

    sources: tuple[Source, ...]
    """Those that it may ask; of their documents it is known how they are read."""
    command: str
    alerts: bool = True
    since: date | None = None
    """Items that were published before are left out."""
    until: date | None = None
    """Items that were published after are left out."""
    backfill: bool = False
    """Look through all pages for what is missing, and ask for nothing that is known."""
    full: bool = False
    """Ask for every known item again, however old."""
    only_due: bool = False
    """Leave out sources that were asked lately and seldom have news."""
    proxy: str | None = None
    """Forward proxy for all requests; the sample newsroom is one."""
    watches_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one source announced and what of it is new."""

    source: Source
    announced: int = 0
    """Items that the source announces now; those known of it where its pages are unchanged."""
    links: tuple[Link, ...] = ()
    """Announcements that are new or say something new."""
    validators: tuple[Validator, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    failures: tuple[Failure, ...] = ()
    error: str = ""
    """Why the source itself could not be read; empty where it could."""
    error_name: str = ""
    """Name of that error's class."""
    announcing: Announcing | None = None
    """What was measured of its pages; None where it could not be read."""
    pages: tuple[str, ...] = ()
    """Addresses of the announcement pages that were read."""
    asked: int = 0
    """Items that were asked for."""
    moves: tuple[Move, ...] = ()
    lost: tuple[Link, ...] = ()
    """Stored items that are no longer announced, as far as that can be known."""
    withdrawn: tuple[Withdrawal, ...] = ()
    restored: tuple[str, ...] = ()
    """Addresses of withdrawn documents that are there again."""
    is_whole: bool = True
    """False where items may have been missed, so that the next run has to look at all pages."""


@dataclass(slots=True)
class Progress:
    """What a run has done so far."""

    stored: list[Stored] = field(default_factory=list)
    checks: list[SourceCheck] = field(default_factory=list)
    waiting: tuple[Poll, ...] = ()
    """Sources that are not asked because they are not due."""

    @property
    def failures(self) -> list[Failure]:
        """What went into quarantine."""
        return [failure for stored in self.stored for failure in stored.quarantined]

    def touched(self) -> list[str]:
        """Ids of documents whose duplicates and stories have to be found again."""
        ids = (i for stored in self.stored for i in (*stored.new, *stored.changed, *stored.updated))
        return list(dict.fromkeys(ids))


@dataclass(frozen=True, slots=True)
class Work:
    """What the steps of one run have at hand."""

    settings: Settings
    order: Order
    runner: Runner
    warehouse: Warehouse
    archive: Archive
    readers: Readers
    reporter: Reporter
    clock: Callable[[], datetime]
    run_id: str
    started: datetime
    progress: Progress = field(default_factory=Progress)


def utc_now() -> datetime:
    """Return the time; the one clock of a run."""
    return datetime.now(UTC)


def failure(link: Link, stage: Stage, error: IngestError, content_hash: str | None = None) -> Failure:
    """Return an error as a row of quarantine."""
    return Failure(
        link.source_id,
        link.url,
        stage,
        type(error).__name__,
        str(error),
        content_hash,
        retryable=isinstance(error, TransientError),
    )
