"""What the warehouse holds, in its own words: tables, views and macros with keys, types and comments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import duckdb

from ingest.load.database import dicts
from ingest.load.lake_sql import is_lake
from ingest.load.schema import empty_warehouse

_RELATIONS = """
SELECT view_name AS name, 'view' AS kind, comment, [] AS key,
FROM duckdb_views()
WHERE NOT internal
UNION ALL
SELECT function_name || '(' || array_to_string(parameters, ', ') || ')', 'macro', comment, [],
FROM duckdb_functions()
WHERE NOT internal AND function_type = 'table_macro'
UNION ALL
SELECT t.table_name, 'table', t.comment, coalesce(k.constraint_column_names, []),
FROM duckdb_tables() AS t
LEFT JOIN duckdb_constraints() AS k ON k.table_oid = t.table_oid AND k.constraint_type = 'PRIMARY KEY'
WHERE NOT t.temporary
ORDER BY name
"""
_COLUMNS = """
SELECT table_name, column_name AS name, data_type AS type, coalesce(comment, '') AS meaning,
FROM duckdb_columns()
WHERE NOT internal
ORDER BY table_name, column_index
"""
_WITHOUT_INDEX = {"finding": ("finding_id",), "finding_theme": ("finding_id", "theme_id")}
"""Keys that no index guards but a check (see 0001_initial.sql)."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its DuckDB type and what it says."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, view or table macro; `key` is what names one row of a table."""

    name: str
    kind: Literal["view", "macro", "table"]
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]


def relations(connection: duckdb.DuckDBPyConnection) -> tuple[Relation, ...]:
    """Return all that can be asked, by name; a macro's columns are those of its query and not listed.

    A DuckLake knows no keys and not all comments, so the schema of this version speaks for it.
    """
    if is_lake(connection):
        with empty_warehouse() as model:
            return relations(model)
    columns: dict[str, list[Column]] = {}
    for row in dicts(connection, _COLUMNS):
        columns.setdefault(row.pop("table_name"), []).append(Column(**row))
    return tuple(
        Relation(
            row["name"],
            row["kind"],
            row["comment"] or "",
            tuple(row["key"]) or _WITHOUT_INDEX.get(row["name"], ()),
            tuple(columns.get(row["name"], ())),
        )
        for row in dicts(connection, _RELATIONS)
    )
