"""Bring a warehouse file to the schema of this version, with its data kept and a copy of it made before.

Migrations only ever go forward: each runs once, in one transaction, and is recorded with its hash.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from ingest.errors import NewerSchemaError, WarehouseError
from ingest.load.database import connect, copy_file, transaction
from ingest.load.derived import refresh_derived
from ingest.load.sqlfiles import SqlFile, sql_files

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


def open_migrated(path: Path, migrations: Sequence[SqlFile] | None = None) -> duckdb.DuckDBPyConnection:
    """Open or create the file and make it ready: migrations, views, comments, reference tables.

    A file of an older schema is first copied to `<name>.before-<number>`, where the number is that of the
    first migration to come.

    Raises:
        BusyError, NewerSchemaError, WarehouseError: as `connect` and `migrate`.
    """
    connection = connect(path)
    try:
        waiting = _waiting(connection, path, migrations)
        if waiting and min(waiting) > 1:
            connection.execute("CHECKPOINT")
            connection.close()  # Closing the copied file would free a lock that this process still needs.
            _back_up(path, path.with_name(f"{path.name}.before-{min(waiting):04d}"))
            connection = connect(path)
        migrated = migrate(connection, path, migrations)
        refresh_derived(connection, after_migration=migrated > 0)
        return connection
    except BaseException:
        connection.close()
        raise


def _back_up(path: Path, copy: Path) -> None:
    try:
        copy_file(path, copy)
    except OSError as error:
        raise WarehouseError(
            f"{copy}: the copy before the migration could not be written ({error.strerror or error}); nothing was "
            "migrated; free space or mend permissions and run again"
        ) from error


def migrate(
    connection: duckdb.DuckDBPyConnection, path: Path, migrations: Sequence[SqlFile] | None = None
) -> int:
    """Apply the migrations that are still to come; return how many there were.

    Raises:
        NewerSchemaError: the file has migrations that this version does not know.
        WarehouseError: the file is not ours, or a migration that it has was changed afterwards.
    """
    waiting = _waiting(connection, path, migrations)
    for version, file in sorted(waiting.items()):
        with transaction(connection, f"{path}: migration {file.name}"):
            connection.execute(_RECORDS)
            connection.execute(file.text)
            connection.execute(
                "INSERT INTO schema_migration VALUES (?, ?, ?, now())", [version, file.name[5:], file.sha256]
            )
    return len(waiting)


def _waiting(
    connection: duckdb.DuckDBPyConnection, path: Path, migrations: Sequence[SqlFile] | None
) -> dict[int, SqlFile]:
    """The migrations that are still to come, by number."""
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
    return {version: file for version, file in files.items() if version not in applied}


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
