"""How long the search index takes to build, how much memory, and how long a search takes.

Usage: python -m benchmarks.search [DOCUMENTS]
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.load import NOW, PER_DOCUMENT, stored
from ingest.load import SearchIndex, Wanted, Warehouse, refresh_index
from ingest.load.search import MEMORY

ASKED = ("plans reviewed", "teams with plans for children", '"reviewed in time"')


def megabytes() -> float:
    """The most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(documents: int = 2_000) -> None:
    """Print a line for building and one for each search."""
    with tempfile.TemporaryDirectory() as folder:
        published = Path(folder) / "published"
        with Warehouse.open(Path(folder) / "warehouse.duckdb") as warehouse:
            warehouse.begin_run("r1", "benchmark", NOW, "0")
            stored(warehouse, range(documents))
            warehouse.end_run("r1", "done", {}, NOW)
            copy = warehouse.publish(published)
        before = megabytes()
        began = time.perf_counter()
        refresh_index(published)
        took = time.perf_counter() - began
        size = (published / "search.duckdb").stat().st_size
        print(f"{documents:,} documents of some 900 words, {documents * PER_DOCUMENT:,} findings")
        print(
            f"build      {took:8.1f} s; index {size / 1e6:,.0f} MB, published copy {copy.stat().st_size / 1e6:,.0f} MB"
        )
        print(
            f"memory     {before:8,.0f} MB before, {megabytes():,.0f} MB at most (DuckDB may hold {MEMORY})"
        )
        began = time.perf_counter()
        refresh_index(published)
        print(f"unchanged  {time.perf_counter() - began:8.3f} s")
        with SearchIndex(published) as index:
            for kind in ("finding", "document"):
                for words in ASKED:
                    began = time.perf_counter()
                    index.find(Wanted(words, kind))
                    print(f"{kind:10} {time.perf_counter() - began:8.3f} s  {words}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
