"""How long each worked query takes on the warehouse, beside the same query on the bare Arrow tables.

Usage: python -m benchmarks.queries [FINDINGS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.load import NOW, PER_DOCUMENT, stored
from ingest.load import Warehouse, worked_queries
from ingest.load.derived import refresh_views
from ingest.load.sqlfiles import sql_files

ROUNDS = 3


def arrow_copy(path: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection to which every table of the file is an Arrow table in memory, under the same views."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        tables = {name: connection.execute(f"FROM {name}").to_arrow_table() for name in names}
    bare = duckdb.connect()
    bare.execute("CREATE TABLE schema_view (name VARCHAR PRIMARY KEY, sha256 VARCHAR)")
    for name, table in tables.items():
        if name != "schema_view":
            bare.register(name, table)
    refresh_views(bare, sql_files("views"), [])
    return bare


def seconds(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[float, int]:
    """Return the best of some rounds, and how many rows came."""
    best, rows = float("inf"), 0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        rows = len(connection.execute(sql).fetchall())
        best = min(best, time.perf_counter() - began)
    return best, rows


def main(findings: int = 100_000) -> None:
    """Print a line for each query."""
    with tempfile.TemporaryDirectory() as folder:
        published = Path(folder) / "published"
        with Warehouse.open(Path(folder) / "warehouse.duckdb") as warehouse:
            warehouse.begin_run("r1", "benchmark", NOW, "0")
            stored(warehouse, range(findings // PER_DOCUMENT))
            warehouse.end_run("r1", "done", {}, NOW)
            copy = warehouse.publish(published)
        print(f"{findings:,} findings; published copy {copy.stat().st_size / 1e6:,.0f} MB")
        print(f"{'query':28}{'rows':>8}{'warehouse':>12}{'Arrow':>10}{'ratio':>8}")
        with arrow_copy(copy) as arrow, duckdb.connect(str(copy), read_only=True) as own:
            for query in worked_queries():
                here, rows = seconds(own, query.text)
                there, same = seconds(arrow, query.text)
                assert rows == same
                print(f"{query.name:28}{rows:8,}{here:10.3f} s{there:8.3f} s{here / there:8.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
