"""What a warehouse file holds that can be made anew: views, macros, comments and reference tables.

They are written from the package whenever its files differ from those that made them, so none of them needs
a migration.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from graphlib import TopologicalSorter

import duckdb

from ingest.load.database import insert, transaction, upsert
from ingest.load.lake_sql import run_script
from ingest.load.sqlfiles import SqlFile, sql_files
from ingest.reference import load, load_neighbours, load_themes

_AUTHORITY = ("gss", "name", "region", "type", "is_current", "valid_from", "valid_to", "ofsted_urn")
_THEME = ("theme_id", "name", "definition")
_NEIGHBOUR = ("gss", "neighbour_gss")
_READS = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)")


def refresh_derived(connection: duckdb.DuckDBPyConnection, *, after_migration: bool) -> None:
    """Write views, comments and reference tables anew where they differ from the package's own."""
    refresh_views(connection, all_of_them=after_migration)
    refresh_reference(connection)


def refresh_views(
    connection: duckdb.DuckDBPyConnection,
    views: Sequence[SqlFile] | None = None,
    comments: Sequence[SqlFile] | None = None,
    *,
    all_of_them: bool = False,
) -> None:
    """Make views, macros and the comments on tables as their files say; drop what has no file any more.

    All of them when one differs: DuckDB binds a view to the columns that its tables and views had.
    """
    made = _in_order(views if views is not None else sql_files("views"))
    said = comments if comments is not None else sql_files("comments")
    wanted = {file.name: file.sha256 for file in made} | {_comment(file): file.sha256 for file in said}
    known = dict(connection.execute("SELECT name, sha256 FROM schema_view").fetchall())
    if known == wanted and not all_of_them:
        return
    with transaction(connection, "the views"):
        for name in known.keys() - wanted.keys():
            connection.execute(f'DROP VIEW IF EXISTS "{name}"')
            connection.execute(f'DROP MACRO TABLE IF EXISTS "{name}"')
        for file in (*made, *said):
            run_script(connection, file.text)
        connection.execute("DELETE FROM schema_view WHERE name NOT IN (SELECT unnest(?))", [list(wanted)])
        upsert(connection, "schema_view", ("name", "sha256"), list(wanted.items()), key=1)


def _comment(file: SqlFile) -> str:
    return f"comments/{file.name}"


def _in_order(files: Sequence[SqlFile]) -> list[SqlFile]:
    """What a view reads is made before it."""
    by_name = {file.name: file for file in files}
    reads = {
        name: (set(_READS.findall(file.text)) & by_name.keys()) - {name} for name, file in by_name.items()
    }
    return [by_name[name] for name in TopologicalSorter(reads).static_order()]


def refresh_reference(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the tables of authorities, neighbours and themes anew where they differ from the package's own."""
    authorities = [
        (a.gss, a.name, a.region, a.type, a.is_current, a.valid_from, a.valid_to, a.urn) for a in load().all
    ]
    neighbours = [(gss, other) for gss, others in load_neighbours().items() for other in others]
    themes = [(t.theme_id, t.name, t.definition) for t in load_themes()]
    _refresh(connection, "authority", _AUTHORITY, authorities)
    _refresh(connection, "statistical_neighbour", _NEIGHBOUR, neighbours)
    _refresh(connection, "theme", _THEME, themes)


def _refresh(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: tuple[str, ...],
    rows: Sequence[tuple[object, ...]],
) -> None:
    names = ", ".join(columns)
    stored = connection.execute(f"SELECT {names} FROM {table}").fetchall()  # noqa: S608
    if set(stored) == set(rows):
        return
    with transaction(connection, f"the reference table {table}"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608
        insert(connection, table, columns, rows)
