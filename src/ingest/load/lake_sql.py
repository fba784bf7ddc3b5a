"""Our migrations and views in the words that DuckLake knows.

It has no keys (they are kept unique by `upsert` under the lock of the writers, and checked before each
publication), and no comments on macros or on a view's columns; with those on columns of tables it takes minutes.
"""

from __future__ import annotations

import re

import duckdb

_KEY = re.compile(r"PRIMARY KEY \([^)]*\),?")
_KEY_COLUMN = re.compile(r"\bPRIMARY KEY\b")
_LEFT_OUT = re.compile(r"\s*COMMENT ON (?:MACRO|COLUMN)\b")


def run_script(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Run statements of ours that define tables, views, macros or comments, as far as the storage knows them."""
    if not is_lake(connection):
        connection.execute(sql)
        return
    for statement in duckdb.extract_statements(sql):
        if not _LEFT_OUT.match(statement.query):
            connection.execute(_KEY_COLUMN.sub("NOT NULL", _KEY.sub("", statement.query)))


def is_lake(connection: duckdb.DuckDBPyConnection) -> bool:
    """Say whether the tables of this connection lie in a DuckLake."""
    found = connection.execute(
        "SELECT type FROM duckdb_databases() WHERE database_name = current_database()"
    ).fetchone()
    return found == ("ducklake",)
