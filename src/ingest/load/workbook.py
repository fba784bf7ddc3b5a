"""One Excel workbook with a sheet for each view, written row by row so that memory stays small."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from ingest.load.dictionary import Relation

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


def write_workbook(
    connection: duckdb.DuckDBPyConnection, parts: Sequence[tuple[Relation, str]], target: Path
) -> None:
    """Write (relation, its query) as sheets, after a first one that says what each column means."""
    with xlsxwriter.Workbook(str(target), _OPTIONS) as book:
        # The same content gives the same file.
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
        bold = book.add_format({"bold": True})
        _sheet(book, "columns", ("view", "column", "meaning"), iter(_columns(parts)), bold)
        for relation, query in parts:
            result = connection.execute(query)
            heads = tuple(column.name for column in relation.columns)
            for number, rows in enumerate(_sheetfuls(result), start=1):
                suffix = f" {number}" if number > 1 else ""
                _sheet(book, relation.name[: _NAME - len(suffix)] + suffix, heads, rows, bold)


def _sheetfuls(result: duckdb.DuckDBPyConnection) -> Iterator[Iterator[tuple[object, ...]]]:
    """The rows of one sheet after the other; one sheet also where there is no row."""
    rows = iter(result.fetchone, None)
    yield islice(rows, _ROWS - 1)
    for first in rows:
        yield chain([first], islice(rows, _ROWS - 2))


def _columns(parts: Sequence[tuple[Relation, str]]) -> list[tuple[object, ...]]:
    return [(relation.name, c.name, c.meaning) for relation, _ in parts for c in relation.columns]


def _sheet(book: Any, name: str, heads: Sequence[str], rows: Iterator[tuple[object, ...]], bold: Any) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, heads, bold)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(number, column, _cell(value))


def _cell(value: object) -> object:
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    elif isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False, default=str)
    elif not isinstance(value, bool | int | float | date | str):
        value = str(value)
    return value[:_CELL] if isinstance(value, str) else value
