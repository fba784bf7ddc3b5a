"""`ingest doctor`: silent where all is well, and each trouble named with what to do."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import Ingest
from pdfs import Sheet, focused_visit

from ingest.doctor.visit import examine
from ingest.settings import load_settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "in"
    path.mkdir()
    (path / "leeds.pdf").write_bytes(focused_visit("Leeds"))
    return path


def test_all_well(ingest: Ingest, folder: Path) -> None:
    ingest("run", "--folder", folder)
    done = ingest("doctor")
    assert (done.returncode, "!!" in done.stdout) == (0, False), done.stdout


def test_without_a_warehouse_it_says_how_to_make_one(ingest: Ingest) -> None:
    done = ingest("doctor")
    assert (done.returncode, "ingest run" in done.stderr) == (2, True)


def test_each_trouble_has_its_line_and_remedy(ingest: Ingest, folder: Path) -> None:
    (folder / "error.pdf").write_bytes(b"<!DOCTYPE html><title>Report not found</title>")
    (folder / "nobody.txt").write_text("Inspectors found that plans are clear and children are safe.\n")
    (folder / "new.txt").write_text(
        "Inspectors found that Leeds and Exampleshire County Council help children well.\n"
    )
    ingest("run", "--folder", folder)
    done = ingest("doctor")
    assert done.returncode == 1
    for words in (
        "Report not found",
        "names no authority",
        "ingest correct",
        "Exampleshire County Council: once",
        "aliases_file",
        "quarantine_open",
    ):
        assert words in done.stdout
    assert len(done.stdout.splitlines()) <= 24


def test_a_document_of_ofsted_that_was_hardly_read_is_named(ingest: Ingest, folder: Path) -> None:
    sheet = Sheet()
    sheet.heading("Focused visit to Leeds children's services")
    sheet.paragraph(["This letter summarises the findings of the focused visit to Leeds on 27 October 2021."])
    sheet.heading("Information about the service")
    for _ in range(12):
        sheet.paragraph(
            ["Social workers know their children well, and they visit them often, where they live."] * 3
        )
        if sheet.y < 150:
            sheet.new_page()
    (folder / "hidden.pdf").write_bytes(sheet.bytes())
    ingest("run", "--folder", folder)
    done = ingest("doctor")
    assert done.returncode == 1
    assert "0% of its text tells a finding" in done.stdout
    assert done.stdout.count("tells a finding") == 1


def test_a_failing_source_and_an_undelivered_mail_are_named(ingest: Ingest, folder: Path) -> None:
    (folder.parent / "sources.toml").write_text(
        '[[source]]\nid="gone"\nname="Gone"\npublisher="p"\nkind="feed"\nurl="http://127.0.0.1:1/feed"\n'
    )
    (folder.parent / "watches.toml").write_text(
        '[[watch]]\nname="w"\nauthorities=["Leeds"]\nemail=["a@example.org"]\nsince=2000-01-01\n'
    )
    ingest("run", "--folder", folder, smtp_url="smtp://127.0.0.1:1")
    ingest("run", "--source", "gone", "--no-alerts")
    done = ingest("doctor")
    assert done.returncode == 1
    assert "gone:" in done.stdout
    assert "a@example.org" in done.stdout
    assert "sources.toml" in done.stdout


def test_a_name_of_the_users_own_settles_an_unknown_one(ingest: Ingest, folder: Path) -> None:
    (folder / "new.txt").write_text(
        "Inspectors visited Leeds.\n\nInspectors found that Exampleshire Council helps children well.\n"
    )
    (folder.parent / "names.csv").write_text("name,authority\nExampleshire Council,Bradford\n")
    ingest("run", "--folder", folder)
    assert ingest("doctor").returncode == 1
    (folder.parent / "ingest.toml").write_text('aliases_file = "names.csv"\n')
    assert ingest("doctor").returncode == 0
    (folder / "new2.txt").write_text("Inspectors found that Exampleshire Council helps children well.\n")
    ingest("run", "--folder", folder)
    asked = ingest("sql", "SELECT DISTINCT gss FROM document_authority ORDER BY gss")
    assert "E08000032" in asked.stdout


def test_what_could_identify_a_child_is_kept_out_of_mails_and_named(ingest: Ingest, folder: Path) -> None:
    good = "Inspectors found that social workers in Leeds know children well."
    (folder / "open.txt").write_text(f"Ofsted visited Leeds in March 2024.\n\n{good}\n")
    (folder / "closed.txt").write_text(
        "Ofsted visited Leeds in March 2024.\n\nInspectors found that Amy Example, 14, was moved too often in Leeds.\n"
    )
    for name in ("open", "closed"):
        (folder / f"{name}.toml").write_text(
            f'url = "https://news.example/{name}"\npublished_on = 2024-04-02\nkind = "news_article"\n'
        )
    (folder.parent / "watches.toml").write_text(
        '[[watch]]\nname="w"\nauthorities=["Leeds"]\nemail=["a@example.org"]\nsince=2000-01-01\n'
    )
    done = ingest("run", "--folder", folder)
    assert done.returncode == 0, done.stderr
    mails = "".join(path.read_text() for path in (folder.parent / "data" / "outbox").glob("*.eml"))
    assert "https://news.example/open" in mails
    assert "Amy" not in mails
    assert "https://news.example/closed" not in mails
    stored = ingest("sql", "SELECT is_sensitive, sensitive_rule FROM finding WHERE contains(quote, 'Amy')")
    assert "name_and_age" in stored.stdout
    doctor = ingest("doctor")
    assert doctor.returncode == 0
    assert "could identify a child" in doctor.stdout


def test_what_is_allowed_is_mailed(ingest: Ingest, folder: Path) -> None:
    (folder / "closed.txt").write_text(
        "Ofsted visited Leeds in March 2024.\n\nInspectors found that Amy Example, 14, was moved too often in Leeds.\n"
    )
    (folder.parent / "watches.toml").write_text(
        '[[watch]]\nname="w"\nauthorities=["Leeds"]\nemail=["a@example.org"]\nsince=2000-01-01\n'
    )
    (folder / "closed.toml").write_text("published_on = 2024-04-02\n")
    ingest("run", "--folder", folder, allow_sensitive="true")
    mails = "".join(path.read_text() for path in (folder.parent / "data" / "outbox").glob("*.eml"))
    assert "Amy" in mails


def test_unknown_names_are_counted_over_all_texts(
    ingest: Ingest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few are held at a time."""
    for number in range(5):
        (folder / f"{number}.txt").write_text(
            f"Inspectors visited Leeds {number + 2} times.\n\nExampleshire Council helps children well.\n"
        )
    ingest("run", "--folder", folder)
    monkeypatch.setattr("ingest.load.reader._TEXTS", 2)
    monkeypatch.chdir(folder.parent)
    names = next(
        finding for finding in examine(load_settings(), datetime.now(UTC)).findings if finding.what == "Names"
    )
    assert len(names.cases) == 1
    assert names.cases[0].startswith("Exampleshire Council: 5 times, first in ")
    assert names.cases[0].endswith("0.txt")
