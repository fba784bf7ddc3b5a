"""`ingest inspect`: one file read and told for a person, or as JSON; nothing is stored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Ingest
from pdfs import focused_visit, ilacs_report

ROWS = [
    ("The impact of leaders on social work|practice with children and families", "Good"),
    ("The experiences and progress of|children in care", "Requires improvement to be good"),
    ("Overall effectiveness", "Good"),
]


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.pdf"
    path.write_bytes(focused_visit("Leeds"))
    return path


def test_a_letter_is_told_in_its_order_with_pages(ingest: Ingest, letter: Path, tmp_path: Path) -> None:
    done = ingest("inspect", letter)
    assert done.returncode == 0, done.stderr
    told = done.stdout
    order = [
        "E08000035 Leeds",
        "focused_visit",
        "2021-10-27",
        "Ada Example",
        "Timeliness of reviews",
        "Main findings",
    ]
    places = [told.index(words) for words in order]
    assert places == sorted(places)
    assert "  1. p. 2: Timeliness of reviews." in told
    assert "  2. p. 2: Take-up of return home interviews" in told
    assert "p. 1: 'Leeds'" in told
    assert "judgements: this kind of document gives no grades" in told
    assert not (tmp_path / "data").exists()


def test_grades_stand_with_page_and_evidence(ingest: Ingest, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(ilacs_report("Leeds", rows=ROWS))
    told = ingest("inspect", path, "--published-on", "2022-02-01").stdout
    assert "p. 1: good <- 'The impact of leaders on social work practice" in told
    assert "p. 1: requires_improvement <-" in told
    assert "2022-02-01" in told


def test_json_holds_everything_and_places_are_true(ingest: Ingest, letter: Path) -> None:
    told = json.loads(ingest("inspect", letter, "--json", "--published-on", "2021-12-09").stdout)
    assert told["kind"] == "ofsted_letter"
    assert told["published_on"] == "2021-12-09"
    assert told["inspections"][0]["inspection_id"] == "E08000035-focused_visit-2021-10"
    assert [f["page"] for f in told["findings"] if f["kind"] == "area_for_improvement"] == [2, 2]
    for finding in told["findings"]:
        assert told["text"][finding["start"] : finding["end"]] == finding["quote"]
    assert told["pages"] == 2
    assert len(told["sha256"]) == 64


def test_text_and_pages_of_the_web_are_read_too(ingest: Ingest, tmp_path: Path) -> None:
    words = "Ofsted inspectors visited Leeds City Council last month. They found that caseloads are too high."
    (tmp_path / "note.txt").write_text(f"Inspectors visit Leeds\n\n{words}\n")
    (tmp_path / "page.html").write_text(
        f"<html><body><article><h1>Inspectors visit Leeds</h1><p>{words}</p></article></body></html>"
    )
    for name in ("note.txt", "page.html"):
        done = ingest("inspect", tmp_path / name)
        assert done.returncode == 0, done.stderr
        assert "E08000035 Leeds" in done.stdout
        assert "caseloads are too high" in done.stdout


def test_the_listing_decides_where_the_text_is_silent(ingest: Ingest, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(focused_visit("Exampleshire"))
    unknown = ingest("inspect", path)
    assert "authority: neither the text nor a listing says" in unknown.stdout
    assert (
        "E08000035 Leeds: 'E08000035' (subject, listing)"
        in ingest("inspect", path, "--gss", "E08000035").stdout
    )


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["missing.pdf"], 2, ["missing.pdf", "No such file"]),
        (["."], 2, ["directory"]),
        (["letter.pdf", "--published-on", "soon"], 2, ["soon"]),
        (["letter.pdf", "--gss", "E1"], 2, ["E1", "no such authority"]),
        (["letter.pdf", "--urn", "1"], 2, ["--urn 1", "no authority"]),
        (["cut.pdf"], 1, ["cut.pdf", "cut short"]),
        (["page.pdf"], 1, ["page.pdf", "HTML page (Gone)"]),
        (["empty.txt"], 1, ["empty.txt", "x-empty"]),
    ],
)
def test_a_mistake_gets_one_line(
    ingest: Ingest, letter: Path, tmp_path: Path, arguments: list[str], code: int, words: list[str]
) -> None:
    (tmp_path / "cut.pdf").write_bytes(letter.read_bytes()[:-900])
    (tmp_path / "page.pdf").write_text("<!DOCTYPE html><title>Gone</title>")
    (tmp_path / "empty.txt").write_text("")
    done = ingest("inspect", *arguments)
    assert done.returncode == code
    assert len(done.stderr.strip().splitlines()) == 1
    for word in words:
        assert word in done.stderr


def test_real_letters_and_reports_are_told_whole(ingest: Ingest, shared: Path) -> None:
    folder = shared / "real" / "ofsted"
    for kind in ("focused-visit", "inspection", "joint-area", "area-send"):
        path = sorted(folder.rglob(f"*{kind}.pdf"))[-1]
        done = ingest("inspect", path)
        assert done.returncode == 0, done.stderr
        assert "Listed findings" in done.stdout, path
        assert "Unknown" in done.stdout
