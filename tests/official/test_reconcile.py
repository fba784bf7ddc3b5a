"""What is stored against what Ofsted publishes: every planted difference is found, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from conftest import Ingest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfs import focused_visit, ilacs_report

from ingest.load import StoredDocument, StoredGrade, StoredInspection
from ingest.model import Failure
from ingest.official.reconcile import SAME, reconcile
from ingest.official.statistics import AREAS, ListedItem, OfficialRow

GSS, URL = "E08000035", "https://files.example/1"
PUBLISHED = date(2022, 5, 9)
ROW = OfficialRow(
    GSS,
    "Leeds",
    "ilacs_short",
    date(2022, 2, 21),
    PUBLISHED,
    (("overall", "outstanding"), ("leaders", "good"), ("care_leavers", None)),
)
STORED = StoredInspection(
    "E08000035-ilacs-2022-02",
    GSS,
    "ilacs_short",
    date(2022, 2, 21),
    date(2022, 2, 25),
    PUBLISHED,
    "d1",
    URL,
    (),
    "Inspection of Leeds\n\nInspection dates: 21 to 25 February 2022\n\nLead inspector: A",
    (
        StoredGrade("overall", "outstanding", None, "Overall effectiveness\tOutstanding", 1),
        StoredGrade("leaders", "good", None, "The impact of leaders Good", 1),
    ),
)
DOCUMENT = StoredDocument(
    "d1", URL, "Inspection of Leeds", "ofsted_report", PUBLISHED, GSS, was_announced=True
)
LISTED = ListedItem(GSS, "children's services inspection", "inspection", PUBLISHED, URL)


def test_what_agrees_differs_in_nothing() -> None:
    found = reconcile([ROW, ROW], [STORED], [DOCUMENT], [LISTED])
    assert found.differences == ()
    assert (found.rows, found.compared, found.values, found.announced) == (1, 1, 5, 1)
    assert found.summary() == "1 official rows: 1 compared in 5 values; 1 announced documents; no difference."


@pytest.mark.parametrize(
    ("row", "what", "official", "stored", "evidence"),
    [
        (
            {"started_on": date(2022, 2, 22)},
            "started_on",
            "2022-02-22",
            "2022-02-21",
            "21 to 25 February 2022",
        ),
        ({"kind": "ilacs_standard"}, "kind", "ilacs_standard", "ilacs_short", "21 to 25 February 2022"),
        (
            {"grades": (("overall", "good"),)},
            "overall",
            "good",
            "outstanding",
            "Overall effectiveness Outstanding",
        ),
        ({"grades": (("care_leavers", "good"),)}, "care_leavers", "good", None, "no such row was found"),
        ({"grades": (("leaders", None),)}, "leaders", None, "good", "The impact of leaders Good"),
    ],
)
def test_each_difference_has_both_values_and_the_evidence(
    row: dict[str, object], what: str, official: str | None, stored: str | None, evidence: str
) -> None:
    (found,) = reconcile([replace(ROW, **row)], [STORED], [DOCUMENT]).differences
    assert (found.what, found.official, found.stored) == (what, official, stored)
    assert evidence in found.evidence
    assert (found.url, found.inspection_id) == (URL, STORED.inspection_id)


def test_a_grade_that_is_not_given_shows_its_reason() -> None:
    without = replace(STORED, grades=(StoredGrade("overall", None, "not given from April 2026", "", None),))
    (found,) = reconcile([replace(ROW, grades=(("overall", "good"),))], [without], []).differences
    assert found.evidence == "not given from April 2026"


def test_an_inspection_is_missing_only_where_its_document_is_announced_or_stored() -> None:
    assert reconcile([ROW], [], []).not_stored == (ROW,)
    elsewhere = replace(LISTED, gss="E08000025")
    only_elsewhere = reconcile([ROW], [], [], [elsewhere])
    assert only_elsewhere.not_stored == (ROW,)
    assert [found.what for found in only_elsewhere.differences] == ["document"]
    announced = reconcile([ROW], [], [], [LISTED])
    assert announced.not_stored == ()
    assert {(found.what, found.evidence.partition(":")[0]) for found in announced.differences} == {
        ("inspection", "announced, not stored"),
        ("document", "announced and not stored"),
    }
    (held,) = reconcile([ROW], [], [DOCUMENT], [LISTED]).differences
    assert held.evidence == "its document is stored, but not as this inspection"
    (unlisted,) = reconcile([ROW], [], [DOCUMENT]).differences
    assert unlisted.evidence == "stored, but not as this inspection: Inspection of Leeds"
    other_day = replace(LISTED, published_on=PUBLISHED - timedelta(days=90), url="https://files.example/2")
    found = reconcile([ROW], [], [DOCUMENT], [other_day]).differences
    assert [difference.what for difference in found].count("inspection") == 1


def test_a_listing_is_compared_both_ways_for_its_authorities() -> None:
    gone = replace(DOCUMENT, document_id="d2", url="https://files.example/2")
    by_hand = replace(gone, document_id="d3", url="https://files.example/3", was_announced=False)
    abroad = replace(gone, document_id="d4", url="https://files.example/4", gss="E08000025")
    fresh = replace(LISTED, url="https://files.example/5")
    broken = Failure("ofsted", fresh.url, "extract", "UnreadableError", "an HTML page came")
    found = reconcile(
        [], [], [DOCUMENT, gone, by_hand, abroad], [LISTED, fresh], quarantine=[broken], names={GSS: "Leeds"}
    )
    assert {(d.url, d.evidence) for d in found.differences} == {
        (gone.url, "stored and no longer announced"),
        (fresh.url, "announced and not stored: an HTML page came"),
    }
    assert {d.authority for d in found.differences} == {"Leeds"}
    assert found.summary() == "2 announced documents; 2 differences."


@settings(max_examples=60)
@given(
    days=st.integers(-10, 10),
    kind=st.sampled_from(["ilacs_short", "ilacs", "ilacs_standard", "focused_visit"]),
)
def test_what_was_published_within_days_is_the_same_inspection(days: int, kind: str) -> None:
    stored = replace(STORED, kind=kind, started_on=None, published_on=PUBLISHED + timedelta(days=days))
    found = reconcile([ROW], [stored], [])
    assert found.compared == (kind != "focused_visit" and abs(days) <= SAME.days)
    assert json.loads(found.as_json())["rows"] == 1


@pytest.fixture
def newsroom(ingest: Ingest, tmp_path: Path) -> Path:
    """A folder with a listing of one report and one visit, both read into the default warehouse."""
    folder = tmp_path / "in"
    folder.mkdir()
    rows = [("The impact of leaders on social work|practice with children and families", "Good"),
            ("Overall effectiveness", "Good")]  # fmt: skip
    (folder / "report.pdf").write_bytes(ilacs_report("Leeds", rows=rows))
    (folder / "visit.pdf").write_bytes(focused_visit("Leeds"))
    (folder / "listings.csv").write_text(
        "path,urn,provider,gss,listing_title,published_on,url\n"
        "report.pdf,80551,leeds,E08000035,children's services inspection,2022-02-01,https://files.example/1\n"
        "visit.pdf,80551,leeds,E08000035,children's services focused visit,2021-12-09,https://files.example/2\n"
    )
    done = ingest("run", "--folder", folder, "--no-alerts")
    assert done.returncode == 0, done.stdout + done.stderr
    columns = [
        "Local authority area code",
        "Local authority name",
        "Inspection/Visit date",
        "Publication date",
    ]
    (folder / "official.csv").write_text(
        ",".join([*columns, "Inspection/Visit type", *AREAS]) + "\n"
        "E08000035,Leeds,2021-12-06,2022-02-01,ILACS Standard Inspection,Good,Good,,,\n"
        "E08000035,Leeds,2021-10-27,2021-12-09,ILACS Focused Visit,,,,,\n"
    )
    return folder


def test_the_command_compares_the_published_copy(ingest: Ingest, newsroom: Path) -> None:
    official, listings = newsroom / "official.csv", newsroom / "listings.csv"
    done = ingest("reconcile", "--official", official, "--listings", listings)
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 compared in 8 values; 2 announced documents; no difference." in done.stdout
    official.write_text(
        official.read_text().replace("Good,Good", "Inadequate,Good").replace("10-27", "10-28")
    )
    listings.write_text(listings.read_text().replace("files.example/2", "files.example/3"))
    done = ingest("reconcile", "--official", official, "--listings", listings)
    assert done.returncode == 1
    for words in (
        "inadequate",
        "2021-10-28",
        "no longer announced",
        "announced and not",
        "p. 1",
        "4 differences.",
    ):
        assert words in done.stdout
    told = json.loads(ingest("reconcile", "--official", official, "--json").stdout)
    assert [found["what"] for found in told["differences"]] == ["started_on", "overall"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ["nothing to compare"]),
        (["--official", "none.csv"], ["none.csv", "No such file"]),
        (["--official", "short.csv"], ["short.csv", "column missing", "'Publication date'"]),
        (["--listings", "short.csv"], ["'listing_title'"]),
        (["--listings", "whole.csv"], ["no warehouse yet"]),
    ],
)
def test_unusable_input_gets_one_line_and_exit_code_2(
    ingest: Ingest, tmp_path: Path, arguments: list[str], words: list[str]
) -> None:
    (tmp_path / "short.csv").write_text("gss,name\nE08000035,Leeds\n")
    (tmp_path / "whole.csv").write_text("gss,listing_title,published_on,url\n")
    done = ingest("reconcile", *arguments)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    for word in words:
        assert word in done.stderr
