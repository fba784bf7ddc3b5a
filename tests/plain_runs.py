"""Runs as a plain call, for tests: over the sample newsroom and over folders, at times that the test names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pdfs import focused_visit

from ingest.load import open_published
from ingest.pipeline import Order, run
from ingest.sample import Newsroom, sources_path, watches_path
from ingest.settings import Settings
from ingest.sources import folder_source, load_catalogue
from ingest.steps.runner import PlainRunner
from ingest.steps.summary import Summary

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Clock:
    """Time that goes on by a second a look."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def run_sample(settings: Settings, clock: Clock, day: int = 1, **order: Any) -> Summary:
    with Newsroom(day=day) as room:
        facts = {"proxy": room.proxy_url, "watches_file": watches_path()} | order
        return run(
            settings,
            Order(load_catalogue(sources_path()), "test", **facts),
            PlainRunner(sleep=lambda _: None),
            clock=clock,
        )


def ask(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with open_published(settings.published_place) as reader:
        return reader.query(sql)[1]


def letters(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / f"{name}.pdf").write_bytes(focused_visit(name))
    return folder


def run_folder(settings: Settings, folder: Path, clock: Clock | None = None, **order: Any) -> Summary:
    source = folder_source(folder)
    return run(settings, Order((source,), "test", **order), PlainRunner(), clock=clock or Clock())
