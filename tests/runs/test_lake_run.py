"""A whole run over the sample on a DuckLake: the same tables as in a file, and the commands that ask it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from subprocess import CalledProcessError, CompletedProcess
from typing import Any

import duckdb
import pytest
from conftest import Ingest

from benchmarks.postgres import Postgres
from ingest.load import open_published, worked_queries
from ingest.load.lake_parts import load_extensions
from ingest.pipeline import Order, run
from ingest.place import Lake
from ingest.sample import Newsroom, sources_path, watches_path
from ingest.settings import Settings
from ingest.sources import folder_source, load_catalogue
from ingest.steps.runner import PlainRunner
from ingest.steps.summary import Summary

TABLES = (
    "document", "document_authority", "inspection", "inspection_document", "judgement", "finding", "finding_theme",
    "story", "story_document", "alert", "delivery_alert", "text_overlap", "announcement", "quarantine", "watch",
)  # fmt: skip
LETTER = (
    "Focused visit to Birmingham children's services\n\nInspectors visited on 12 and 13 March 2024.\n\n"
    + "Too many children wait too long for help, and their plans are not clear enough to be followed. " * 5
)
OTHER = {
    "one": "Social workers know their children well. " * 40,
    "two": "Leaders act on what they are told. " * 40,
}
TIMES = {"fetched_at", "created_at", "composed_at"}


class Clock:
    """Time that goes on by a second a look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def run_sample(settings: Settings) -> Summary:
    with Newsroom() as room:
        order = Order(
            load_catalogue(sources_path()),
            "test",
            proxy=room.proxy_url,
            watches_file=watches_path(),
            full=True,
        )
        return run(settings, order, PlainRunner(sleep=lambda _: None), clock=Clock())


def published(settings: Settings) -> dict[str, list[Any]]:
    with open_published(settings.published_place) as reader:
        found = {}
        for table in TABLES:
            columns, _ = reader.query(f"FROM {table} LIMIT 0")
            kept = ", ".join(f'"{column}"' for column in columns if column not in TIMES)
            found[table] = reader.query(f"SELECT {kept} FROM {table} ORDER BY ALL")[1]
        found |= {query.name: reader.query(query.text)[1] for query in worked_queries()}
        return found


@pytest.fixture
def settings(lake: Lake, tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "data",
        warehouse=f"ducklake:postgres:{lake.catalogue}",
        lake_files=Path(lake.files),
        requests_per_second=1000,
        workers=1,
    )


def test_a_run_leaves_the_same_tables_as_in_a_file(settings: Settings, tmp_path: Path) -> None:
    in_lake = run_sample(settings)
    file = Settings(data_dir=tmp_path / "file", requests_per_second=1000, workers=1)
    in_file = run_sample(file)
    assert (in_lake.new, len(in_lake.mails)) == (in_file.new, len(in_file.mails)) == (12, 3)
    assert published(settings) == published(file)
    again = run_sample(settings)
    assert (again.new, again.changed, again.updated, again.mails) == (0, 0, 0, ())
    assert published(settings) == published(file)


def test_two_machines_write_at_once_and_the_commands_ask(
    ingest: Ingest, settings: Settings, tmp_path: Path
) -> None:
    """Each has a data folder of its own; one letter reached both, and stands in what each has besides."""
    facts = {"warehouse": settings.warehouse, "lake_files": settings.lake_files}
    for machine in ("one", "two"):
        folder = tmp_path / machine / "in"
        folder.mkdir(parents=True)
        (folder / "letter.txt").write_text(LETTER)
        (folder / "other.txt").write_text(f"{LETTER}\n\n{OTHER[machine]}")

    def work(machine: str) -> CompletedProcess[str]:
        folder = tmp_path / machine
        return ingest("run", "--folder", folder / "in", "--no-alerts", **facts, data_dir=folder / "data")

    with ThreadPoolExecutor() as pool:
        ran = list(pool.map(work, OTHER))
    assert [one.returncode for one in ran] == [0, 0], [one.stderr for one in ran]
    sql = (
        "SELECT (SELECT count(*) FROM document), (SELECT count(duplicate_of) FROM document), "
        "(SELECT list(DISTINCT status) FROM run), (SELECT count(*) FROM run)"
    )
    asked = ingest("sql", sql, "--format", "jsonl", **facts, data_dir=tmp_path / "one" / "data")
    assert asked.returncode == 0, asked.stderr
    assert list(json.loads(asked.stdout).values()) == [4, 3, ["done"], 2]
    assert "as of run" in asked.stderr
    checked = ingest("check", **facts)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    found = ingest("search", "children wait", "--documents", **facts, data_dir=tmp_path / "two" / "data")
    assert found.returncode == 0, found.stdout + found.stderr


class Watching(PlainRunner):
    """Notes at each step how many hold the lock of the writers."""

    def __init__(self, lake: Lake) -> None:
        super().__init__()
        self.held: dict[str, int] = {}
        self._server = duckdb.connect()
        load_extensions(self._server, "postgres_scanner")
        self._server.execute(f"ATTACH '{lake.catalogue}' AS catalogue (TYPE postgres)")

    def step(self, name: str, function: Any, *args: Any) -> Any:
        holders = (
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1 AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        asked = self._server.execute("FROM postgres_query('catalogue', ?)", [holders]).fetchall()
        self.held[name] = asked[0][0]
        return super().step(name, function, *args)


def test_others_do_not_wait_while_pages_are_drawn(settings: Settings, lake: Lake, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "letter.txt").write_text(LETTER)
    runner = Watching(lake)
    run(settings, Order((folder_source(folder),), "test", alerts=False), runner, clock=Clock())
    assert {name: runner.held[name] for name in ("link", "publish", "index", "site")} == {
        "link": 1,
        "publish": 1,
        "index": 0,
        "site": 0,
    }


def test_a_postgresql_that_fails_is_not_one_that_is_absent(postgres_server: Postgres) -> None:
    """Else the tests of a DuckLake would be skipped where they should fail."""
    postgres_server.new_database()
    with pytest.raises(CalledProcessError) as caught:
        replace(postgres_server, _numbers=count()).new_database()
    assert "already exists" in caught.value.__notes__[0]
