"""Runs the queries of warehouse/checks/, each of which returns no row when all is well."""

from __future__ import annotations

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
    columns: tuple[str, ...]
    examples: tuple[tuple[object, ...], ...]

    def __str__(self) -> str:
        first = ", ".join(
            f"{column} {value}" for column, value in zip(self.columns, self.examples[0], strict=True)
        )
        return f"check {self.name} failed: {self.meaning} ({self.rows} rows, the first: {first})"


def all_checks() -> tuple[tuple[str, str], ...]:
    """Return the name and the meaning of every check."""
    return tuple((file.name, _meaning(file)) for file in sql_files("checks"))


def run_checks(connection: duckdb.DuckDBPyConnection) -> tuple[CheckFailure, ...]:
    """Run every check; return those that found something."""
    failures = []
    for file in sql_files("checks"):
        result = connection.execute(file.text)
        columns = tuple(str(column[0]) for column in result.description or ())
        if found := result.fetchall():
            failures.append(
                CheckFailure(file.name, _meaning(file), len(found), columns, tuple(found[:_SHOWN]))
            )
    return tuple(failures)


def _meaning(file: SqlFile) -> str:
    """The comment on the file's first line."""
    return file.text.splitlines()[0].removeprefix("--").strip().rstrip(".")
