"""Bring a warehouse file to the schema of this version: migrations, views and reference tables.

Migrations only ever go forward: each runs once, in one transaction, and is recorded with its hash.
Views and reference tables hold nothing of their own, so they are written anew when they differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from ingest.errors import NewerSchemaError, WarehouseError
from ingest.load.database import insert, transaction
from ingest.load.sqlfiles import SqlFile, sql_files
from ingest.reference import load, load_themes

_RECORDS = """
CREATE TABLE IF NOT EXISTS schema_migration (
    version INTEGER PRIMARY KEY,
    name VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL,
);
CREATE TABLE IF NOT EXISTS schema_view (
    name VARCHAR PRIMARY KEY,
    sha256 VARCHAR NOT NULL,
);
"""
_AUTHORITY = ("gss", "name", "region", "type", "is_current", "valid_from", "valid_to", "ofsted_urn")
_THEME = ("theme_id", "name", "definition")


def migrate(
    connection: duckdb.DuckDBPyConnection, path: Path, migrations: Sequence[SqlFile] | None = None
) -> int:
    """Apply the migrations that are still to come; return how many there were.

    Raises:
        NewerSchemaError: the file has migrations that this version does not know.
        WarehouseError: the file is not ours, or a migration that it has was changed afterwards.
    """
    files = {int(file.name[:4]): file for file in migrations or sql_files("migrations")}
    applied = _applied(connection, path)
    newer = applied.keys() - files.keys()
    if newer:
        raise NewerSchemaError(
            f"{path}: its schema is number {max(newer)}, newer than this version of the program knows "
            f"({max(files)}); update the program, or name another file with --warehouse"
        )
    for version, sha256 in applied.items():
        if files[version].sha256 != sha256:
            raise WarehouseError(
                f"{path}: migration {files[version].name} was changed after it was applied here; "
                "restore that file and write a new migration instead"
            )
    waiting = sorted(files.keys() - applied.keys())
    for version in waiting:
        file = files[version]
        with transaction(connection, f"{path}: migration {file.name}"):
            connection.execute(_RECORDS)
            connection.execute(file.text)
            connection.execute(
                "INSERT INTO schema_migration VALUES (?, ?, ?, now())", [version, file.name[5:], file.sha256]
            )
    return len(waiting)


def _applied(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[int, str]:
    tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if "schema_migration" in tables:
        rows = connection.execute("SELECT version, sha256 FROM schema_migration ORDER BY version").fetchall()
        return dict(rows)
    if tables:
        raise WarehouseError(
            f"{path}: this DuckDB file was not made by ingest; move it away or name another with --warehouse"
        )
    return {}


def refresh_views(
    connection: duckdb.DuckDBPyConnection,
    views: Sequence[SqlFile] | None = None,
    *,
    all_of_them: bool = False,
) -> None:
    """Make the views as their files say; drop those whose file is gone.

    `all_of_them` after a migration: DuckDB binds a view to the columns that its tables had.
    """
    files = {file.name: file for file in views or sql_files("views")}
    known = dict(connection.execute("SELECT name, sha256 FROM schema_view").fetchall())
    stale = [f for name, f in files.items() if all_of_them or known.get(name) != f.sha256]
    gone = known.keys() - files.keys()
    if not stale and not gone:
        return
    with transaction(connection, "the views"):
        for name in gone:
            connection.execute(f'DROP VIEW IF EXISTS "{name}"')
            connection.execute("DELETE FROM schema_view WHERE name = ?", [name])
        for file in stale:
            connection.execute(file.text)
        rows = [(file.name, file.sha256) for file in stale]
        insert(connection, "schema_view", ("name", "sha256"), rows, replace=True)


def refresh_reference(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the tables of authorities and themes anew where they differ from the package's own."""
    _refresh(
        connection,
        "authority",
        _AUTHORITY,
        [
            (a.gss, a.name, a.region, a.type, a.is_current, a.valid_from, a.valid_to, a.urn)
            for a in load().all
        ],
    )
    _refresh(connection, "theme", _THEME, [(t.theme_id, t.name, t.definition) for t in load_themes()])


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
