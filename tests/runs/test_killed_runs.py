"""kill -9 at a few moments of a run over a small internet: the next run makes the same warehouse of it.

`python -m benchmarks.internet --only kills` does the same at many more moments.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.internet_kill import Tables, differences, finish, internet, kill_at, start, tables

HOSTS, PAGES = 3, 36


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    place = tmp_path_factory.mktemp("internet")
    with internet(place, HOSTS, PAGES, errors=0.15):
        yield place


@pytest.fixture(scope="module")
def whole(place: Path) -> tuple[Tables, float]:
    """What an uninterrupted run stores, and how many seconds it takes."""
    began = time.monotonic()
    finish(start(place, place / "whole"))
    return tables(place / "whole"), time.monotonic() - began


def test_the_run_finds_what_there_is(place: Path, whole: tuple[Tables, float]) -> None:
    assert PAGES * 0.7 < len(whole[0]["document"]) <= PAGES
    assert whole[0]["quarantine"]


@pytest.mark.parametrize("share", [0.45, 0.7, 0.9])
def test_a_killed_run_is_completed_by_the_next(
    place: Path, whole: tuple[Tables, float], share: float
) -> None:
    found, seconds = whole
    data = place / f"killed-{share}"
    kill_at(place, data, share * seconds)
    assert differences(found, tables(data)) == []
