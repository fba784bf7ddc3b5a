"""The commands that ask the warehouse, as a user meets them."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from conftest import Ingest
from pdfs import focused_visit


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with one letter, made once: nothing here writes to it."""
    folder = tmp_path_factory.mktemp("asked")
    (folder / "in").mkdir()
    (folder / "in" / "leeds.pdf").write_bytes(focused_visit("Leeds"))
    command = [sys.executable, "-m", "ingest.cli", "run", "--folder", "in"]
    subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return folder / "data"


SQL = "SELECT name, ['a', 'b'] AS list, DATE '2024-01-02' AS day FROM authority WHERE name = 'Leeds'"


def test_a_result_comes_in_every_format(ingest: Ingest, data: Path, tmp_path: Path) -> None:
    def asked(form: str) -> str:
        done = ingest("sql", SQL, "--format", form, data_dir=data)
        assert done.returncode == 0, done.stderr
        assert "as of run " in done.stderr
        return done.stdout

    assert "Leeds" in asked("table")
    assert list(csv.reader(io.StringIO(asked("csv")))) == [
        ["name", "list", "day"],
        ["Leeds", '["a", "b"]', "2024-01-02"],
    ]
    row = {"name": "Leeds", "list": ["a", "b"], "day": "2024-01-02"}
    assert json.loads(asked("json")) == [row]
    assert json.loads(asked("jsonl")) == row
    target = tmp_path / "out.parquet"
    done = ingest("sql", SQL, "--output", target, data_dir=data)
    assert "1 rows written" in done.stderr
    assert pq.read_table(target).num_rows == 1
    explained = f"-- Which council? Names of councils.\n{SQL}"
    assert "Leeds" in ingest("sql", explained, "--format", "csv", data_dir=data).stdout
    assert ":x:" in ingest("sql", 'SELECT 1 AS ":x:"', data_dir=data).stdout
    (tmp_path / "asked.sql").write_text(SQL)
    assert "Leeds" in ingest("sql", "--file", "asked.sql", data_dir=data).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sql"], "give a query or --file"),
        (["sql", "SELECT 1", "--format", "xml"], "no format 'xml'"),
        (["sql", "SELECT 1", "--output", "x.txt"], "no format 'txt'"),
        (["sql", "FROM nosuch"], "nosuch does not exist"),
        (["sql", "DELETE FROM finding"], "read-only"),
        (["sql", "FROM nosuch", "--format", "csv"], "nosuch does not exist"),
        (["sql", "SELECT 1", "--format", "csv", "--output", "no/such/place.csv"], "cannot be written"),
        (["sql", ""], "asks nothing"),
        (["sql", "-- only a remark", "--format", "csv"], "asks nothing"),
        (["sql", "SELECT 1", "--fromat", "csv"], "No such option: --fromat"),
        (["tables", "nosuch"], "no table or view 'nosuch'"),
        (["search", "children", "--authority", "Leds"], "did you mean Leeds"),
        (["search", "children", "--theme", "early helb"], "did you mean early_help"),
        (["search", "children", "--since", "last year"], "is no date"),
        (["search", "children", "--polarity", "bad"], "no polarity 'bad'"),
        (["search", "???"], "give a word"),
        (["export", "out", "--view", "watch"], "not among what is released"),
        (["export", "out", "--format", "ods"], "no such form"),
    ],
)
def test_a_mistake_is_told(ingest: Ingest, data: Path, arguments: list[str], words: str) -> None:
    done = ingest(*arguments, data_dir=data)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_faulty_query_leaves_an_older_result_as_it_was(ingest: Ingest, data: Path, tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("older")
    assert ingest("sql", "FROM nosuch", "--output", "out.csv", data_dir=data).returncode == 2
    assert (tmp_path / "out.csv").read_text() == "older"


def test_search_finds_marks_and_says_when_it_does_not(ingest: Ingest, data: Path) -> None:
    done = ingest("search", "social workers", "--authority", "Leeds", data_dir=data)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1. Leeds | ")
    (hit, *_) = [
        json.loads(line) for line in ingest("search", "worker", "--json", data_dir=data).stdout.splitlines()
    ]
    assert hit["authorities"] == ["Leeds"]
    assert ingest("search", "zebra", data_dir=data).returncode == 1


def test_the_shell_answers_and_goes_on_after_a_mistake(data: Path, tmp_path: Path) -> None:
    questions = (
        "SELECT count(*) AS themes\nFROM theme;\nFROM nosuch;\n.tables theme\n.nosuch\n.run\nSELECT 42"
    )
    done = subprocess.run(
        [sys.executable, "-m", "ingest.cli", "shell", "--warehouse", str(data / "warehouse.duckdb")],
        cwd=tmp_path,
        input=questions,
        capture_output=True,
        text=True,
        check=True,
    )
    for words in (
        "28",
        "nosuch does not exist",
        "What belongs to it.",
        ".nosuch: unknown",
        "as of run",
        "42",
    ):
        assert words in done.stdout


def test_tables_explain_themselves(ingest: Ingest, data: Path) -> None:
    assert "finding_current" in ingest("tables", data_dir=data).stdout
    assert (
        "text[start_char + 1 : end_char] = quote" in ingest("tables", "finding_current", data_dir=data).stdout
    )


def test_an_export_says_what_it_wrote(ingest: Ingest, data: Path, tmp_path: Path) -> None:
    done = ingest("export", "out", "--view", "theme", "--format", "csv", data_dir=data)
    assert done.returncode == 0, done.stderr
    assert "28  theme" in done.stdout
    assert (tmp_path / "out" / "csv" / "theme.csv").exists()


def test_checks_pass_or_name_the_rows_and_fewer_rows_can_be_accepted(ingest: Ingest, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "leeds.pdf").write_bytes(focused_visit("Leeds"))
    assert ingest("run", "--folder", "in").returncode == 0
    assert ingest("check").returncode == 0
    with duckdb.connect(str(tmp_path / "data" / "warehouse.duckdb")) as connection:
        connection.execute("""UPDATE run SET counts = '{"stored": {"documents": 7}}'""")
    before = sorted((tmp_path / "data" / "published").iterdir())
    blocked = ingest("run", "--folder", "in")
    assert blocked.returncode == 2
    assert "counts_have_not_dropped failed" in blocked.stderr
    assert "before 7, now 1" in blocked.stderr
    assert sorted((tmp_path / "data" / "published").iterdir()) == before, "the last good copy stays"
    told = ingest("check")
    assert told.returncode == 1
    assert "FAILED counts_have_not_dropped" in told.stdout
    assert ingest("check", "--published").returncode == 0
    accepted = ingest("check", "--accept-counts")
    assert (accepted.returncode, "Accepted" in accepted.stdout) == (0, True)
    assert ingest("run", "--folder", "in").returncode == 0
