"""Readers while a writer publishes: nobody waits, nobody fails, nobody sees half a run.

Each cycle writes two tables that must agree and publishes. Each reading process opens the newest copy, asks both
tables, checks that they agree and that no run is older than the last it saw, closes, and opens again.

Usage: python -m benchmarks.readers [CYCLES] [READERS] [FINDINGS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path

import duckdb

from benchmarks.load import plain_copy
from ingest.load import open_published, publish

_PATIENCE = 120
"""Seconds."""
_READ = "SELECT (SELECT max(run) FROM stamp), count(*), min(run), max(run) FROM part"


@dataclass
class Told:
    """What one reader met."""

    opened: int = 0
    runs: int = 0
    slowest: float = 0.0
    failures: list[str] = field(default_factory=list)


def read(folder: Path, rows: int, all_there: Barrier, stop: Event, queue: Queue[Told]) -> None:
    """Open, ask, close until told to stop; note whatever is not as it must be."""
    all_there.wait(_PATIENCE)
    told, last = Told(), 0
    while not stop.is_set():
        began = time.perf_counter()
        try:
            with open_published(folder) as reader:
                ((run, count, first, newest),) = reader.query(_READ)[1]
        except Exception as error:
            told.failures.append(f"{type(error).__name__}: {error}")
            continue
        told.opened += 1
        told.slowest = max(told.slowest, time.perf_counter() - began)
        if (count, first, newest) != (rows, run, run):
            told.failures.append(f"half a run: {run}, {count} rows of {first} to {newest}")
        if run < last:
            told.failures.append(f"went back from run {last} to {run}")
        told.runs += run != last
        last = run
    queue.put(told)


def write(path: Path, run: int, rows: int) -> None:
    """Write what run `run` says, in two transactions, so that a copy of a moment between would differ."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE OR REPLACE TABLE stamp AS SELECT ? AS run", [run])
        connection.execute(
            "CREATE OR REPLACE TABLE part AS SELECT ? AS run, range, md5(range::VARCHAR) AS text FROM range(?)",
            [run, rows],
        )
        connection.execute("CHECKPOINT")


def cycles(count: int, readers: int, rows: int) -> tuple[list[Told], float, float, float]:
    """Publish so often beside so many readers; return what they met, and seconds publishing, copying, in all."""
    context = get_context("spawn")
    with tempfile.TemporaryDirectory() as place:
        path, folder = Path(place) / "warehouse.duckdb", Path(place) / "published"
        write(path, 1, rows)
        publish(path, folder)
        all_there, stop, queue = context.Barrier(readers + 1), context.Event(), context.Queue()
        told_to = (folder, rows, all_there, stop, queue)
        processes = [context.Process(target=read, args=told_to) for _ in range(readers)]
        for process in processes:
            process.start()
        all_there.wait(_PATIENCE)
        began = time.perf_counter()
        publishing = copying = 0.0
        for run in range(2, count + 2):
            write(path, run, rows)
            started = time.perf_counter()
            publish(path, folder)
            published = time.perf_counter()
            plain_copy(path, Path(place) / "plain")
            publishing += published - started
            copying += time.perf_counter() - published
        took = time.perf_counter() - began
        stop.set()
        told = [queue.get(timeout=_PATIENCE) for _ in processes]
        for process in processes:
            process.join()
        left = sorted(entry.name for entry in folder.iterdir())
        print(f"files left: {', '.join(left)}")
    return told, publishing, copying, took


def main(count: int = 1000, readers: int = 8, rows: int = 1000) -> None:
    """Print how often readers opened, how many runs they saw, and everything that failed: nothing should."""
    told, publishing, copying, took = cycles(count, readers, rows)
    failures = [failure for one in told for failure in one.failures]
    print(f"{count:,} publish cycles beside {readers} reading processes in {took:.0f} s")
    print(f"opened and asked      {sum(one.opened for one in told):>9,} times")
    print(f"runs seen by a reader {min(one.runs for one in told):>9,} to {max(one.runs for one in told):,}")
    print(f"slowest answer        {max(one.slowest for one in told):>9.3f} s")
    print(
        f"publish               {publishing / count * 1000:>9.1f} ms, {publishing / copying:.1f} times a plain copy"
    )
    print(f"failures              {len(failures):>9,}")
    for failure in failures[:5]:
        print(f"  {failure}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
