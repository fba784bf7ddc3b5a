"""What people type for a day, and what is none."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.desk.searching import days
from ingest.errors import ConfigError


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("2020", date(2020, 1, 1), date(2020, 12, 31)),
        ("2020-2", date(2020, 2, 1), date(2020, 2, 29)),
        ("2021-12", date(2021, 12, 1), date(2021, 12, 31)),
        (" 2020-06-30 ", date(2020, 6, 30), date(2020, 6, 30)),
    ],
)
def test_a_year_a_month_or_a_day_has_a_first_and_a_last_day(words: str, first: date, last: date) -> None:
    assert days(words) == (first, last)


@pytest.mark.parametrize(
    "words", ["", "last year", "20", "2020-13", "2020-00", "2020-00-15", "2020-06-00", "2021-02-29", "0000"]
)
def test_what_is_no_day_is_told(words: str) -> None:
    with pytest.raises(ConfigError, match="is no date: write 2020, 2020-06 or 2020-06-30"):
        days(words)
