"""Results of a query as a file: CSV, JSON, lines of JSON or Parquet, part by part, whatever their size."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Literal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.errors import ConfigError

Format = Literal["csv", "json", "jsonl", "parquet"]
FORMATS: tuple[Format, ...] = ("csv", "json", "jsonl", "parquet")
_ROWS = 10_000
"""Rows that are held at a time."""


def write_result(connection: duckdb.DuckDBPyConnection, sql: str, target: IO[bytes], form: Format) -> int:
    """Run a user's SQL and write what it gives; return the number of rows.

    CSV is UTF-8 with values as they are; lists and structures are JSON in it.

    Raises:
        ConfigError: the statement gives no rows to write.
        duckdb.Error: DuckDB does not accept it.
    """
    result = connection.execute(sql)
    if not result.description:
        raise ConfigError("that statement gives no rows: ask with SELECT or FROM")
    batches = result.to_arrow_reader(_ROWS)
    if form == "parquet":
        return _write_parquet(batches, target)
    text = io.TextIOWrapper(target, encoding="utf-8", newline="", write_through=True)
    try:
        return _WRITERS[form](batches, text)
    finally:
        text.detach()


def _rows(batches: pa.RecordBatchReader) -> Iterator[tuple[Any, ...]]:
    """Rows as tuples, so that columns of one name are all kept."""
    for batch in batches:
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _write_csv(batches: pa.RecordBatchReader, text: io.TextIOWrapper) -> int:
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(batches.schema.names)
    count = 0
    for row in _rows(batches):
        writer.writerow([_cell(value) for value in row])
        count += 1
    return count


def _write_json(batches: pa.RecordBatchReader, text: io.TextIOWrapper) -> int:
    count = 0
    for line in _lines(batches):
        text.write(",\n" if count else "[\n")
        text.write(line)
        count += 1
    text.write("\n]\n" if count else "[]\n")
    return count


def _write_lines(batches: pa.RecordBatchReader, text: io.TextIOWrapper) -> int:
    count = 0
    for line in _lines(batches):
        text.write(line + "\n")
        count += 1
    return count


def _write_parquet(batches: pa.RecordBatchReader, target: IO[bytes]) -> int:
    count = 0
    with pq.ParquetWriter(target, batches.schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def _lines(batches: pa.RecordBatchReader) -> Iterator[str]:
    names = batches.schema.names
    for row in _rows(batches):
        yield json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=_plain)


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return _plain(value) if isinstance(value, date) else value


def _plain(value: object) -> object:
    """What JSON has no word for."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, Decimal):
        return float(value)
    return str(value)


_WRITERS: dict[str, Callable[[pa.RecordBatchReader, io.TextIOWrapper], int]] = {
    "csv": _write_csv,
    "json": _write_json,
    "jsonl": _write_lines,
}


def open_target(path: Path) -> IO[bytes]:
    """Open a file for a result; raise ConfigError naming it where that fails."""
    try:
        return path.open("wb")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror or error}") from error
