"""The same findings in a DuckDB file and on a DuckLake: time to load, to change and to ask, and size.

CPU seconds are those of this process; PostgreSQL's own come on top of a DuckLake's and are in the seconds on the
wall, which other work on the machine stretches. Needs a PostgreSQL server (apt-get install postgresql).

Usage: python -m benchmarks.lake [FINDINGS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from benchmarks.load import NOW, PART, PER_DOCUMENT, synthetic_document
from benchmarks.postgres import NoPostgresError, postgres
from ingest.load import Warehouse, open_published, worked_queries
from ingest.load.lake_parts import load_extensions
from ingest.model import Batch
from ingest.place import Lake, Place

ROUNDS = 3


@dataclass
class Times:
    """Seconds on the wall and of CPU by what was done, in order."""

    taken: dict[str, tuple[float, float]] = field(default_factory=dict)

    def add(self, name: str, work: Callable[[], object]) -> None:
        """Do the work and add its time to those of the same name."""
        wall, cpu = self.taken.get(name, (0.0, 0.0))
        began, used = time.perf_counter(), time.process_time()
        work()
        self.taken[name] = wall + time.perf_counter() - began, cpu + time.process_time() - used

    def best(self, name: str, work: Callable[[], object]) -> None:
        """Do the work some rounds and note the best."""
        rounds = []
        for _ in range(ROUNDS):
            one = Times()
            one.add(name, work)
            rounds.append(one.taken[name])
        self.taken[name] = min(rounds)


def store(warehouse: Warehouse, times: Times, name: str, numbers: Sequence[int], word: str = "most") -> None:
    """Store these documents part by part, as a run does."""
    for first in range(0, len(numbers), PART):
        documents = tuple(synthetic_document(number, word) for number in numbers[first : first + PART])
        batch = Batch("bench", documents=documents)
        times.add(name, lambda batch=batch: warehouse.store(batch, "r1", NOW))


def measured(place: Place, published: Place, findings: int) -> Times:
    """Load, change, check, publish and ask one warehouse."""
    times = Times()
    numbers = range(findings // PER_DOCUMENT)
    with Warehouse.open(place) as warehouse:
        warehouse.begin_run("r1", "benchmark", NOW, "0")
        store(warehouse, times, "load", numbers)
        store(warehouse, times, "1 % changed", numbers[::100], "few")
        times.add("checks", lambda: _passed(warehouse))
        warehouse.end_run("r1", "done", {}, NOW)
        times.add("publish", lambda: warehouse.publish(published))
    with open_published(published) as reader:
        for query in worked_queries():
            times.best(query.name, lambda sql=query.text: reader.query(sql))
    return times


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
    for what, (wall, cpu) in of_file.taken.items():
        lake_wall, lake_cpu = of_lake.taken[what]
        print(
            f"{what:28}{wall:9.2f} s{cpu:7.2f} s{lake_wall:9.2f} s{lake_cpu:7.2f} s{lake_wall / wall:15.2f}x"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
