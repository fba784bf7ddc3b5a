"""Takes all that one warehouse holds over into another: from a file to a DuckLake, or back."""

from __future__ import annotations

import duckdb

from ingest.errors import ConfigError
from ingest.load.database import registered
from ingest.load.lake import LAKE_ONLY

_DERIVED = ("schema_migration", "schema_view", "authority", "statistical_neighbour", "theme", LAKE_ONLY)
"""What every warehouse of one version has alike, or what is its own."""
_TABLES = """
SELECT table_name,
FROM duckdb_tables()
WHERE database_name = current_database() AND NOT temporary AND NOT list_contains(?, table_name)
ORDER BY table_name
"""
_SCHEMA = "SELECT version, sha256 FROM schema_migration ORDER BY version"
_ROWS = 100_000
"""Rows that are in memory at a time."""


def take_over(target: duckdb.DuckDBPyConnection, source: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Copy every row, in the order in which it lies there; return rows by table. Within a transaction of the target.

    Raises:
        ConfigError: the target holds rows already, or the source has another schema.
    """
    for table in _tables(target):
        if target.execute(f'FROM "{table}" LIMIT 1').fetchall():
            raise ConfigError(f"the new warehouse holds rows already (of {table}); name one that is empty")
    if source.execute(_SCHEMA).fetchall() != target.execute(_SCHEMA).fetchall():
        raise ConfigError(
            "the old warehouse has another schema; `ingest run` with this version brings it up to date"
        )
    copied = {}
    for table in _tables(source):
        rows = source.execute(f'FROM "{table}"').to_arrow_reader(_ROWS)
        with registered(target, "incoming_rows", rows):
            ((count,),) = target.execute(f'INSERT INTO "{table}" BY NAME FROM incoming_rows').fetchall()
        copied[table] = int(count)
    return copied


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [table for (table,) in connection.execute(_TABLES, [list(_DERIVED)]).fetchall()]
