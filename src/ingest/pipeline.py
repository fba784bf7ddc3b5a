"""The one composition of the stages: sources -> fetch -> read -> load -> link -> check -> publish -> alert.

A `Runner` calls each step, so that a plain call and a Prefect task run the same code: one step per source,
never one per document. Nothing here knows Prefect.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from ingest import __version__, dedupe
from ingest.errors import ConfigError, FetchError, IngestError, TransientError, WarehouseError
from ingest.fetch import Archive, Fetcher, Guard, sniff
from ingest.load import Warehouse
from ingest.lock import run_lock
from ingest.mailing import check_mailing, send_alerts
from ingest.model import (
    Batch,
    Correction,
    Document,
    Failure,
    Link,
    Snapshot,
    Source,
    SourceCheck,
    Stored,
    Validator,
    make_id,
)
from ingest.naming import use_own_names
from ingest.reading import TARGET, ReadDocument, ReadJob
from ingest.reference import load as load_gazetteer
from ingest.reference import names_in_use
from ingest.settings import Settings
from ingest.sources import list_folder, parse
from ingest.summary import Summary
from ingest.workers import WorkerPool

log = logging.getLogger(__name__)

CHUNK = 128
"""Documents that are stored at a time, while the next are read; a run that is stopped loses few more."""
MOST_PAGES = 500
"""Announcement pages followed from one source in one run."""


class Runner(Protocol):
    """Calls a step under a name; may retry it when it raises TransientError."""

    def step(self, name: str, function: Callable[..., Any], *args: Any) -> Any:
        """Return what `function(*args)` returns."""

    def each(self, name: str, function: Callable[..., Any], items: Sequence[Any]) -> list[Any]:
        """Return the result of each item, or the IngestError that it ended with; items may run at once."""


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
    command: str
    alerts: bool = True
    since: date | None = None
    """Items that were published before are left out."""
    full: bool = False
    """Ask for every known item again, however old."""
    proxy: str | None = None
    """Forward proxy for all requests; the sample newsroom is one."""
    watches_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one source announced and what of it is new."""

    source: Source
    links: tuple[Link, ...] = ()
    validators: tuple[Validator, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    failures: tuple[Failure, ...] = ()
    error: str = ""
    """Why the source itself could not be read; empty where it could."""


@dataclass(slots=True)
class _Progress:
    """What a run has done so far."""

    stored: list[Stored] = field(default_factory=list)
    checks: list[SourceCheck] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def touched(self) -> list[str]:
        """Ids of documents whose duplicates and stories have to be found again."""
        ids = (i for stored in self.stored for i in (*stored.new, *stored.changed, *stored.updated))
        return list(dict.fromkeys(ids))


def utc_now() -> datetime:
    """Return the time; the one clock of a run."""
    return datetime.now(UTC)


def run(
    settings: Settings,
    order: Order,
    runner: Runner,
    *,
    reporter: Reporter | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Summary:
    """Do the main job once: fetch what is new, store it, publish it, alert those who watch.

    Raises:
        BusyError: another run is at work.
        ConfigError: settings or watches are unusable; nothing was changed.
        WarehouseError: the warehouse cannot be opened or written; what was fetched is in the archive.
    """
    reporter = reporter or Silent()
    use_own_names(settings)
    if order.alerts:
        check_mailing(settings, order.watches_file or settings.watches_file)
    with run_lock(settings.data_dir):
        archive = Archive(settings.data_dir / "archive")
        with Warehouse.open(settings.warehouse_path) as warehouse, _workers(settings) as workers:
            run_id, started = _begin(warehouse, order.command, order.alerts, clock)
            progress = _Progress()
            reporter.stage(f"Checking {_count(len(order.sources), 'source')}")
            with _fetcher(settings, archive, order.proxy, clock) as fetcher:
                fetched = runner.each(
                    "fetch",
                    _Fetch(fetcher, warehouse, order.since, order.full, clock),
                    order.sources,
                )
            for source, result in zip(order.sources, fetched, strict=True):
                if isinstance(result, ConfigError):
                    raise result
                found = result if isinstance(result, Fetched) else Fetched(source, error=str(result))
                runner.step(
                    f"read and load {source.source_id}",
                    _read_and_store,
                    found, warehouse, workers, archive, progress, run_id, reporter, clock,
                )  # fmt: skip
            return _finish(settings, order, runner, warehouse, progress, run_id, started, reporter, clock)


def reprocess(
    settings: Settings,
    sources: Sequence[Source],
    runner: Runner,
    *,
    reporter: Reporter | None = None,
    clock: Callable[[], datetime] = utc_now,
    only: Callable[[Warehouse], Collection[str]] | None = None,
) -> Summary:
    """Read the archive again without network, after a rule changed: same ids, only changed rows rewritten.

    `only`, called before anything else is done, prepares the warehouse and names the documents to read.

    Raises: as `run`.
    """
    reporter = reporter or Silent()
    use_own_names(settings)
    with run_lock(settings.data_dir):
        archive = Archive(settings.data_dir / "archive")
        with Warehouse.open(settings.warehouse_path) as warehouse, _workers(settings) as workers:
            wanted = only(warehouse) if only else None
            order = Order(tuple(sources), "reprocess", alerts=False)
            run_id, started = _begin(warehouse, order.command, False, clock)
            progress = _Progress()
            by_source: dict[str, list[Snapshot]] = {}
            for link, snapshot in warehouse.reader.snapshots():
                if wanted is not None and link.document_id not in wanted:
                    continue
                by_source.setdefault(link.source_id, []).append(_sniffed(snapshot, archive))
            known = {source.source_id: source for source in sources}
            for source_id, snapshots in by_source.items():
                source = known.get(source_id) or Source(source_id, source_id, "", "folder", "")
                runner.step(
                    f"read and load {source_id}",
                    _read_and_store,
                    Fetched(source, snapshots=tuple(snapshots)),
                    warehouse, workers, archive, progress, run_id, reporter, clock, False,
                )  # fmt: skip
            return _finish(settings, order, runner, warehouse, progress, run_id, started, reporter, clock)


# ---------------------------------------------------------------- fetch


@dataclass(frozen=True, slots=True)
class _Fetch:
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
        links, validators, failures = self._announced(source, known)
        stored = {link.url: link for link in self.warehouse.reader.announcements(source.source_id)}
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
                failures.append(_failure(link, "fetch", error))
                continue
            if answer is None:
                continue
            snapshot, kept = answer
            validators.append(kept)
            if snapshot:
                snapshots.append(snapshot)
        changed = tuple(link for link in fresh.values() if stored.get(link.url) != link)
        return Fetched(source, changed, tuple(validators), tuple(snapshots), tuple(failures))

    def _announced(
        self, source: Source, known: dict[str, Validator]
    ) -> tuple[list[Link], list[Validator], list[Failure]]:
        if source.kind == "folder":
            announcement = list_folder(Path(source.url), source.source_id)
            return (
                list(announcement.links),
                [],
                [_warning(source, source.url, w) for w in announcement.warnings],
            )
        links: list[Link] = []
        validators: list[Validator] = []
        failures: list[Failure] = []
        queue, seen = [source.url], {source.url}
        while queue and len(seen) <= MOST_PAGES:
            url = queue.pop(0)
            try:
                page = self.fetcher.page(url, known.get(url))
            except FetchError as error:
                if url == source.url:
                    raise
                failures.append(
                    Failure(
                        source.source_id, url, "sources", type(error).__name__, str(error), retryable=True
                    )
                )
                continue
            if page is None:
                continue
            announcement = parse(source, page.final_url, page.body, charset=page.charset)
            links.extend(announcement.links)
            failures.extend(_warning(source, url, warning) for warning in announcement.warnings)
            follow = [address for address in announcement.follow if address not in seen]
            # A page that leads on to others is asked for whole each time: unchanged, it could not lead there.
            if not follow:
                validators.append(page.validator)
            queue.extend(follow)
            seen.update(follow)
        return links, validators, failures

    def _is_settled(self, source: Source, validator: Validator) -> bool:
        first = validator.first_fetched_at
        return (
            source.kind != "folder"
            and first is not None
            and self.clock() - first > timedelta(days=source.recheck_days)
        )

    def _is_old(self, link: Link) -> bool:
        return bool(self.since and link.published_on and link.published_on < self.since)


def _failure(link: Link, stage: str, error: IngestError, content_hash: str | None = None) -> Failure:
    return Failure(
        link.source_id,
        link.url,
        "fetch" if stage == "fetch" else "extract",
        type(error).__name__,
        str(error),
        content_hash,
        retryable=isinstance(error, TransientError),
    )


def _warning(source: Source, url: str, text: str) -> Failure:
    return Failure(source.source_id, url, "sources", "AnnouncementWarning", text, retryable=True)


# ---------------------------------------------------------------- read and store


def _read_and_store(
    fetched: Fetched,
    warehouse: Warehouse,
    workers: WorkerPool,
    archive: Archive,
    progress: _Progress,
    run_id: str,
    reporter: Reporter,
    clock: Callable[[], datetime],
    note_check: bool = True,
) -> None:
    source = fetched.source
    validators = {validator.url: validator for validator in fetched.validators}
    links = {link.url: link for link in fetched.links}
    stored: list[Stored] = []
    failed = list(fetched.failures)
    total = len(fetched.snapshots)
    if total:
        reporter.stage(f"Reading {_count(total, 'document')} of {source.name}")
    corrections: defaultdict[str, list[Correction]] = defaultdict(list)
    for correction in warehouse.reader.corrections():
        corrections[correction.document_id].append(correction)
    with closing(_read(source, fetched.snapshots, workers, archive, corrections, reporter)) as chunks:
        for chunk, documents, failures in chunks:
            failed.extend(failures)
            urls = [snapshot.link.url for snapshot in chunk]
            batch = Batch(
                source.source_id,
                links=tuple(links.pop(url) for url in urls if url in links),
                validators=tuple(validators.pop(url) for url in urls if url in validators),
                documents=tuple(read.document for read in documents),
                shingles={read.document.document_id: read.shingles for read in documents},
                failures=tuple(failures),
                verdicts=tuple(verdict for read in documents for verdict in read.verdicts),
            )
            stored.append(warehouse.store(batch, run_id, clock()))
    check = _check(fetched, stored, failed)
    stored.append(
        warehouse.store(
            Batch(
                source.source_id,
                check=check if note_check else None,
                links=tuple(links.values()),
                validators=tuple(validators.values()),
                failures=fetched.failures,
            ),
            run_id,
            clock(),
        )
    )
    progress.stored.extend(stored)
    progress.checks.append(check)
    progress.failures.extend(failure for result in stored for failure in result.quarantined)


def _read(
    source: Source,
    snapshots: Sequence[Snapshot],
    workers: WorkerPool,
    archive: Archive,
    corrections: Mapping[str, Sequence[Correction]],
    reporter: Reporter,
) -> Generator[tuple[Sequence[Snapshot], list[ReadDocument], list[Failure]], None, None]:
    """Yield chunk after chunk as all of it is read; the workers read on while a chunk is stored."""
    content = source.options.get("content")
    jobs = [
        ReadJob(
            snapshot,
            archive.path(snapshot.content_hash),
            content,
            names_in_use(),
            tuple(corrections.get(snapshot.link.document_id, ())),
        )
        for snapshot in snapshots
    ]
    chunks: dict[int, dict[int, ReadDocument | IngestError]] = {}
    for done, (index, result) in enumerate(workers.run(jobs), start=1):
        reporter.progress("read", done, len(jobs))
        number = index // CHUNK
        found = chunks.setdefault(number, {})
        found[index] = result
        chunk = snapshots[number * CHUNK : (number + 1) * CHUNK]
        if len(found) == len(chunk):
            del chunks[number]
            yield chunk, *_sorted_out(chunk, [found[index] for index in sorted(found)])


def _sorted_out(
    chunk: Sequence[Snapshot], results: Sequence[ReadDocument | IngestError]
) -> tuple[list[ReadDocument], list[Failure]]:
    documents = [result for result in results if isinstance(result, ReadDocument)]
    failures = [
        _failure(snapshot.link, "extract", result, snapshot.content_hash)
        for snapshot, result in zip(chunk, results, strict=True)
        if isinstance(result, IngestError)
    ]
    disputes = [_dispute(read.document) for read in documents if read.document.reading.disputes]
    return documents, [*failures, *disputes]


def _dispute(document: Document) -> Failure:
    """A document that contradicts itself is stored without the disputed value, and waits for a person."""
    link, message = document.snapshot.link, "; ".join(document.reading.disputes)
    return Failure(
        link.source_id, link.url, "classify", "DisputedValue", message, document.snapshot.content_hash
    )


def _check(fetched: Fetched, stored: Iterable[Stored], failed: Sequence[Failure]) -> SourceCheck:
    new = sum(len(result.new) + len(result.changed) for result in stored)
    return SourceCheck(
        source_id=fetched.source.source_id,
        name=fetched.source.name,
        status="failed" if fetched.error else "new" if new else "unchanged",
        announced=len(fetched.links),
        fetched=len(fetched.snapshots),
        new=new,
        failed=len(failed),
        message=fetched.error,
    )


def _sniffed(snapshot: Snapshot, archive: Archive) -> Snapshot:
    """What is in quarantine has no media type yet; its bytes tell."""
    if snapshot.media_type:
        return snapshot
    try:
        body = archive.read(snapshot.content_hash)
    except IngestError:
        return replace(snapshot, media_type="application/octet-stream")
    return replace(snapshot, media_type=sniff(body), size=len(body))


# ---------------------------------------------------------------- link, check, publish, alert


def _finish(
    settings: Settings,
    order: Order,
    runner: Runner,
    warehouse: Warehouse,
    progress: _Progress,
    run_id: str,
    started: datetime,
    reporter: Reporter,
    clock: Callable[[], datetime],
) -> Summary:
    runner.step("link", _link, warehouse, progress, reporter)
    failures = warehouse.reader.check()
    if failures:
        warehouse.end_run(run_id, "failed", {"checks": [str(failure) for failure in failures]}, clock())
        raise WarehouseError(
            f"{settings.warehouse_path}: not published, no alert sent: {failures[0]}. Readers keep the last good copy."
        )
    mails = []
    if order.alerts:
        mails = runner.step(
            "alert", send_alerts, settings, order.watches_file or settings.watches_file,
            warehouse, run_id, progress.checks, clock,
        )  # fmt: skip
    counts = warehouse.reader.counts()
    summary = Summary(
        run_id=run_id,
        started_at=started,
        seconds=(clock() - started).total_seconds(),
        checks=tuple(progress.checks),
        new=sum(len(stored.new) for stored in progress.stored),
        changed=sum(len(stored.changed) for stored in progress.stored),
        updated=sum(len(stored.updated) for stored in progress.stored),
        counts=counts,
        failures=tuple(progress.failures),
        mails=tuple(mails),
        alerts=order.alerts,
        warehouse=settings.warehouse_path,
        published=settings.published_dir / "warehouse.duckdb",
        outbox=None if settings.smtp_url else settings.data_dir / "outbox",
    )
    warehouse.end_run(run_id, "done", summary.as_counts(), clock())
    reporter.stage("Publishing")
    runner.step("publish", warehouse.publish, settings.published_dir)
    return summary


def _link(warehouse: Warehouse, progress: _Progress, reporter: Reporter) -> None:
    """Find duplicates and stories of what this run touched, and of what a stopped run left unlinked."""
    touched = list(dict.fromkeys([*progress.touched(), *warehouse.reader.unlinked()]))
    if not touched:
        return
    reporter.stage("Linking duplicates and stories")
    pairs = warehouse.candidates(touched)
    warehouse.set_duplicates(dedupe.find_duplicates(touched, pairs))
    claims = warehouse.reader.visit_claims(touched)
    visits = dedupe.resolve_visits(claims)
    moved = [
        (claim.document_id, claim.filed_under, meant)
        for claim in claims
        if (meant := visits[claim.document_id, claim.inspection.inspection_id].inspection_id)
        != claim.filed_under
    ]
    warehouse.file_claims(moved)
    linked = list(dict.fromkeys([*touched, *(document_id for document_id, _, _ in moved)]))
    warehouse.set_stories(dedupe.story_links(warehouse.reader.subjects(linked), visits, load_gazetteer()))


def _begin(
    warehouse: Warehouse, command: str, alerts: bool, clock: Callable[[], datetime]
) -> tuple[str, datetime]:
    started = clock()
    run_id = f"{started:%Y%m%dT%H%M%S}-{make_id(started.isoformat())[:6]}"
    warehouse.begin_run(run_id, command, started, __version__, alerts=alerts)
    return run_id, started


def _workers(settings: Settings) -> WorkerPool:
    return WorkerPool(
        TARGET,
        size=settings.workers,
        cpu_seconds=settings.read_seconds,
        megabytes=settings.read_megabytes,
    )


def _fetcher(
    settings: Settings, archive: Archive, proxy: str | None, clock: Callable[[], datetime]
) -> Fetcher:
    return Fetcher(
        archive,
        user_agent=settings.user_agent,
        contact=settings.contact,
        timeout=settings.request_timeout,
        requests_per_second=settings.requests_per_second,
        max_bytes=settings.max_bytes,
        clock=clock,
        proxy=proxy,
        guard=Guard(allow=settings.allow_hosts, ports=settings.allow_ports),
        at_once=settings.requests_at_once,
        failures=settings.failures_per_host,
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
