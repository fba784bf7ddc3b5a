"""Ofsted's statistics and listings as records; unusable files say what is wrong with them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.errors import ConfigError
from ingest.official.statistics import AREAS, read_listing, read_official
from ingest.reference import load

HISTORY = ",".join(
    ["Local authority area code", "Local authority name", "Local authority status", "Ofsted region",
     "Inspection date", "Publication date", "Inspection type", *AREAS]
)  # fmt: skip
IN_YEAR = ",".join(
    ["Local authority area code", "Local authority name", "Region", "Inspection/Visit date",
     "Publication date", "Inspection/Visit type", *AREAS, "Visit Theme"]
)  # fmt: skip


def save(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


def test_both_shapes_are_read(tmp_path: Path) -> None:
    history = save(
        tmp_path / "history.csv",
        HISTORY,
        "E08000035,Leeds,Current,North,2022-02-21T00:00:00,2022-05-09T00:00:00,ILACS Short Inspection,"
        "Outstanding,Good,Requires improvement to be good,Inadequate",
    )
    (row,) = read_official(history, load())
    assert (row.gss, row.kind, row.group) == ("E08000035", "ilacs_short", "inspection")
    assert (row.started_on, row.published_on) == (date(2022, 2, 21), date(2022, 5, 9))
    assert dict(row.grades) == {
        "overall": "outstanding",
        "leaders": "good",
        "help_and_protection": "requires_improvement",
        "children_in_care": "inadequate",
        "care_leavers": None,
    }
    in_year = save(
        tmp_path / "year.csv",
        IN_YEAR,
        "E08000035,Leeds,North,13/02/2025,14/03/2025,ILACS Focused Visit,,,,,,Children in care",
        "E08000035,Leeds,North,2025-02-13,2025-03-14,LA Monitoring visit,NULL,,,,,",
        ",,,,,,,,,,,",
        "E08000035,Leeds,North,2025-02-13,2025-03-14,Thematic review,,,,,,",
    )
    rows = read_official(in_year, load())
    assert [row.kind for row in rows] == ["focused_visit", "monitoring_visit", "other"]
    assert rows[0].started_on == date(2025, 2, 13)
    assert {grade for row in rows for _, grade in row.grades} == {None}


def test_an_old_code_is_read_as_todays(tmp_path: Path) -> None:
    known = next(authority for authority in load().all if authority.former_gss)
    line = f"{known.former_gss[0]},X,,,2022-02-21,2022-05-09,ILACS Short Inspection,,,,,"
    (row,) = read_official(save(tmp_path / "history.csv", HISTORY, line), load())
    assert row.gss == known.gss


def test_a_listing_gives_documents(tmp_path: Path) -> None:
    leeds = load().by_gss("E08000035")
    assert leeds is not None
    path = save(
        tmp_path / "listings.csv",
        "path,urn,gss,listing_title,published_on,url",
        "a.pdf,,E08000035,Children’s services focused visit,2022-02-21,https://files.example/1",
        f"b c.pdf,{leeds.urn},,joint area child protection inspection,,",
    )
    first, second = read_listing(path, load())
    assert (first.group, first.label, first.url) == (
        "focused_visit",
        "children's services focused visit",
        "https://files.example/1",
    )
    assert (second.gss, second.group, second.published_on) == ("E08000035", "jtai", None)
    assert second.url == (tmp_path / "b c.pdf").as_uri()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "a,b\n1,2\n",
            ["column missing", "'Local authority area code'", "'Inspection date' or", "column names"],
        ),
        ("", ["column missing"]),
        (HISTORY + "\nE08000035,Leeds,,,soon,2022-05-09,ILACS Short Inspection\n", ["line 2", "soon"]),
        ("\0", ["official.csv"]),
    ],
)
def test_unusable_statistics_say_why(tmp_path: Path, text: str, words: list[str]) -> None:
    path = tmp_path / "official.csv"
    path.write_text(text)
    with pytest.raises(ConfigError) as raised:
        read_official(path, load())
    for word in (*words, "official.csv"):
        assert word in str(raised.value)


def test_a_missing_or_binary_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.csv: cannot be read: No such file"):
        read_listing(tmp_path / "none.csv", load())
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(ConfigError, match=r"x\.csv: cannot be read"):
        read_listing(tmp_path / "x.csv", load())
