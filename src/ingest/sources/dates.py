"""Dates as British sites write them -> date; nothing is guessed.

`08/06/2018` is read the British way (8 June). A time with an offset is read in UK time, so that an item
announced at 23:30 UTC in summer belongs to the next day, as its publisher sees it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
)
_DAY = r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_OFFSET_TIME = re.compile(
    r"\b\d{1,2} [a-z]{3} \d{2,4} \d{1,2}:\d{2}(?::\d{2})?(?: (?:[+-]\d{4}\b|[a-z]{1,4}\b))?", re.IGNORECASE
)
_ISO = re.compile(
    r"\b\d{4}-\d{2}-\d{2}(?!\d)(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)
_WORDS = (
    re.compile(_DAY + r"(?:\s+of)?[\s,.-]*" + _MONTH + r"[\s,.-]*(?P<year>\d{4})\b", re.IGNORECASE),
    re.compile(
        r"\b" + _MONTH + r"\.?\s+" + _DAY.removeprefix(r"\b") + r",?\s+(?P<year>\d{4})\b", re.IGNORECASE
    ),
)
_NUMBERS = re.compile(r"\b(?P<day>\d{1,2})([/.-])(?P<month>\d{1,2})\2(?P<year>\d{4}|\d{2})\b")

_EARLIEST_YEAR = 1990
"""Ofsted began in 1992: earlier years are placeholders (0001-01-01, 1970-01-01), not dates."""


def parse_date(text: str, date_format: str | None = None) -> date | None:
    """Return the first date in `text`, or None where there is none.

    `date_format` (as in `time.strptime`) replaces all other readings and must fit the whole text.
    """
    text = " ".join(text.split())
    if date_format:
        try:
            return _plausible(date(*time.strptime(text, date_format)[:3]))
        except ValueError:
            return None
    found = sorted(_candidates(text), key=lambda candidate: candidate[0])
    return next((day for _, day in found if day is not None), None)


def _candidates(text: str) -> Iterator[tuple[int, date | None]]:
    for match in _OFFSET_TIME.finditer(text):
        yield match.start(), _moment(match[0], parsedate_to_datetime)
    for match in _ISO.finditer(text):
        yield match.start(), _moment(match[0], datetime.fromisoformat)
    for pattern in _WORDS:
        for match in pattern.finditer(text):
            month = _MONTHS.index(match["month"][:3].casefold()) + 1
            yield match.start(), _day(int(match["year"]), month, int(match["day"]))
    for match in _NUMBERS.finditer(text):
        year = int(match["year"])
        yield match.start(), _day(year + 2000 if year < 100 else year, int(match["month"]), int(match["day"]))


def _moment(text: str, read: Callable[[str], datetime]) -> date | None:
    try:
        moment = read(text)
        return _plausible((moment.astimezone(_london()) if moment.tzinfo else moment).date())
    except (ValueError, OverflowError):
        return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return _plausible(date(year, month, day))
    except ValueError:
        return None


def _plausible(day: date) -> date | None:
    return day if day.year >= _EARLIEST_YEAR else None


@lru_cache
def _london() -> ZoneInfo:
    return ZoneInfo("Europe/London")
