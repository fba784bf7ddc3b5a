"""Dates and spans of dates as Ofsted's documents and the press write them.

Forms counted in the documents: "6 to 17 December 2021", "19 November 2018 to 30 November 2018",
"19 November–30 November 2018", "27 and 28 October 2021", "28 January–5 February 2014", "18 Feb 2014",
"12/09/2016 to 06/10/2016", "5 to 9 December 2022 and 14 to 15 February 2023", "22 May and 26 May" (no year).
Weekdays may stand between, and spaces be missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
# ASCII, because "Aprıl" without a dot would match in any case and is in no table.
MONTH = (
    r"(?a:January|February|March|April|May|June|July|August|September|Sept|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?![^\W\d_])\.?"
)
_MISSPELT = r"(?a:(?:Jan|Feb|Mar|Apr|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{2,7})(?=,?\s+20\d\d\b)"
"""A word that begins as a month does; between a day and a year it is one ("Janurary")."""
WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+)?"
_YEAR = r"(?:19|20)\d{2}\b"
# Where a line is set tight, spaces are lost: "15 to26 January2024".
_DAY = (
    rf"\d{{1,2}}(?:st|nd|rd|th)?"
    rf"(?:\s*(?:of\s+)?(?:{MONTH}|{_MISSPELT})(?:,?\s*{_YEAR})?|,?\s+{_YEAR})?"
)
_SLASHED = r"\d{1,2}/\d{1,2}/(?:(?:19|20)?\d{2})(?![\d/])|\d{1,2}\.\d{1,2}\.20\d{2}(?!\d)"
_DASH = "-\u2010-\u2015\u2212\u2500\u0335\u0336"
_TO = r"(?<![a-z])(?:(?:up |through )?to|and|until|till)(?![a-z])"
_BETWEEN = rf"\s*(?:[,;]?\s*(?:{_TO}|&)|[,;]|[{_DASH}]+)\s*(?:the\s+)?{WEEKDAY}"
_SPAN = re.compile(rf"(?<![\d/])(?:{_SLASHED}|{_DAY})(?:{_BETWEEN}(?:{_SLASHED}|{_DAY}))*", re.IGNORECASE)
_ITEM = re.compile(
    rf"(?P<slashed>{_SLASHED})|(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"(?:\s*(?:of\s+)?(?P<month>{MONTH}|{_MISSPELT}))?(?:,?\s*(?P<year>{_YEAR}))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DateSpan:
    """The dates of one expression, in order, and where it stands."""

    dates: tuple[date, ...]
    start: int
    end: int

    @property
    def first(self) -> date:
        """The earliest."""
        return min(self.dates)

    @property
    def last(self) -> date:
        """The latest."""
        return max(self.dates)


def month_number(name: str) -> int:
    """Return 1 to 12 for a month's English name, its short form, or a word that begins as one does."""
    return MONTHS.get(name.rstrip(".").casefold()) or MONTHS[name[:3].casefold()]


def find_spans(text: str, *, year: int | None = None) -> list[DateSpan]:
    """Return every expression of dates in the text.

    A day without a month takes the month that follows ("6 to 17 December"), one without a year the year
    that follows, else `year`. What stays without a month or a year, or is no date (31 June), is left out.
    """
    spans = []
    for match in _SPAN.finditer(text):
        dates = _dates(match.group(), year)
        if dates:
            spans.append(DateSpan(dates, match.start(), match.end()))
    return spans


def _dates(expression: str, year: int | None) -> tuple[date, ...]:
    found: list[date] = []
    month: int | None = None
    for item in reversed(list(_ITEM.finditer(expression))):
        if item["slashed"]:
            day, month, year = (int(part) for part in re.split("[/.]", item["slashed"]))
            year += 2000 if year < 100 else 0
        else:
            day = int(item["day"])
            month = month_number(item["month"]) if item["month"] else month
            if item["year"]:
                year = int(item["year"])
        if month is None or year is None:
            continue
        try:
            when = date(year, month, day)
            if found and when > found[-1] and not (item["year"] or item["slashed"]):
                when = when.replace(year=year - 1)  # "12 December to 9 January 2015"
        except ValueError:
            continue
        found.append(when)
    return tuple(reversed(found))


def parse_date(text: str) -> date | None:
    """Return the first single date of the text, "August 1, 2016" included; None where there is none."""
    spans = find_spans(text)
    if spans:
        return spans[0].dates[0]
    american = re.search(
        rf"({MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+((?:19|20)\d{{2}})", text, re.IGNORECASE
    )
    if american:
        try:
            return date(int(american[3]), month_number(american[1]), int(american[2]))
        except ValueError:
            return None
    return None
