"""Statistical neighbours: ten each, known, and never oneself."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import ConfigError
from ingest.reference import load, load_neighbours
from ingest.reference.neighbours import read_neighbours


def test_every_authority_but_the_two_of_2023_has_ten() -> None:
    neighbours = load_neighbours()
    assert {len(others) for others in neighbours.values()} == {10}
    without = {a.name for a in load().all if a.is_current and a.gss not in neighbours}
    assert without == {"Cumberland", "Westmorland and Furness"}


@pytest.mark.parametrize(
    "row",
    ["E08000025,E08000025", "E08000025,E99999999", "E99999999,E08000025", "E08000025,E08000035 E08000035"],
)
def test_a_faulty_row_is_named(tmp_path: Path, row: str) -> None:
    file = tmp_path / "n.csv"
    file.write_text(f"gss,neighbours\n{row}\n")
    with pytest.raises(ConfigError, match=r"n\.csv line 2"):
        read_neighbours(file)


@pytest.mark.parametrize(
    ("text", "words"), [("gss\nE08000025\n", "no column 'neighbours'"), (None, "cannot be read")]
)
def test_an_unusable_file_is_named(tmp_path: Path, text: str | None, words: str) -> None:
    file = tmp_path / "n.csv"
    if text:
        file.write_text(text)
    with pytest.raises(ConfigError, match=rf"n\.csv.*{words}"):
        read_neighbours(file)
