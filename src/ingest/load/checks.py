"""Runs the queries of warehouse/checks/, each of which returns no row when all is well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from ingest.load.sqlfiles import SqlFile, sql_files

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class CheckFailure:
    """A check that found something: its name, what it says, how many rows, and the first of them."""

    name: str
    meaning: str
    rows: int
    examples: tuple[tuple[object, ...], ...]

    def __str__(self) -> str:
        first = ", ".join(str(value) for value in self.examples[0])
        return f"check {self.name} failed: {self.meaning} ({self.rows} rows, the first: {first})"


def run_checks(
    connection: duckdb.DuckDBPyConnection, files: Sequence[SqlFile] | None = None
) -> tuple[CheckFailure, ...]:
    """Run every check; return those that found something."""
    failures = []
    for file in files or sql_files("checks"):
        found = connection.execute(file.text).fetchall()
        if found:
            failures.append(CheckFailure(file.name, _meaning(file), len(found), tuple(found[:_SHOWN])))
    return tuple(failures)


def _meaning(file: SqlFile) -> str:
    """The comment on the file's first line."""
    return file.text.splitlines()[0].removeprefix("--").strip().rstrip(".")
