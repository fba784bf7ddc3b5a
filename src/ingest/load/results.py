"""Results of a query as a file: CSV, JSON, lines of JSON or Parquet, part by part, whatever their size."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Literal, get_args

import duckdb
import pyarrow.parquet as pq

from ingest.errors import ConfigError

Format = Literal["csv", "json", "jsonl", "parquet"]
FORMATS: tuple[Format, ...] = get_args(Format)
_ROWS = 10_000
"""Rows that are held at a time."""
_Rows = Iterator[tuple[Any, ...]]


def ask(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyConnection:
    """Run a user's SQL.

    Raises:
        ConfigError: it holds no statement, only spaces or comments.
        duckdb.Error: DuckDB does not accept it.
    """
    if not connection.extract_statements(sql):
        raise ConfigError('that asks nothing: write a SELECT, as in "FROM finding_current LIMIT 5"')
    return connection.execute(sql)


def write_result(connection: duckdb.DuckDBPyConnection, sql: str, target: IO[bytes], form: Format) -> int:
    """Run a user's SQL and write what it gives; return the number of rows.

    CSV is UTF-8 with values as they are; lists and structures are JSON in it.

    Raises:
        ConfigError: as `ask`; the statement gives no rows to write, or JSON would lose one of two columns of a name.
        duckdb.Error: DuckDB does not accept it.
    """
    result = ask(connection, sql)
    if not result.description:
        raise ConfigError("that statement gives no rows: ask with SELECT or FROM")
    if form == "parquet":
        return _write_parquet(result, target)
    names = [str(column[0]) for column in result.description]
    text = io.TextIOWrapper(target, encoding="utf-8", newline="", write_through=True)
    try:
        return _WRITERS[form](names, _rows(result), text)
    finally:
        text.detach()


def _rows(result: duckdb.DuckDBPyConnection) -> _Rows:
    while part := result.fetchmany(_ROWS):
        yield from part


def _write_csv(names: Sequence[str], rows: _Rows, text: io.TextIOWrapper) -> int:
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    count = 0
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        count += 1
    return count


def _write_json(names: Sequence[str], rows: _Rows, text: io.TextIOWrapper) -> int:
    count = 0
    for line in _lines(names, rows):
        text.write(",\n" if count else "[\n")
        text.write(line)
        count += 1
    text.write("\n]\n" if count else "[]\n")
    return count


def _write_lines(names: Sequence[str], rows: _Rows, text: io.TextIOWrapper) -> int:
    count = 0
    for line in _lines(names, rows):
        text.write(line + "\n")
        count += 1
    return count


def _write_parquet(result: duckdb.DuckDBPyConnection, target: IO[bytes]) -> int:
    batches = result.to_arrow_reader(_ROWS)
    count = 0
    with pq.ParquetWriter(target, batches.schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def _lines(names: Sequence[str], rows: _Rows) -> Iterator[str]:
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise ConfigError(
            f"two columns are called {twice[0]}, which JSON cannot hold: name them apart with AS"
        )
    for row in rows:
        yield _json(dict(zip(names, row, strict=True)))


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple | dict):
        return _json(value)
    return _plain(value) if isinstance(value, date) else value


def _json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)
    except (TypeError, ValueError):
        return json.dumps(_sayable(value), ensure_ascii=False, default=_plain)


def _sayable(value: Any) -> Any:
    """The same without what JSON cannot hold: a number divided by zero becomes null, a key its text."""
    if isinstance(value, dict):
        return {str(key): _sayable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_sayable(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _plain(value: object) -> object:
    """What JSON has no word for."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, Decimal):
        return float(value)
    return str(value)


_WRITERS: dict[str, Callable[[Sequence[str], _Rows, io.TextIOWrapper], int]] = {
    "csv": _write_csv,
    "json": _write_json,
    "jsonl": _write_lines,
}


@contextmanager
def open_target(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for a result; it takes the place of an older one only when the result is whole.

    Raises:
        ConfigError: it cannot be written; names it.
    """
    target = path.resolve()
    part = target.with_name(target.name + ".part")
    try:
        if path.exists() and not path.is_file():  # A terminal or a pipe has no older content.
            with path.open("wb") as file:
                yield file
            return
        try:
            with part.open("wb") as file:
                yield file
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror or error}") from error
