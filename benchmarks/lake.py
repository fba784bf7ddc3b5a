"""The same findings in a DuckDB file and on a DuckLake: time to load, to change and to ask, and size.

CPU seconds are those of this process; PostgreSQL's own come on top of a DuckLake's and are in the seconds on the
wall, which other work on the machine stretches. Needs a PostgreSQL server (apt-get install postgresql).

Usage: python -m benchmarks.lake [FINDINGS]
"""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path

import duckdb

from benchmarks.load import NOW, PER_DOCUMENT, Spent, spent, stored
from benchmarks.postgres import NoPostgresError, postgres
from ingest.load import Warehouse, open_published, worked_queries
from ingest.load.lake_parts import load_extensions
from ingest.place import Lake, Place

ROUNDS = 3


def measured(place: Place, published: Place, findings: int) -> dict[str, Spent]:
    """Load, change, check, publish and ask one warehouse; return what each took, of a query the best round."""
    numbers = range(findings // PER_DOCUMENT)
    took = {}
    with Warehouse.open(place) as warehouse:
        warehouse.begin_run("r1", "benchmark", NOW, "0")
        took["load"] = stored(warehouse, numbers)
        took["1 % changed"] = stored(warehouse, numbers[::100], "few")
        took["checks"] = spent(lambda: _passed(warehouse))
        warehouse.end_run("r1", "done", {}, NOW)
        took["publish"] = spent(lambda: warehouse.publish(published))
    with open_published(published) as reader:
        for query in worked_queries():
            rounds = [spent(partial(reader.query, query.text)) for _ in range(ROUNDS)]
            took[query.name] = min(rounds, key=lambda one: one.wall)
    return took


def _passed(warehouse: Warehouse) -> None:
    failures = warehouse.reader.check()
    assert not failures, failures


def _folder_size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _catalogue_size(place: Lake) -> int:
    with duckdb.connect() as connection:
        load_extensions(connection, "postgres_scanner")
        connection.execute(f"ATTACH '{place.catalogue}' AS catalogue (TYPE postgres)")
        sql = "SELECT pg_database_size(current_database())"
        found = connection.execute("FROM postgres_query('catalogue', ?)", [sql]).fetchall()
    return int(found[0][0])


def main(findings: int = 100_000) -> None:
    """Print a line for each thing that was done, the file beside the lake."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "warehouse.duckdb"
        try:
            with postgres() as server:
                of_file = measured(file, folder / "published", findings)
                lake = Lake(server.new_database(), str(folder / "files"), folder / "scratch")
                of_lake = measured(lake, lake, findings)
                parquet, catalogue = _folder_size(Path(lake.files)), _catalogue_size(lake)
        except NoPostgresError as error:
            print(f"Left out: {error}")
            return
        print(f"{findings:,} findings, {findings // PER_DOCUMENT:,} documents of {PER_DOCUMENT} findings")
        print(
            f"size: file {file.stat().st_size / 1e6:,.0f} MB; DuckLake {parquet / 1e6:,.0f} MB of Parquet, "
            f"with what is kept for a week, and {catalogue / 1e6:,.0f} MB in PostgreSQL"
        )
    print(f"{'':28}{'DuckDB file':>20}{'DuckLake':>20}{'ratio of wall':>16}")
    print(f"{'':28}{'wall':>11}{'CPU':>9}{'wall':>11}{'CPU':>9}")
    for what, file_took in of_file.items():
        lake_took = of_lake[what]
        print(
            f"{what:28}{file_took.wall:9.2f} s{file_took.cpu:7.2f} s{lake_took.wall:9.2f} s{lake_took.cpu:7.2f} s"
            f"{lake_took.wall / file_took.wall:15.2f}x"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
