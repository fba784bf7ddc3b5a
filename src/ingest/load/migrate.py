"""Bring a warehouse to the schema of this version, with its data kept and a copy of it made before.

Migrations only ever go forward: each runs once, in one transaction, and is recorded with its hash.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from ingest.errors import NewerSchemaError, WarehouseError
from ingest.load.database import transaction
from ingest.load.derived import refresh_derived
from ingest.load.lake import LAKE_ONLY
from ingest.load.lake_sql import run_script
from ingest.load.schema import RECORDS
from ingest.load.sqlfiles import SqlFile, sql_files
from ingest.load.storage import Storage
from ingest.place import Place


def open_migrated(storage: Storage, migrations: Sequence[SqlFile] | None = None) -> duckdb.DuckDBPyConnection:
    """Open or create a warehouse and make it ready: migrations, views, comments, reference tables.

    A file of an older schema is first copied to `<name>.before-<number>`, where the number is that of the
    first migration to come.

    Raises:
        BusyError, NewerSchemaError, WarehouseError: as `Storage.connect` and `migrate`.
    """
    with storage.alone():
        connection = storage.connect()
        try:
            waiting = _waiting(connection, storage.place, migrations)
            if waiting and min(waiting) > 1:
                connection = storage.before_migration(connection, min(waiting))
            migrated = migrate(connection, storage.place, migrations)
            refresh_derived(connection, after_migration=migrated > 0)
            return connection
        except BaseException:
            connection.close()
            raise


def migrate(
    connection: duckdb.DuckDBPyConnection, place: Place, migrations: Sequence[SqlFile] | None = None
) -> int:
    """Apply the migrations that are still to come; return how many there were.

    Raises:
        NewerSchemaError: the file has migrations that this version does not know.
        WarehouseError: the file is not ours, or a migration that it has was changed afterwards.
    """
    waiting = _waiting(connection, place, migrations)
    for version, file in sorted(waiting.items()):
        with transaction(connection, f"{place}: migration {file.name}"):
            run_script(connection, RECORDS)
            run_script(connection, file.text)
            connection.execute(
                "INSERT INTO schema_migration VALUES (?, ?, ?, now())", [version, file.name[5:], file.sha256]
            )
    return len(waiting)


def _waiting(
    connection: duckdb.DuckDBPyConnection, place: Place, migrations: Sequence[SqlFile] | None
) -> dict[int, SqlFile]:
    """The migrations that are still to come, by number."""
    files = {int(file.name[:4]): file for file in migrations or sql_files("migrations")}
    applied = _applied(connection, place)
    newer = applied.keys() - files.keys()
    if newer:
        raise NewerSchemaError(
            f"{place}: its schema is number {max(newer)}, newer than this version of the program knows "
            f"({max(files)}); update the program, or name another file with --warehouse"
        )
    for version, sha256 in applied.items():
        if files[version].sha256 != sha256:
            raise WarehouseError(
                f"{place}: migration {files[version].name} was changed after it was applied here; "
                "restore that file and write a new migration instead"
            )
    return {version: file for version, file in files.items() if version not in applied}


def _applied(connection: duckdb.DuckDBPyConnection, place: Place) -> dict[int, str]:
    found = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE table_name <> ?", [LAKE_ONLY]
    ).fetchall()
    tables = {name for (name,) in found}
    if "schema_migration" in tables:
        rows = connection.execute("SELECT version, sha256 FROM schema_migration ORDER BY version").fetchall()
        return dict(rows)
    if tables:
        raise WarehouseError(
            f"{place}: these tables were not made by ingest; move it away or name another with --warehouse"
        )
    return {}
