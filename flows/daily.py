"""The main job as a Prefect flow: fetch what is new, load it, send alerts."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from rich.console import Console

from flows.runner import PrefectRunner
from ingest.commands.console import reporting
from ingest.model import SourceKind
from ingest.pipeline import Order, run
from ingest.sample import Newsroom, sources_path, watches_path
from ingest.settings import load_settings
from ingest.sources import load_catalogue, select
from ingest.steps.summary import Summary

SAMPLE_PACE = 50.0
"""Requests per second to the sample newsroom, which runs on this machine and need not be spared."""


@flow(name="daily", persist_result=False)
def daily(
    sources: list[str] | None = None,
    kinds: list[SourceKind] | None = None,
    since: date | None = None,
    alerts: bool = True,
    full: bool = False,
    sample_day: int | None = None,
) -> Summary:
    """Run the pipeline once and leave its summary as an artifact.

    Args:
        sources: ids of the catalogue; all where none is given.
        kinds: only sources of these kinds (feed, listing, ...).
        since: leave out what was published before.
        alerts: write mails to those who watch.
        full: ask all sources, and for every known item again, however old.
        sample_day: serve and read the bundled sample as it was on that day, not the catalogue.
    """
    settings = load_settings()
    with ExitStack() as stack:
        reporter = stack.enter_context(reporting(Console(stderr=True)))
        proxy = watches_file = None
        if sample_day is None:
            catalogue = load_catalogue(settings.sources_file)
        else:
            catalogue = load_catalogue(sources_path())
            proxy = stack.enter_context(Newsroom(day=sample_day)).proxy_url
            watches_file = watches_path()
            settings = settings.model_copy(update={"requests_per_second": SAMPLE_PACE})
        chosen = select(catalogue, sources or [])
        order = Order(
            tuple(source for source in chosen if not kinds or source.kind in kinds),
            command="flow daily",
            alerts=alerts,
            since=since,
            # The sample's days follow each other within minutes, so that nothing of it would be due.
            full=full or sample_day is not None,
            only_due=not (full or sources or since or sample_day is not None),
            proxy=proxy,
            watches_file=watches_file,
        )
        summary = run(settings, order, PrefectRunner(), reporter=reporter)
    create_markdown_artifact(summary.markdown(), key="ingest-summary", description="What this run did")
    return summary
