"""Read the archive again, without network, after a rule changed: same ids, only changed rows rewritten."""

from __future__ import annotations

from contextlib import ExitStack

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from rich.console import Console

from flows.fan_out import TaskReaders, Where
from flows.runner import PrefectRunner
from ingest import pipeline
from ingest.commands.common import known_sources
from ingest.commands.console import reporting
from ingest.settings import load_settings
from ingest.steps.summary import Summary


@flow(name="reprocess", persist_result=False)
def reprocess(on: Where | None = None, scheduler: str = "") -> Summary:
    """Run extract to load over the archive and leave the summary as an artifact.

    Args:
        on: read as Prefect tasks, `workers` at once, on threads, processes or dask; else in this run's own workers.
        scheduler: address of the Dask scheduler of a cluster whose machines all see the archive under one path.
    """
    settings = load_settings()
    known = known_sources(settings)
    with ExitStack() as stack:
        reporter = stack.enter_context(reporting(Console(stderr=True)))
        readers = stack.enter_context(TaskReaders(settings, on, scheduler=scheduler)) if on else None
        summary = pipeline.reprocess(settings, known, PrefectRunner(), reporter=reporter, readers=readers)
    create_markdown_artifact(summary.markdown(), key="ingest-summary", description="What this run did")
    return summary
