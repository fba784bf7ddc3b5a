"""The newest schema as an empty warehouse in memory: what a storage that knows no keys and comments is asked in."""

from __future__ import annotations

import duckdb

from ingest.load.database import CONFIG
from ingest.load.derived import refresh_views
from ingest.load.sqlfiles import sql_files

RECORDS = """
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
"""What the schema knows of itself: the migrations that were applied, and which files made the views."""


def empty_warehouse() -> duckdb.DuckDBPyConnection:
    """Return a connection to one in memory, with all tables, views and comments of this version."""
    connection = duckdb.connect(config=CONFIG)
    connection.execute(RECORDS)
    for file in sql_files("migrations"):
        connection.execute(file.text)
    refresh_views(connection)
    return connection
