"""A whole run over the sample on a DuckLake: the same tables as in a file, and the commands that ask it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Ingest

from ingest.load import open_published, worked_queries
from ingest.pipeline import Order, run
from ingest.place import Lake
from ingest.runner import PlainRunner
from ingest.sample import Newsroom, sources_path, watches_path
from ingest.settings import Settings
from ingest.sources import load_catalogue
from ingest.summary import Summary

TABLES = (
    "document", "document_authority", "inspection", "inspection_document", "judgement", "finding", "finding_theme",
    "story", "story_document", "alert", "delivery_alert", "text_overlap", "announcement", "quarantine", "watch",
)  # fmt: skip
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


def test_the_commands_work_on_it(ingest: Ingest, settings: Settings, tmp_path: Path) -> None:
    letter = tmp_path / "in" / "letter.txt"
    letter.parent.mkdir()
    letter.write_text(
        "Focused visit to Birmingham children's services\n\nToo many children wait too long for help."
    )
    facts = {
        "warehouse": settings.warehouse,
        "lake_files": settings.lake_files,
        "data_dir": tmp_path / "data",
    }
    ran = ingest("run", "--folder", letter.parent, "--no-alerts", **facts)
    assert ran.returncode == 0, ran.stderr
    asked = ingest("sql", "SELECT count(*) AS documents FROM document", "--format", "csv", **facts)
    assert asked.stdout.split() == ["documents", "1"], asked.stderr
    assert "as of run" in asked.stderr
    checked = ingest("check", **facts)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    refused = ingest("search", "help", **facts)
    assert (refused.returncode, "ILIKE" in refused.stderr) == (2, True)
    assert "Traceback" not in refused.stderr
