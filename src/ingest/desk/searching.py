"""What was searched and found, as a person types and reads it."""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import get_args

from rich.console import Console
from rich.text import Text

from ingest.errors import ConfigError
from ingest.load import Hit, Hits, Wanted
from ingest.model import Polarity

_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def days(words: str) -> tuple[date, date]:
    """Return the first and the last day of a year, a month or a day; raise ConfigError naming what is none."""
    match = _DAY.fullmatch(words.strip())
    try:
        if match is None:
            raise ValueError(words)
        year, month, day = match.groups()
        first = date(int(year), int(month or 1), int(day or 1))
        last_month = first.month if month else 12
        last_day = first.day if day else calendar.monthrange(first.year, last_month)[1]
        return first, date(first.year, last_month, last_day)
    except ValueError as error:
        raise ConfigError(f"{words!r} is no date: write 2020, 2020-06 or 2020-06-30") from error


def polarities(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words; raise ConfigError for one that is no polarity."""
    known = get_args(Polarity)
    for word in words:
        if word not in known:
            raise ConfigError(f"no polarity {word!r}: choose of {', '.join(known)}")
    return tuple(words)


def as_lines(found: Hits) -> str:
    """Return a line of JSON for each hit."""
    return "".join(json.dumps(asdict(hit), ensure_ascii=False, default=str) + "\n" for hit in found.hits)


def show_hits(found: Hits, wanted: Wanted, console: Console) -> None:
    """Print the hits, the searched words in bold."""
    if not found.hits:
        console.print(f"Nothing found for {wanted.words}.", markup=False, highlight=False)
        return
    if not found.every_word:
        console.print("None has all of these words; with some of them:", highlight=False)
    for number, hit in enumerate(found.hits, start=1):
        console.print(_head(number, hit))
        snippet = Text(hit.snippet.text)
        for start, end in hit.snippet.marks:
            snippet.stylize("bold yellow", start, end)
        console.print(snippet)
        page = f", page {hit.page}" if hit.page else ""
        console.print(Text(f"{hit.title} | {hit.publisher}\n{hit.url}{page}\n", style="dim"), soft_wrap=True)


def _head(number: int, hit: Hit) -> Text:
    parts = [
        ", ".join(hit.authorities[:3]) or "no authority",
        str(hit.published_on or "undated"),
        hit.polarity or "",
        ", ".join(hit.themes[:4]) if hit.polarity else "",
    ]
    return Text(f"{number}. {' | '.join(part for part in parts if part)}", style="bold")
