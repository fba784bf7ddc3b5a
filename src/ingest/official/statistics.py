"""Ofsted's published statistics and a listing of its documents, as records to compare a warehouse with.

Two shapes of statistics are read, both as Ofsted publishes them: the history of ILACS inspections and the
inspections and visits of the year so far. They differ in the names of three columns.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest.errors import ConfigError
from ingest.model import Link
from ingest.reference.authorities import Gazetteer
from ingest.sources.announcement import normal_label
from ingest.sources.dates import parse_date

CODE, NAME, PUBLISHED = "Local authority area code", "Local authority name", "Publication date"
STARTED = ("Inspection date", "Inspection/Visit date")
TYPE = ("Inspection type", "Inspection/Visit type")
AREAS = {
    "Overall effectiveness": "overall",
    "The impact of leaders on social work practice with children and families": "leaders",
    "The experiences and progress of children who need help and protection": "help_and_protection",
    "The experiences and progress of children in care": "children_in_care",
    "The experiences and progress of care leavers": "care_leavers",
}
_TYPES = (
    ("monitoring", "monitoring_visit"),
    ("focused", "focused_visit"),
    ("standard", "ilacs_standard"),
    ("short", "ilacs_short"),
)
_LABELS = (
    ("monitoring", "monitoring_visit"),
    ("focused", "focused_visit"),
    ("joint", "jtai"),
    ("send", "area_send"),
    ("inspection", "inspection"),
)
_BLANK = ("", "-", "null", "n/a", "not applicable")
_LISTED = ("gss", "listing_title", "published_on", "url")


@dataclass(frozen=True, slots=True)
class OfficialRow:
    """An inspection or visit as Ofsted's statistics have it."""

    gss: str
    name: str
    kind: str
    """ilacs_standard, ilacs_short, focused_visit, monitoring_visit, or `other` for a type not known here."""
    started_on: date
    published_on: date
    grades: tuple[tuple[str, str | None], ...]
    """(area, grade in the words of the contract; None where none is given)."""

    @property
    def group(self) -> str:
        """What a listing tells apart: an inspection, whatever its length, or a kind of visit."""
        return "inspection" if self.kind.startswith("ilacs") else self.kind


@dataclass(frozen=True, slots=True)
class ListedItem:
    """A document that a listing announces."""

    gss: str
    label: str
    group: str
    published_on: date | None
    url: str
    """Its address; that of the file beside the listing where it gives none."""


def read_official(path: Path, gazetteer: Gazetteer) -> tuple[OfficialRow, ...]:
    """Read one file of statistics; old codes become today's.

    Raises:
        ConfigError: unreadable, a column is missing, or a date is none; names it and the remedy.
    """
    rows = []
    for line, row in _rows(path, (CODE, NAME, PUBLISHED, STARTED, TYPE, *AREAS)):
        kind = normal_label(_cell(row, TYPE))
        rows.append(
            OfficialRow(
                gss=gazetteer.canonical(_cell(row, CODE)),
                name=_cell(row, NAME),
                kind=next((known for word, known in _TYPES if word in kind), "other"),
                started_on=_date(path, line, row, STARTED),
                published_on=_date(path, line, row, PUBLISHED),
                grades=tuple((area, _grade(_cell(row, column))) for column, area in AREAS.items()),
            )
        )
    return tuple(rows)


def read_listing(path: Path, gazetteer: Gazetteer) -> tuple[ListedItem, ...]:
    """Read a listing (columns gss, listing_title, published_on, url; path and urn where it has them).

    Raises:
        ConfigError: as `read_official`.
    """
    items = []
    for line, row in _rows(path, _LISTED):
        local = (path.parent / _cell(row, "path")).resolve().as_uri() if _cell(row, "path") else ""
        link = Link(
            source_id=path.name,
            url=_cell(row, "url") or local,
            published_on=_date(path, line, row, "published_on") if _cell(row, "published_on") else None,
            label=_cell(row, "listing_title"),
            gss=_cell(row, "gss"),
            urn=_cell(row, "urn"),
        )
        items.append(listed_item(link, gazetteer))
    return tuple(items)


def listed_item(link: Link, gazetteer: Gazetteer) -> ListedItem:
    """Return an announcement of Ofsted's site as an item of its listing."""
    by_number = gazetteer.by_urn(link.urn) if link.urn else None
    label = normal_label(link.label)
    return ListedItem(
        gss=gazetteer.canonical(link.gss or "") or (by_number.gss if by_number else ""),
        label=label,
        group=next((group for word, group in _LABELS if word in label), "other"),
        published_on=link.published_on,
        url=link.url,
    )


Column = str | tuple[str, ...]
"""A column's name, or the names that it may have."""


def _rows(path: Path, columns: tuple[Column, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="", restkey="rest")
            have = reader.fieldnames or ()
            missing = [names for names in map(_names, columns) if not set(names) & set(have)]
            if missing:
                wanted = ", ".join(" or ".join(map(repr, names)) for names in missing)
                raise ConfigError(
                    f"{path}: column missing: {wanted}; save the sheet as CSV with Ofsted's own column names."
                )
            for row in reader:
                if any(row[name] for name in have):
                    yield reader.line_num, row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(f"{path}: cannot be read: {said}; name a CSV file in UTF-8.") from error


def _names(column: Column) -> tuple[str, ...]:
    return (column,) if isinstance(column, str) else column


def _cell(row: dict[str, str], column: Column) -> str:
    return next((row[name].strip() for name in _names(column) if row.get(name)), "")


def _date(path: Path, line: int, row: dict[str, str], column: Column) -> date:
    said = _cell(row, column)
    found = parse_date(said)
    if found is None:
        raise ConfigError(
            f"{path}, line {line}: no date in {_names(column)[-1]!r}: {said!r}; mend that line."
        )
    return found


def _grade(said: str) -> str | None:
    """Return a grade in the words of the contract; words that are none of them come back as they are."""
    plain = normal_label(said).removesuffix(" to be good")
    return None if plain in _BLANK else plain.replace(" ", "_")
