"""Reprocessing with its reading fanned out over Prefect tasks: the same tables, byte for byte."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.errors import ConfigError
from ingest.load import open_reader
from ingest.pipeline import Order, reprocess, run
from ingest.sample import Newsroom, sources_path, watches_path
from ingest.settings import Settings
from ingest.sources import load_catalogue
from ingest.steps.runner import PlainRunner
from ingest.steps.running import Readers


class Clock:
    """Time that goes on by a second a look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture(scope="module")
def harness() -> Iterator[None]:
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run over the sample left, as other rules would have read it: every document is to be written anew."""
    folder = tmp_path_factory.mktemp("sample") / "data"
    with Newsroom() as room:
        order = Order(
            load_catalogue(sources_path()), "test", proxy=room.proxy_url, watches_file=watches_path()
        )
        run(Settings(data_dir=folder, requests_per_second=1000), order, PlainRunner(), clock=Clock())
    with duckdb.connect(str(folder / "warehouse.duckdb")) as warehouse:
        warehouse.execute("UPDATE document SET digest = ''")
        warehouse.execute("UPDATE finding SET polarity = 'neutral'")
    return folder


def rows_after(settings: Settings, readers: Readers | None = None) -> dict[str, list[tuple[Any, ...]]]:
    """Reprocess; return every row of every table in the order in which it lies there."""
    summary = reprocess(
        settings, load_catalogue(sources_path()), PlainRunner(), clock=Clock(), readers=readers
    )
    assert summary.updated == sum(summary.counts.documents.values()) == 12
    with open_reader(settings.warehouse_place) as reader:
        _, tables = reader.query("SELECT table_name FROM duckdb_tables() ORDER BY 1")
        return {table: reader.query(f"FROM {table}")[1] for (table,) in tables}


def copied(stored: Path, tmp_path: Path, name: str, workers: int) -> Settings:
    shutil.copytree(stored, tmp_path / name, symlinks=True)
    return Settings(data_dir=tmp_path / name, workers=workers)


@pytest.mark.usefixtures("harness")
def test_one_reader_and_several_leave_the_same_tables(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import fan_out

    alone = rows_after(copied(stored, tmp_path, "alone", 1))
    assert {row[5] for row in alone["finding"]} > {"concern", "strength"}
    assert rows_after(copied(stored, tmp_path, "several", 3)) == alone
    monkeypatch.setattr(fan_out, "PER_TASK", 2)
    for where in ("threads", "processes"):
        settings = copied(stored, tmp_path, where, 3)
        with fan_out.TaskReaders(settings, where) as readers:
            assert rows_after(settings, readers) == alone, where


@pytest.mark.usefixtures("harness")
def test_what_cannot_be_read_comes_back_in_its_place(stored: Path, tmp_path: Path) -> None:
    from flows.fan_out import TaskReaders

    settings = copied(stored, tmp_path, "broken", 2)
    with open_reader(settings.warehouse_place) as reader:
        _, [(content_hash,)] = reader.query(
            "SELECT min(content_hash) FROM document WHERE kind = 'press_release'"
        )
    for path in (settings.data_dir / "archive").rglob(f"*{content_hash[4:]}*"):
        path.unlink()
    with TaskReaders(settings, "threads") as readers:
        summary = reprocess(
            settings, load_catalogue(sources_path()), PlainRunner(), clock=Clock(), readers=readers
        )
    assert [failure.content_hash for failure in summary.failures] == [content_hash]
    assert summary.updated == 11


def test_dask_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.fan_out import TaskReaders

    monkeypatch.setitem(sys.modules, "prefect_dask", None)  # as if it were not installed
    with pytest.raises(ConfigError, match=r"ingest\[dask\]"):
        TaskReaders(Settings(), "dask")
