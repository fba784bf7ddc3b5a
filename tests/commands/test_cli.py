"""The command as a user meets it: exit codes, one clear line for each mistake, and nothing lost."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from conftest import Ingest
from pdfs import focused_visit

from ingest.load import open_published


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "in"
    path.mkdir()
    (path / "leeds.pdf").write_bytes(focused_visit("Leeds"))
    return path


WATCH = '[[watch]]\nname="w"\nauthorities=["Birmingam"]\nemail=["a@example.org"]'


def rows(tmp_path: Path, sql: str) -> list[tuple[object, ...]]:
    with open_published(tmp_path / "data" / "published") as reader:
        return reader.query(sql)[1]


def test_a_folder_is_read_and_asked(ingest: Ingest, folder: Path) -> None:
    done = ingest("run", "--folder", folder)
    assert done.returncode == 0, done.stderr
    assert "1 new, 0 changed" in done.stdout
    asked = ingest("sql", "SELECT gss, kind FROM inspection")
    assert "E08000035" in asked.stdout
    assert "focused_visit" in asked.stdout


def test_a_password_on_the_command_line_is_neither_stored_nor_shown(ingest: Ingest, folder: Path) -> None:
    done = ingest("run", "--folder", folder, "--warehouse", "w password=hush.duckdb")
    assert done.returncode == 0, done.stderr
    assert "hush" not in done.stdout + done.stderr
    with open_published(folder.parent / "published") as reader:
        ((command,),) = reader.query("SELECT command FROM run")[1]
    assert command == f"ingest run --folder {folder} --warehouse w password=***"


def test_quarantined_items_are_named_and_give_exit_code_1(ingest: Ingest, folder: Path) -> None:
    (folder / "error.pdf").write_bytes(b"<!DOCTYPE html><title>Report not found</title>")
    done = ingest("run", "--folder", folder)
    assert done.returncode == 1
    assert "error.pdf" in done.stdout
    assert "Report not found" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "files", "settings", "words"),
    [
        (["run", "--folder", "missing"], {}, {}, ["missing", "no such folder"]),
        (["run", "--folder", "in", "--source", "x"], {}, {}, ["exclude each other"]),
        (["run"], {}, {}, ["sources.toml"]),
        (["run"], {"sources.toml": "[[source]\nid = 1"}, {}, ["sources.toml", "line 1"]),
        (
            ["run", "--source", "cypnewz"],
            {
                "sources.toml": '[[source]]\nid="cypnews"\nname="n"\npublisher="p"\nkind="feed"\nurl="https://a.example/"'
            },
            {},
            ["cypnewz", "cypnews"],
        ),
        (
            ["run", "--folder", "in"],
            {"watches.toml": WATCH},
            {},
            ["watches.toml", "Birmingam", "Birmingham"],
        ),
        (
            ["run", "--folder", "in"],
            {"watches.toml": WATCH.replace('["Birmingam"]', '["Leeds"]\nthemes=["care leaver"]')},
            {},
            ["watches.toml", "care leaver"],
        ),
        (["run", "--folder", "in"], {}, {"watches_file": "wathces.toml"}, ["wathces.toml", "INGEST_WATCHES"]),
        (["run", "--folder", "in"], {"ingest.toml": "workers = 'many'"}, {}, ["workers", "many"]),
        (["run", "--folder", "in"], {"ingest.toml": "workers = = 2"}, {}, ["ingest.toml", "line 1"]),
        (["run", "--folder", "in"], {}, {"workers": 0}, ["workers", "INGEST_WORKERS"]),
        (["run", "--folder", "in"], {}, {"smtp_url": "http://mail"}, ["smtp"]),
        (["run", "--folder", "in", "--warehouse", "in/leeds.pdf"], {}, {}, ["leeds.pdf", "not a DuckDB"]),
        (["run", "--folder", "in"], {}, {"data_dir": "in/leeds.pdf"}, ["leeds.pdf", "INGEST_DATA_DIR"]),
        (["run", "--since", "yesterday", "--folder", "in"], {}, {}, ["'yesterday' is no day", "2020-06-30"]),
        (["backfill", "--since", "2020-02-30"], {}, {}, ["--since", "2020-02-30", "ingest backfill --help"]),
        (["watch", "preview"], {}, {}, ["name", "`ingest watch preview --help`"]),
        (["watch", "add", "w", "--email", "a@example.org"], {}, {}, ["--authority"]),
        (["watch", "add", "w", "--authority", "Leeds"], {}, {}, ["--email"]),
        (["sources", "add", "news.example.org"], {}, {}, ["news.example.org", "https://"]),
        (["sql", "SELECT 1"], {}, {}, ["no warehouse yet"]),
        (["explain"], {}, {}, ["nothing to explain"]),
        (["explain", "--file", "missing.txt"], {}, {}, ["missing.txt: cannot be read: No such file"]),
        (["sql", "--file", "in/leeds.pdf"], {}, {}, ["leeds.pdf: not UTF-8 at byte"]),
        (["themes", "check", "missing.toml"], {}, {}, ["missing.toml: cannot be read: No such file"]),
        (["search", "care", "--theme", "xyzzyq"], {}, {}, ["xyzzyq", "FROM theme"]),
        (["fly"], {}, {}, ["fly"]),
    ],
)
def test_a_mistake_gets_one_line_exit_code_2_and_changes_nothing(
    ingest: Ingest,
    folder: Path,
    tmp_path: Path,
    arguments: list[str],
    files: dict[str, str],
    settings: dict[str, object],
    words: list[str],
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    done = ingest(*arguments, **settings)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line]
    assert len(lines) == 1
    for word in words:
        assert word.lower() in lines[0].lower()
    assert not (tmp_path / "data" / "published").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["correct", "x", "--authority", "Leeds", "--note", "why"],
        ["corrections", "withdraw", "x"],
        ["story", "x", "--add", "y", "--note", "why"],
        ["check", "--accept-counts"],
        ["delivery", "mark", "x", "sent"],
        ["archive", "prune"],
    ],
)
def test_what_only_changes_a_warehouse_makes_none(
    ingest: Ingest, tmp_path: Path, arguments: list[str]
) -> None:
    (tmp_path / "data" / "archive").mkdir(parents=True)
    done = ingest(*arguments)
    assert (done.returncode, "there is no warehouse yet" in done.stderr) == (2, True)
    assert not (tmp_path / "data" / "warehouse.duckdb").exists()


def test_an_empty_folder_is_named(ingest: Ingest, tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    done = ingest("run", "--folder", "drop")
    assert (done.returncode, "drop: holds nothing to read" in done.stderr) == (0, True)
    (tmp_path / "drop" / "a.txt").write_text("Ofsted found that too many children in Leeds wait.")
    assert "nothing to read" not in ingest("run", "--folder", "drop").stderr


def test_a_warehouse_of_a_newer_schema_is_left_alone(ingest: Ingest, folder: Path, tmp_path: Path) -> None:
    assert ingest("run", "--folder", folder).returncode == 0
    path = tmp_path / "data" / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("INSERT INTO schema_migration VALUES (9999, 'future', 'x', now())")
    done = ingest("run", "--folder", folder)
    assert done.returncode == 2
    assert "newer" in done.stderr


def test_a_second_run_at_the_same_time_is_refused(ingest: Ingest, folder: Path, tmp_path: Path) -> None:
    hold = "import fcntl, sys, time; f = open(sys.argv[1], 'a'); fcntl.flock(f, 2); print(flush=True); time.sleep(60)"
    (tmp_path / "data").mkdir()
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path / "data" / "run.lock")], stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        done = ingest("run", "--folder", folder)
    finally:
        holder.kill()
        holder.wait()
    assert (done.returncode, "another run" in done.stderr) == (2, True)
    assert ingest("run", "--folder", folder).returncode == 0


def test_a_full_disk_keeps_the_archive_and_the_last_good_copy(
    ingest: Ingest, folder: Path, tmp_path: Path
) -> None:
    assert ingest("run", "--folder", folder).returncode == 0
    for number in range(40):
        (folder / f"{number}.txt").write_text(
            f"Leeds {number}. " + "Social workers know children well. " * 3000
        )
    limit = (tmp_path / "data" / "warehouse.duckdb").stat().st_size + 50_000

    def small_disk() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    full = ingest("run", "--folder", folder, preexec=small_disk)
    assert full.returncode == 2
    assert "Traceback" not in full.stderr
    assert rows(tmp_path, "SELECT count(*) FROM document") == [(1,)]
    assert len(list((tmp_path / "data" / "archive").glob("??/*"))) == 41
    assert ingest("run", "--folder", folder).returncode == 0
    assert rows(tmp_path, "SELECT count(*) FROM document") == [(41,)]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "kill -9"])
def test_a_run_that_is_stopped_is_completed_by_the_next(
    ingest: Ingest, folder: Path, tmp_path: Path, how: signal.Signals
) -> None:
    for number in range(60):
        (folder / f"{number}.pdf").write_bytes(focused_visit(f"Leeds {number}"))
    process = subprocess.Popen(
        [sys.executable, "-m", "ingest.cli", "run", "--folder", str(folder)],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "COLUMNS": "80"},
    )
    archive = tmp_path / "data" / "archive"
    while not (archive.exists() and any(archive.rglob("*"))) and process.poll() is None:
        time.sleep(0.01)
    time.sleep(0.3)
    process.send_signal(how)
    _, errors = process.communicate(timeout=60)
    if how is signal.SIGINT:
        assert process.returncode == 130
        assert "run again to go on" in errors
        assert "Traceback" not in errors
    assert ingest("run", "--folder", folder).returncode == 0
    assert rows(tmp_path, "SELECT count(*), count(DISTINCT document_id) FROM document") == [(61, 61)]


def test_explain_answers_lines_in_order(ingest: Ingest) -> None:
    lines = [{"id": n, "text": f"Inspectors visited Leeds {n} times."} for n in range(3)]
    done = subprocess.run(
        [sys.executable, "-m", "ingest.cli", "explain", "--jsonl"],
        input="".join(json.dumps(line) + "\n" for line in lines),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [0, 1, 2]
    assert set(answers[0]) == {"id", "authorities", "polarity", "themes"}
    assert answers[0]["authorities"] == ["E08000035"]


def test_explain_tells_a_person_what_matched(ingest: Ingest) -> None:
    done = ingest("explain", "Too many children in Leeds wait for a plan.")
    assert done.returncode == 0
    assert "Leeds" in done.stdout
    assert "E08000035" in done.stdout
    assert "concern" in done.stdout
