"""The one composition of the stages: sources -> fetch -> read -> load -> link -> check -> publish -> alert.

A `Runner` calls each step, so that a plain call and a Prefect task run the same code: one step per source,
never one per document. Nothing here knows Prefect. The steps are `fetching`, `storing`, `linking` and `mailing`; what
passes between them is in `running`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing, nullcontext
from datetime import datetime, timedelta
from pathlib import Path

from ingest import __version__, dedupe
from ingest.errors import ConfigError, WarehouseError
from ingest.fetch import Archive, Fetcher, Guard, Journal, stopped
from ingest.load import Poll, Warehouse, has_index, refresh_index
from ingest.load.versions import note_changes, uncompared
from ingest.lock import run_lock
from ingest.model import Snapshot, Source, make_id
from ingest.naming import use_own_names
from ingest.official.completeness import note_completeness
from ingest.place import must_be_there
from ingest.settings import Settings
from ingest.steps.feeding import write_feeds
from ingest.steps.fetching import Count, FetchStep
from ingest.steps.linking import link
from ingest.steps.mailing import check_mailing, read_watches, send_alerts
from ingest.steps.operator_mail import tell_operator
from ingest.steps.polling import next_poll, split_due
from ingest.steps.reading import TARGET
from ingest.steps.running import (
    Fetched,
    Order,
    Readers,
    Reporter,
    Runner,
    Silent,
    Work,
    utc_now,
)
from ingest.steps.storing import file_unnamed, read_and_store, sniffed, unknown_source
from ingest.steps.summary import Summary
from ingest.wording import counted
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
    use_own_names(settings)
    if order.alerts:
        check_mailing(settings, order.watches_file or settings.watches_file)
    with run_lock(settings.data_dir), Warehouse.open(settings.warehouse_place) as warehouse:
        with _workers(settings) as readers:
            work = _begin(settings, order, runner, warehouse, readers, reporter, clock)
            _fetch_and_store(work)
            runner.step("file", file_unnamed, work)
        return _finish(work)


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

    Raises: as `run`; also a WarehouseError where there is no warehouse yet.
    """
    use_own_names(settings)
    must_be_there(settings.warehouse_place)
    with run_lock(settings.data_dir), Warehouse.open(settings.warehouse_place) as warehouse:
        wanted = only(warehouse) if only else None
        by_source: dict[str, list[Snapshot]] = {}
        for item, snapshot in warehouse.reader.snapshots():
            if wanted is None or item.document_id in wanted:
                by_source.setdefault(item.source_id, []).append(snapshot)
        known = {source.source_id: source for source in sources}
        gone = [unknown_source(source_id) for source_id in by_source if source_id not in known]
        order = Order((*known.values(), *gone), "reprocess", alerts=False)
        with nullcontext(readers) if readers else _workers(settings) as at_hand:
            work = _begin(settings, order, runner, warehouse, at_hand, reporter, clock)
            for source in order.sources:
                if snapshots := by_source.get(source.source_id):
                    again = Fetched(source, snapshots=tuple(sniffed(s, work.archive) for s in snapshots))
                    runner.step(f"read and load {source.source_id}", read_and_store, work, again, False)
            runner.step("file", file_unnamed, work)
        return _finish(work)


def _begin(
    settings: Settings,
    order: Order,
    runner: Runner,
    warehouse: Warehouse,
    readers: Readers,
    reporter: Reporter | None,
    clock: Callable[[], datetime],
) -> Work:
    started = clock()
    run_id = f"{started:%Y%m%dT%H%M%S}-{make_id(started.isoformat())[:6]}"
    warehouse.begin_run(run_id, order.command, started, __version__, alerts=order.alerts)
    return Work(
        settings=settings,
        order=order,
        runner=runner,
        warehouse=warehouse,
        archive=Archive(settings.data_dir / "archive"),
        readers=readers,
        reporter=reporter or Silent(),
        clock=clock,
        run_id=run_id,
        started=started,
    )


def _fetch_and_store(work: Work) -> None:
    """Ask the sources that are due, side by side; read and store what each brought, one after the other."""
    due, polls = work.order.sources, work.warehouse.polls()
    if work.order.only_due:
        due, work.progress.waiting = split_due(due, polls, work.started)
    work.reporter.stage(f"Checking {counted(len(due), 'source')}")
    work.warehouse.begin_polls([source.source_id for source in due])
    journal = Journal(work.archive.root, work.run_id)
    with (
        closing(journal),
        open_fetcher(work.settings, work.archive, work.order.proxy, work.clock, journal) as fetcher,
        closing(
            work.runner.each("fetch", FetchStep(work, fetcher, polls, Count(work.reporter)), due)
        ) as results,
    ):
        for source, result in zip(due, results, strict=True):
            if isinstance(result, ConfigError):
                raise result
            if not isinstance(result, Fetched):
                result = Fetched(source, error=str(result), error_name=type(result).__name__)
            work.runner.step(f"read and load {source.source_id}", read_and_store, work, result)
            _note_poll(work, polls, result)
    journal.seal()


def _note_poll(work: Work, polls: Mapping[str, Poll], fetched: Fetched) -> None:
    """Note when the source is to be asked next, now that all that it brought is stored."""
    poll = next_poll(
        polls.get(fetched.source.source_id),
        fetched,
        has_news=work.progress.checks[-1].new > 0,
        now=work.clock(),
        floor=work.settings.poll_floor_minutes,
        ceiling=work.settings.poll_ceiling_hours * 60,
    )
    if poll and fetched.source.kind != "folder":
        work.warehouse.note_polls([poll])


def _finish(work: Work) -> Summary:
    """Link, check, tell and publish what is stored, then make anew what is drawn from the published copy."""
    with work.warehouse.alone():  # What is linked, checked and told is what is published.
        summary = _tell_and_publish(work)
    # Other machines need not wait for these.
    work.runner.step("index", _index, work.settings, work.reporter)
    work.runner.step("site", _site, work.settings, work.reporter)
    return summary


def _tell_and_publish(work: Work) -> Summary:
    settings, order, step = work.settings, work.order, work.runner.step
    warehouse, progress, clock = work.warehouse, work.progress, work.clock
    step("link", link, warehouse, progress, work.reporter)
    step("compare versions", _compare_versions, warehouse)
    step("count by authority", note_completeness, warehouse, clock)
    failures = warehouse.reader.check()
    if failures:
        said = [str(failure) for failure in failures]
        warehouse.end_run(work.run_id, "failed", {"checks": said}, clock())
        raise WarehouseError(
            f"{settings.warehouse_place}: not published, no alert sent: {'; '.join(said)}. Readers keep the last good "
            "copy; `ingest check` shows the rows."
        )
    mails = []
    if order.alerts:
        watches = order.watches_file or settings.watches_file
        step("tell operator", tell_operator, settings, order.sources, warehouse, clock)
        mails = step("alert", send_alerts, settings, watches, warehouse, work.run_id, clock)
        step("feeds", _feeds, work, watches)
    summary = Summary(
        run_id=work.run_id,
        started_at=work.started,
        seconds=(clock() - work.started).total_seconds(),
        checks=tuple(progress.checks),
        new=sum(len(stored.new) for stored in progress.stored),
        changed=sum(len(stored.changed) for stored in progress.stored),
        updated=sum(len(stored.updated) for stored in progress.stored),
        counts=warehouse.reader.counts(),
        failures=tuple(progress.failures),
        mails=tuple(mails),
        alerts=order.alerts,
        waiting=progress.waiting,
        warehouse=settings.warehouse_place,
        published=settings.published_place,
        outbox=None if settings.smtp_url else settings.data_dir / "outbox",
    )
    warehouse.end_run(work.run_id, "done", summary.as_counts(), clock())
    work.reporter.stage("Publishing")
    step("publish", warehouse.publish, settings.published_place)
    return summary


def _feeds(work: Work, watches_file: Path) -> None:
    """Bring the feeds up to date; where that fails the run is as good, and the next one tries again."""
    try:
        write_feeds(work.warehouse, read_watches(watches_file), work.settings.data_dir / "feeds")
    except WarehouseError as error:
        work.reporter.stage(f"The feeds stay as they were: {error}")


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
