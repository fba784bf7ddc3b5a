"""Dates in every form that the documents use."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.classify.dates import find_spans, parse_date


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("6 to 17 December 2021", "2021-12-06", "2021-12-17"),
        ("19 November 2018 to 30 November 2018", "2018-11-19", "2018-11-30"),
        ("19 November–30 November 2018", "2018-11-19", "2018-11-30"),
        ("27 and 28 October 2021", "2021-10-27", "2021-10-28"),
        ("28 January─5 February 2014", "2014-01-28", "2014-02-05"),
        ("18 Feb 2014", "2014-02-18", "2014-02-18"),
        ("12/09/2016 to 06/10/2016", "2016-09-12", "2016-10-06"),
        ("1/06/2015 – 25/06/2015", "2015-06-01", "2015-06-25"),
        ("5 to 9 December 2022 and 14 to 15 February 2023", "2022-12-05", "2023-02-15"),
        ("12 December to 9 January 2015", "2014-12-12", "2015-01-09"),
        ("11 – 22 July 2022", "2022-07-11", "2022-07-22"),
        ("8th Jun 2018", "2018-06-08", "2018-06-08"),
        ("Between 22 May and 26 May, inspectors", "2017-05-22", "2017-05-26"),
        ("29 February and 5 February 2024", "2024-02-05", "2024-02-05"),
        ("12/10/2016 and 06/10/2016", "2016-10-06", "2016-10-12"),
        ("20/11/17 to 14/12/17", "2017-11-20", "2017-12-14"),
        ("20.11.2017 to 14.12.2017", "2017-11-20", "2017-12-14"),
        ("Tuesday 17 May and Wednesday 18 May 2022", "2022-05-17", "2022-05-18"),
        ("Monday 11 July 2022 to Friday 22 July 2022", "2022-07-11", "2022-07-22"),
        ("25 to 29 September 2023, and 2 to 6 October 2023", "2023-09-25", "2023-10-06"),
        ("20 to 24 June; 4 to 8 July 2022", "2022-06-20", "2022-07-08"),
        ("27th and the 28th October 2021", "2021-10-27", "2021-10-28"),
        ("9, 10, and 11 November 2020", "2020-11-09", "2020-11-11"),
        ("13 June 2023 through to 16 June 2023", "2023-06-13", "2023-06-16"),
        ("15 to26 January2024", "2024-01-15", "2024-01-26"),
        ("15to 26January 2024", "2024-01-15", "2024-01-26"),
        ("15 to 26 Janurary 2024", "2024-01-15", "2024-01-26"),
    ],
)
def test_spans_are_read_in_all_their_forms(text: str, first: str, last: str) -> None:
    spans = find_spans(text, year=2017)
    assert len(spans) == 1
    assert (spans[0].first, spans[0].last) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "text",
    [
        "31 June 2020",
        "in 2020",
        "24 children",
        "3 to 5 children in 2019",
        "May 2018",
        "3 Aprıl 2020",
        "3 decisions in 2020",
    ],
)
def test_what_is_no_date_is_left_out(text: str) -> None:
    assert find_spans(text) == []


def test_a_single_date_may_be_american() -> None:
    assert parse_date("Published on Monday, August 1, 2016") == date(2016, 8, 1)
    assert parse_date("August 41, 2016") is None
    assert parse_date("soon") is None


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 40))
def test_a_span_reads_back_as_it_was_written(first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    text = f"on {first.day} {first:%B %Y} to {last.day} {last:%B %Y}."
    if last.year < 2100:
        (span,) = find_spans(text)
        assert (span.first, span.last) == (first, last)


@given(st.text(alphabet="0123456789/ JanuaryMay-–to and,", max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert all(0 <= span.start < span.end <= len(text) for span in find_spans(text, year=2020))
