"""One Excel workbook with a sheet for each view, written row by row so that memory stays small."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from ingest.load.dictionary import Column, Relation

_ROWS = 1_048_576
"""Rows of a sheet, the head among them; what is more goes to a further sheet."""
_CELL = 32_767
"""Characters of a cell."""
_NAME = 31
"""Characters of a sheet's name."""
_OPTIONS = {
    "constant_memory": True,
    # A text stays a text: neither formula nor link nor number.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
    "remove_timezone": True,
}
_WIDTHS = {"DATE": 11, "TIMESTAMP WITH TIME ZONE": 19, "BOOLEAN": 8, "BIGINT": 8, "INTEGER": 8, "DOUBLE": 8}
"""By type, in characters: where a date finds no room, Excel shows "########" instead."""
_PROSE = 60
_PROSE_COLUMNS = frozenset(
    {"quote", "first_quote", "last_quote", "focus", "title", "meaning", "definition", "evidence"}
)
_SHORT = 18


@dataclass(frozen=True, slots=True)
class _Forms:
    """How cells look."""

    head: Any
    moment: Any


def write_workbook(
    connection: duckdb.DuckDBPyConnection, parts: Sequence[tuple[Relation, str]], target: Path
) -> None:
    """Write (relation, its query) as sheets, after a first one that says what each column means."""
    with xlsxwriter.Workbook(str(target), _OPTIONS) as book:
        # The same content gives the same file.
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
        forms = _Forms(
            book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        )
        words = tuple(Column(name, "VARCHAR", "") for name in ("view", "column", "meaning"))
        _sheet(book, "columns", words, iter(_columns(parts)), forms)
        for relation, query in parts:
            result = connection.execute(query)
            for number, rows in enumerate(_sheetfuls(result), start=1):
                suffix = f" {number}" if number > 1 else ""
                _sheet(book, relation.name[: _NAME - len(suffix)] + suffix, relation.columns, rows, forms)


def _sheetfuls(result: duckdb.DuckDBPyConnection) -> Iterator[Iterator[tuple[object, ...]]]:
    """The rows of one sheet after the other; one sheet also where there is no row."""
    rows = iter(result.fetchone, None)
    yield islice(rows, _ROWS - 1)
    for first in rows:
        yield chain([first], islice(rows, _ROWS - 2))


def _columns(parts: Sequence[tuple[Relation, str]]) -> list[tuple[object, ...]]:
    return [(relation.name, c.name, c.meaning) for relation, _ in parts for c in relation.columns]


def _sheet(
    book: Any, name: str, columns: Sequence[Column], rows: Iterator[tuple[object, ...]], forms: _Forms
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for number, column in enumerate(columns):
        form = forms.moment if column.type == "TIMESTAMP WITH TIME ZONE" else None
        sheet.set_column(number, number, _width(column), form)
    sheet.write_row(0, 0, [column.name for column in columns], forms.head)
    last = 0
    for last, row in enumerate(rows, start=1):
        for number, value in enumerate(row):
            if value is not None:
                form = forms.moment if isinstance(value, datetime) else None
                sheet.write(last, number, _cell(value), form)
    sheet.autofilter(0, 0, last, len(columns) - 1)


def _width(column: Column) -> int:
    """Room for what the column holds and for its name with the arrow of the filter."""
    room = _PROSE if column.name in _PROSE_COLUMNS else _WIDTHS.get(column.type, _SHORT)
    return max(room, len(column.name) + 3)


def _cell(value: object) -> object:
    if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(part, dict) for part in value)):
        value = json.dumps(value, ensure_ascii=False, default=str)
    elif isinstance(value, list):
        value = "; ".join(map(str, value))
    elif not isinstance(value, bool | int | float | date | str):
        value = str(value)
    return value[:_CELL] if isinstance(value, str) else value
