"""The user's own names of authorities: read from CSV and settings, checked, and matched like the package's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Ingest

from ingest.classify.authorities import examine
from ingest.errors import ConfigError
from ingest.reference import OwnName, load, own_names, use_names

LEEDS = "E08000035"


@pytest.fixture(autouse=True)
def _the_package_alone() -> Iterator[None]:
    yield
    use_names(())


def write(folder: Path, text: str) -> Path:
    path = folder / "names.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_aliases_and_exceptions_are_read_from_file_and_settings(tmp_path: Path) -> None:
    file = write(
        tmp_path, "name,authority,note\nExampleton Childrens Board,Leeds,own\n\nLeeds Example Society,,none\n"
    )
    names = own_names(file, {"Examplegate": LEEDS}, ["Kent Example Choir"])
    assert set(names) == {
        OwnName("Exampleton Childrens Board", LEEDS),
        OwnName("Leeds Example Society", ""),
        OwnName("Examplegate", LEEDS),
        OwnName("Kent Example Choir", ""),
    }


def test_an_alias_is_matched_and_an_exception_is_not() -> None:
    text = "Inspectors visited Exampleton Childrens Board. Leeds Example Society sang."
    assert [m.gss for m in examine(text)[0]] == [LEEDS]
    use_names((OwnName("Exampleton Childrens Board", LEEDS), OwnName("Leeds Example Society", "")))
    found, rejected = examine(text)
    assert [(m.gss, m.evidence) for m in found] == [(LEEDS, "Exampleton Childrens Board")]
    assert [(r.name, r.rule) for r in rejected] == [("Leeds Example Society", "other_name")]
    assert load().by_name("exampleton childrens board") is load().by_gss(LEEDS)


def test_an_exception_takes_an_alias_away() -> None:
    assert load().by_name("B&NES") is not None
    use_names((OwnName("B&NES", ""),))
    assert load().by_name("B&NES") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nam,authority\nx,Leeds\n", ["names.csv", "'name'", "first line"]),
        ("name,authority\nExampleton,Leds\n", ["line 2", "Leds", "Leeds"]),
        ("name,authority\nBradford,Leeds\n", ["line 2", "already means Bradford"]),
        ("name,authority\nLeeds,\n", ["line 2", "must be longer"]),
        ("name,authority\nX,Leeds\n", ["line 2", "too short"]),
        ("name,authority\nExampleton,Leeds\nexampleton,Kent\n", ["line 3", "already given"]),
    ],
)
def test_a_mistake_names_the_line_and_the_remedy(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(ConfigError) as error:
        own_names(write(tmp_path, text), {}, [])
    for word in words:
        assert word in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.csv: cannot be read: No such file or directory; name"):
        own_names(tmp_path / "nowhere.csv", {}, [])


def test_names_of_ingest_toml_count_in_the_command(ingest: Ingest, tmp_path: Path) -> None:
    (tmp_path / "ingest.toml").write_text(
        'not_authorities = ["Kent Example Choir"]\n[aliases]\n"Examplegate" = "Leeds"\n'
    )
    said = ingest("explain", "Examplegate was visited; the Kent Example Choir sang.").stdout
    assert "E08000035" in said
    assert "E10000016" not in said


def test_a_missing_file_stops_the_command_with_one_line(ingest: Ingest) -> None:
    done = ingest("explain", "Leeds", aliases_file="gone.csv")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "gone.csv" in done.stderr
