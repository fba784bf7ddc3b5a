from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.sources.dates import parse_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("08 June 2018", date(2018, 6, 8)),
        ("8th Jun 2018", date(2018, 6, 8)),
        ("Published: the 8th of June, 2018 at noon", date(2018, 6, 8)),
        ("Monday, August 1, 2016", date(2016, 8, 1)),
        ("Sept. 3rd, 2019", date(2019, 9, 3)),
        ("children's services inspection - 01 april 2022", date(2022, 4, 1)),
        ("2018-06-08", date(2018, 6, 8)),
        ("2018-06-08T10:00:00", date(2018, 6, 8)),
        ("2018-06-08T23:30:00Z", date(2018, 6, 9)),
        ("2018-12-08T23:30:00.000+00:00", date(2018, 12, 8)),
        ("Fri, 08 Jun 2018 23:30:00 GMT", date(2018, 6, 9)),
        ("Fri, 8 Jun 2018 23:30:00 +0100", date(2018, 6, 8)),
        ("Sat, 09 Jun 18 08:00 +0100", date(2018, 6, 9)),
        ("08/06/2018", date(2018, 6, 8)),
        ("8.6.18", date(2018, 6, 8)),
        ("08-06-2018", date(2018, 6, 8)),
        ("1 to 5 June, published 9 July 2018", date(2018, 7, 9)),
        ("31 February 2018, that is 3 March 2018", date(2018, 3, 3)),
        ("06/13/2018", None),
        ("0001-01-01T00:00:00", None),
        ("1 January 1970", None),
        ("June 2018", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_reads_dates_as_british_sites_write_them(text: str, expected: date | None) -> None:
    assert parse_date(text) == expected


def test_a_given_format_replaces_all_other_readings() -> None:
    assert parse_date("06/13/2018", "%m/%d/%Y") == date(2018, 6, 13)
    assert parse_date("08 June 2018", "%m/%d/%Y") is None


@settings(max_examples=60)
@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31)))
def test_every_date_survives_every_spelling(day: date) -> None:
    for spelling in (
        "%d %B %Y",
        "%d %b %Y",
        "%A, %B %d, %Y",
        "%Y-%m-%d",
        "%d/%m/%Y",
        "%a, %d %b %Y 12:00:00 +0000",
    ):
        assert parse_date(day.strftime(spelling)) == day


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_no_text_is_an_error(text: str) -> None:
    parse_date(text)
