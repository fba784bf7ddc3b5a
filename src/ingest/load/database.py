"""A DuckDB connection with clear errors, whole transactions and bulk writes from Arrow tables."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ingest.errors import BusyError, NewerSchemaError, WarehouseError
from ingest.place import masked

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    # Nothing is fetched from the internet because a query names something unknown.
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    # A name in SQL never means a Python variable.
    "python_enable_replacements": False,
    # A run writes its changes into the file once, when it publishes, and not after every few batches: less
    # to write, and a file half the size.
    "wal_autocheckpoint": "256MB",
    # A join with so few rows reads only those blocks of the other table that hold one of their keys.
    "dynamic_or_filter_threshold": 1000,
}


def connect(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open the file; a missing one is created, unless it is to be read only.

    Raises:
        BusyError: another process holds the file.
        NewerSchemaError: a newer DuckDB wrote it.
        WarehouseError: it is missing, unreadable or no DuckDB file.
    """
    if read_only and not path.exists():
        raise WarehouseError(f"{path}: there is no warehouse yet; make one with `ingest run`")
    try:
        if not read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect(str(path), read_only=read_only, config=CONFIG)
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
    except (duckdb.Error, OSError) as error:
        raise _opening_error(path, error) from error
    return connection


@contextmanager
def cursor(connection: duckdb.DuckDBPyConnection, database: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give another connection to what this one has open, for another thread or a transaction of its own.

    It begins in the database with which the process began, which is not that of a DuckLake.
    """
    with connection.cursor() as made:
        escaped = database.replace('"', '""')
        made.execute(f'USE "{escaped}".main')
        yield made


def database_of(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the name of the database in which the tables of this connection lie."""
    ((name,),) = connection.execute("SELECT current_database()").fetchall()
    return str(name)


def _opening_error(path: Path, error: Exception) -> BusyError | WarehouseError:
    said = str(error).splitlines()[0]
    if "lock on file" in said:
        return BusyError(
            f"{path}: another process has the warehouse open; wait until it ends (readers open published/)"
        )
    if "not a valid DuckDB database" in said:
        return WarehouseError(
            f"{path}: this is not a DuckDB file; move it away or name another file with --warehouse"
        )
    if "version number" in said:
        return NewerSchemaError(f"{path}: a newer version of DuckDB wrote it; update this program")
    return WarehouseError(
        f"{path}: the warehouse cannot be opened ({said}); mend its folder or permissions, or restore a copy "
        "from published/"
    )


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection, what: str) -> Iterator[None]:
    """Do all of the block or nothing of it; Ctrl-C stops it as well.

    Raises:
        WarehouseError: memory, disk or a rule of the tables stood against it; it was rolled back.
    """
    try:
        connection.begin()
        yield
        connection.commit()
    except duckdb.ProgrammingError:  # Faulty SQL is a mistake of ours, not of the user's disk.
        _roll_back(connection)
        raise
    except (duckdb.Error, MemoryError, OSError) as error:
        _roll_back(connection)
        said = masked((str(error) or type(error).__name__).splitlines()[0])
        raise WarehouseError(
            f"{what} could not be stored ({said}): rolled back; the archive is kept; free space and run again"
        ) from error
    except BaseException as error:
        _roll_back(connection)
        raise_interrupt(error)
        raise


@contextmanager
def one_thread(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let DuckDB work in one thread while the block runs: rows stay in order, and a small statement costs less."""
    connection.execute("SET threads = 1")
    try:
        yield
    finally:
        connection.execute("RESET threads")


def raise_interrupt(error: BaseException) -> None:
    """Raise KeyboardInterrupt where DuckDB, stopped by Ctrl-C, raised a RuntimeError instead."""
    if isinstance(error, RuntimeError) and "interrupted" in str(error):
        raise KeyboardInterrupt from error


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    with suppress(duckdb.Error):  # A failed commit, or a database that shut itself down, has no transaction.
        connection.rollback()


def arrow_table(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
) -> pa.Table:
    """Return the rows as an Arrow table with the types that the columns have in the warehouse."""
    values = [*zip(*rows, strict=True)] if rows else [() for _ in columns]
    return _table_of(connection, table, columns, values)


def _table_of(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    values: Sequence[Sequence[object]],
) -> pa.Table:
    names = ", ".join(f'"{column}"' for column in columns)
    schema = connection.execute(f"SELECT {names} FROM {table} LIMIT 0").to_arrow_table().schema  # noqa: S608
    arrays = [_array(column, field.type) for column, field in zip(values, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(values: Sequence[object], kind: pa.DataType) -> pa.Array:
    """A column. Half a character, as a JSON feed or the name of a file may hold, is stored as a question mark."""
    try:
        return pa.array(values, type=kind)
    except UnicodeEncodeError:
        return pa.array([_whole(value) for value in values], type=kind)


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _whole(part) for key, part in value.items()}
    return [_whole(part) for part in value] if isinstance(value, list) else value


@contextmanager
def registered(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> Iterator[None]:
    """Let SQL read an Arrow table under a name while the block runs."""
    connection.register(name, table)
    try:
        yield
    finally:
        connection.unregister(name)


def insert(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
) -> None:
    """Add rows in one statement."""
    insert_columns(connection, table, columns, [*zip(*rows, strict=True)])


def insert_columns(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    values: Sequence[Sequence[object]],
) -> None:
    """Add rows, given column by column, in one statement; no column at all stands for no rows."""
    if values:
        insert_arrow(connection, table, _table_of(connection, table, columns, values))


def insert_arrow(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    """Add the rows of an Arrow table in one statement."""
    with registered(connection, "incoming_rows", rows):
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming_rows")  # noqa: S608


def upsert(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    rows: Sequence[tuple[object, ...]],
    *,
    key: int,
    keep: bool = False,
    earliest: str = "",
) -> None:
    """Add rows; one of the same key is written over, or with `keep` stays as it is.

    The key is made of the first `key` columns; of rows with one key the first counts. Columns that are not given
    stay as they are, and the column `earliest` keeps the lesser value. MERGE needs no index, so it serves a
    DuckLake too, and is as fast as DuckDB's own INSERT OR REPLACE.
    """
    if not rows:
        return
    names = [f'"{column}"' for column in columns[key:]]
    taken = [
        f"{name} = least(stored.{name}, given.{name})" if column == earliest else f"{name} = given.{name}"
        for column, name in zip(columns[key:], names, strict=True)
    ]
    matched = "" if keep else f"WHEN MATCHED THEN UPDATE SET {', '.join(taken)}"
    with registered(connection, "incoming_rows", arrow_table(connection, table, columns, unique(rows, key))):
        connection.execute(
            f"MERGE INTO {table} AS stored USING incoming_rows AS given "
            f"USING ({', '.join(columns[:key])}) {matched} WHEN NOT MATCHED THEN INSERT BY NAME"
        )


@contextmanager
def named_ids(connection: duckdb.DuckDBPyConnection, name: str, ids: Sequence[str]) -> Iterator[None]:
    """Let SQL read a list of ids as a table with the one column `id`."""
    with registered(connection, name, pa.table({"id": _array(ids, pa.string())})):
        yield


@contextmanager
def named_rows(connection: duckdb.DuckDBPyConnection, name: str, rows: Sequence[int]) -> Iterator[None]:
    """Let SQL read a list of rowids as a table with the one column `place`.

    A semi-join on it reads these rows; a list of constants would read the whole columns.
    """
    with registered(connection, name, pa.table({"place": pa.array(rows, type=pa.int64())})):
        yield


def dicts(connection: duckdb.DuckDBPyConnection, sql: str, given: object = None) -> list[dict[str, Any]]:
    """Run a query and return its rows as dictionaries."""
    rows: list[dict[str, Any]] = connection.execute(sql, given).to_arrow_table().to_pylist()
    return rows


def unique(rows: Sequence[tuple[object, ...]], key: int) -> list[tuple[object, ...]]:
    """Keep the first row of each key; the key is made of the first `key` columns."""
    kept: dict[tuple[object, ...], tuple[object, ...]] = {}
    for row in rows:
        kept.setdefault(row[:key], row)
    return list(kept.values())


def copy_file(source: Path, target: Path) -> None:
    """Copy a closed file so that the name appears only when all bytes are on the disk; raises OSError."""
    part = target.with_name(target.name + ".part")
    try:
        shutil.copyfile(source, part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make sure that the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
