"""The one composition of the stages: sources -> fetch -> read -> load -> link -> check -> publish -> alert.

A `Runner` calls each step, so that a plain call and a Prefect task run the same code: one step per source,
never one per document. Nothing here knows Prefect. The steps are `fetching`, `storing`, `linking` and `mailing`; what
passes between them is in `running`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta

from ingest import __version__, dedupe
from ingest.errors import ConfigError, WarehouseError
from ingest.fetch import Archive, Fetcher, Guard, Journal, stopped
from ingest.load import Poll, Warehouse, has_index, refresh_index
from ingest.load.versions import note_changes, uncompared
from ingest.lock import run_lock
from ingest.model import Snapshot, Source, make_id
from ingest.naming import use_own_names
from ingest.official.completeness import note_completeness
from ingest.settings import Settings
from ingest.steps.fetching import Count, FetchStep
from ingest.steps.linking import link
from ingest.steps.mailing import check_mailing, send_alerts
from ingest.steps.operator_mail import tell_operator
from ingest.steps.polling import next_poll, split_due
from ingest.steps.reading import TARGET
from ingest.steps.running import (
    Fetched,
    Order,
    Progress,
    Readers,
    Reporter,
    Runner,
    Silent,
    count_of,
    utc_now,
)
from ingest.steps.storing import file_unnamed, read_and_store, sniffed
from ingest.steps.summary import Summary
from ingest.workers import WorkerPool

RESUMED = timedelta(days=1)
"""What a stopped run had fetched is taken from the archive within this time, and asked for anew after it."""

__all__ = ["Order", "Reporter", "Runner", "open_fetcher", "reprocess", "run"]


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
        with Warehouse.open(settings.warehouse_place) as warehouse:
            run_id, started = _begin(warehouse, order.command, order.alerts, clock)
            progress = Progress()
            polls = warehouse.polls()
            if order.only_due:
                due, waiting = split_due(order.sources, polls, started)
                order, progress.waiting = replace(order, sources=due), waiting
            reporter.stage(f"Checking {count_of(len(order.sources), 'source')}")
            warehouse.begin_polls([source.source_id for source in order.sources])
            journal = Journal(archive.root, run_id)
            with (
                _workers(settings) as workers,
                closing(journal),
                open_fetcher(settings, archive, order.proxy, clock, journal) as fetcher,
            ):
                step = FetchStep(fetcher, warehouse, order, clock, polls, Count(reporter))
                with closing(runner.each("fetch", step, order.sources)) as results:
                    for source, result in zip(order.sources, results, strict=True):
                        if isinstance(result, ConfigError):
                            raise result
                        found = (
                            result
                            if isinstance(result, Fetched)
                            else Fetched(source, error=str(result), error_name=type(result).__name__)
                        )
                        runner.step(
                            f"read and load {source.source_id}",
                            read_and_store,
                            found, warehouse, workers, archive, progress, run_id, reporter, clock,
                        )  # fmt: skip
                        _note_poll(settings, warehouse, polls, found, progress, clock)
                runner.step(
                    "file", file_unnamed, warehouse, workers, archive, progress, run_id, reporter, clock
                )
            journal.seal()
            with warehouse.alone():  # What is linked, checked and told is what is published.
                summary = _finish(
                    settings, order, runner, warehouse, progress, run_id, started, reporter, clock
                )
            _follow(settings, runner, reporter)
            return summary


def _note_poll(
    settings: Settings,
    warehouse: Warehouse,
    polls: Mapping[str, Poll],
    fetched: Fetched,
    progress: Progress,
    clock: Callable[[], datetime],
) -> None:
    """Note when the source is to be asked next, now that all that it brought is stored."""
    poll = next_poll(
        polls.get(fetched.source.source_id),
        fetched,
        has_news=progress.checks[-1].new > 0,
        now=clock(),
        floor=settings.poll_floor_minutes,
        ceiling=settings.poll_ceiling_hours * 60,
    )
    if poll and fetched.source.kind != "folder":
        warehouse.note_polls([poll])


def reprocess(
    settings: Settings,
    sources: Sequence[Source],
    runner: Runner,
    *,
    reporter: Reporter | None = None,
    clock: Callable[[], datetime] = utc_now,
    only: Callable[[Warehouse], Collection[str]] | None = None,
    readers: Readers | None = None,
) -> Summary:
    """Read the archive again without network, after a rule changed: same ids, only changed rows rewritten.

    `only`, called before anything else is done, prepares the warehouse and names the documents to read. `readers`
    read them, or worker processes of this run; what is stored is the same.

    Raises: as `run`.
    """
    reporter = reporter or Silent()
    use_own_names(settings)
    with run_lock(settings.data_dir):
        archive = Archive(settings.data_dir / "archive")
        with Warehouse.open(settings.warehouse_place) as warehouse:
            wanted = only(warehouse) if only else None
            order = Order(tuple(sources), "reprocess", alerts=False)
            run_id, started = _begin(warehouse, order.command, False, clock)
            progress = Progress()
            by_source: dict[str, list[Snapshot]] = {}
            for link, snapshot in warehouse.reader.snapshots():
                if wanted is not None and link.document_id not in wanted:
                    continue
                by_source.setdefault(link.source_id, []).append(sniffed(snapshot, archive))
            known = {source.source_id: source for source in sources}
            with nullcontext(readers) if readers else _workers(settings) as workers:
                for source_id, snapshots in by_source.items():
                    source = known.get(source_id) or Source(source_id, source_id, "", "folder", "")
                    runner.step(
                        f"read and load {source_id}",
                        read_and_store,
                        Fetched(source, snapshots=tuple(snapshots)),
                        warehouse, workers, archive, progress, run_id, reporter, clock, False,
                    )  # fmt: skip
                runner.step(
                    "file", file_unnamed, warehouse, workers, archive, progress, run_id, reporter, clock
                )
            with warehouse.alone():  # What is linked, checked and told is what is published.
                summary = _finish(
                    settings, order, runner, warehouse, progress, run_id, started, reporter, clock
                )
            _follow(settings, runner, reporter)
            return summary


def _finish(
    settings: Settings,
    order: Order,
    runner: Runner,
    warehouse: Warehouse,
    progress: Progress,
    run_id: str,
    started: datetime,
    reporter: Reporter,
    clock: Callable[[], datetime],
) -> Summary:
    runner.step("link", link, warehouse, progress, reporter)
    runner.step("compare versions", _compare_versions, warehouse)
    runner.step("count by authority", note_completeness, warehouse, clock)
    failures = warehouse.reader.check()
    if failures:
        warehouse.end_run(run_id, "failed", {"checks": [str(failure) for failure in failures]}, clock())
        found = "; ".join(map(str, failures))
        raise WarehouseError(
            f"{settings.warehouse_place}: not published, no alert sent: {found}. Readers keep the last good copy; "
            "`ingest check` shows the rows."
        )
    mails = []
    if order.alerts:
        runner.step("tell operator", tell_operator, settings, order.sources, warehouse, clock)
        mails = runner.step(
            "alert", send_alerts, settings, order.watches_file or settings.watches_file,
            warehouse, run_id, clock,
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
        waiting=progress.waiting,
        warehouse=settings.warehouse_place,
        published=settings.published_place,
        outbox=None if settings.smtp_url else settings.data_dir / "outbox",
    )
    warehouse.end_run(run_id, "done", summary.as_counts(), clock())
    reporter.stage("Publishing")
    runner.step("publish", warehouse.publish, settings.published_place)
    return summary


def _follow(settings: Settings, runner: Runner, reporter: Reporter) -> None:
    """Make anew what is drawn from the published copy; other machines need not wait for it."""
    runner.step("index", _index, settings, reporter)
    runner.step("site", _site, settings, reporter)


def _index(settings: Settings, reporter: Reporter) -> None:
    """Bring the search up to date; where that fails the run is as good, and the next one tries again.

    Nobody pays for an index before the first `ingest search`, which makes it.
    """
    if not has_index(settings.published_place):
        return
    reporter.stage("Indexing for search")
    try:
        refresh_index(settings.published_place)
    except WarehouseError as error:
        reporter.stage(f"The search stays as it was: {error}")


def _site(settings: Settings, reporter: Reporter) -> None:
    """Bring the pages up to date where they are wanted; where that fails the run is as good, as with the search."""
    if not settings.site:
        return
    from ingest.steps.publishing_site import publish_site  # The libraries that draw charts are large.

    reporter.stage("Drawing pages")
    try:
        publish_site(settings)
    except (ConfigError, WarehouseError) as error:
        reporter.stage(f"The pages stay as they were: {error}")


def _compare_versions(warehouse: Warehouse) -> None:
    """Store what each new version says otherwise, also of what a stopped run left uncompared."""
    changes = [
        (
            new.document_id,
            new.version,
            dedupe.word_diff(
                new.old_text, new.new_text, old_title=new.old_title if new.old_title != new.title else None
            ),
        )
        for new in uncompared(warehouse.reader)
    ]
    if changes:
        warehouse.write("what versions changed", note_changes, changes)


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


def open_fetcher(
    settings: Settings,
    archive: Archive,
    proxy: str | None,
    clock: Callable[[], datetime],
    journal: Journal | None = None,
) -> Fetcher:
    """Return a fetcher as the settings have it; a context manager."""
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
        journal=journal,
        resumed=stopped(archive.root, clock() - RESUMED),
    )
