"""How fast the warehouse stores findings, beside DuckDB's own insert of the same rows, with and without keys.

Prints seconds of CPU, which other work on the machine does not stretch, beside those on the wall.

Usage: python -m benchmarks.load [FINDINGS]
"""

from __future__ import annotations

import hashlib
import math
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from ingest.load import Warehouse, publish
from ingest.load.database import connect, insert_arrow, one_thread, transaction
from ingest.load.rows import document_rows
from ingest.load.sqlfiles import sql_files
from ingest.model import (
    AuthorityMatch,
    Batch,
    Block,
    Document,
    Extracted,
    Finding,
    Inspection,
    Judgement,
    Link,
    Reading,
    Snapshot,
    ThemeMatch,
)
from ingest.reference import load as load_gazetteer
from ingest.reference import load_themes

NOW = datetime(2026, 5, 1, tzinfo=UTC)
PER_DOCUMENT = 50
PART = 500
"""Documents that are stored at a time: as many findings as the 128 real documents have that a run stores at a time."""
FILLED = (
    "document",
    "document_authority",
    "inspection_document",
    "inspection",
    "judgement",
    "finding",
    "finding_theme",
)
"""Tables that storing these documents fills, and that the bare insert fills from the same Arrow tables."""
KEYS = {"finding": "finding_id", "finding_theme": "finding_id, theme_id"}
"""Keys that no index guards, but one could."""
_CODES = tuple(authority.gss for authority in load_gazetteer().all if authority.is_current)
_THEMES = tuple(theme.theme_id for theme in load_themes())


def synthetic_document(number: int, word: str = "most") -> Document:
    """Return a letter with fifty findings, one sentence each, about one of the authorities; `word` changes it."""
    gss = _CODES[number % len(_CODES)]
    quotes = [
        f"In team {i} of service {number}, plans for children are clear and {word} are reviewed in time."
        for i in range(PER_DOCUMENT)
    ]
    text = "\n\n".join(quotes)
    started = date(2000 + number % 25, 1 + number % 12, 1)
    kind = ("focused_visit", "monitoring_visit", "ilacs_standard")[number % 3]
    judged = (
        (
            Judgement(
                "overall", ("good", "inadequate")[number // 3 % 2], quotes[0], start=0, end=len(quotes[0])
            ),
        )
        if kind == "ilacs_standard"
        else ()
    )
    inspection = Inspection(
        gss,
        kind,
        month=started,
        started_on=started,
        is_primary=True,
        judgements=judged,  # type: ignore[arg-type]
    )
    findings, blocks, start = [], [], 0
    for i, quote in enumerate(quotes):
        end = start + len(quote)
        blocks.append(Block("paragraph", start, end, page=1))
        findings.append(
            Finding(
                gss=gss,
                polarity=("strength", "concern", "recommendation")[i % 3],  # type: ignore[arg-type]
                kind="statement" if i % 3 < 2 else "area_for_improvement",
                speaker="ofsted",
                is_inspectorate=True,
                quote=quote,
                start=start,
                end=end,
                rule="synthetic",
                page=1,
                section="Main findings",
                inspection_id=inspection.inspection_id,
                themes=(ThemeMatch(_THEMES[(number + i) % len(_THEMES)], "plans"),),
            )
        )
        start = end + 2
    url = f"https://example.org/{number}"
    snapshot = Snapshot(
        Link("bench", url),
        url,
        hashlib.sha256(text.encode()).hexdigest(),
        "application/pdf",
        None,
        len(text),
        NOW,
    )
    reading = Reading(
        "ofsted_letter",
        started + timedelta(days=40),
        (AuthorityMatch(gss, "subject", quotes[0], "synthetic", 0, len(quotes[0])),),
        (inspection,),
        tuple(findings),
    )
    return Document(snapshot, Extracted(f"Letter {number}", text, tuple(blocks), page_starts=(0,)), reading)


@dataclass
class Spent:
    """Seconds of CPU and on the wall."""

    cpu: float = 0.0
    wall: float = 0.0

    @contextmanager
    def on(self) -> Iterator[None]:
        """Add what the block takes."""
        cpu, wall = time.process_time(), time.perf_counter()
        yield
        self.cpu += time.process_time() - cpu
        self.wall += time.perf_counter() - wall


def spent(work: Callable[[], object]) -> Spent:
    """Return what the work takes."""
    took = Spent()
    with took.on():
        work()
    return took


def bare_insert(path: Path, rows: Mapping[str, pa.Table], *, keyed: bool) -> Spent:
    """Return what DuckDB takes to insert all tables from Arrow, in one transaction."""
    with duckdb.connect(str(path)) as connection:
        for file in sql_files("migrations"):
            connection.execute(file.text)
        for table, key in KEYS.items() if keyed else ():
            connection.execute(f"ALTER TABLE {table} ADD PRIMARY KEY ({key})")
        took = Spent()
        with took.on():
            connection.begin()
            for table, given in rows.items():
                connection.register("arrow_rows", given)
                connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM arrow_rows")
            connection.commit()
    path.unlink()
    return took


def insert_in_parts(path: Path, rows: Mapping[str, pa.Table]) -> Spent:
    """Return what storing takes of the same time: the same rows, part by part, as a run commits them."""
    parts = math.ceil(rows["finding"].num_rows / (PART * PER_DOCUMENT))
    took = Spent()
    with closing(connect(path)) as connection, one_thread(connection):
        for file in sql_files("migrations"):
            connection.execute(file.text)
        for part in range(parts):
            with took.on(), transaction(connection, "a part"):
                for table, all_rows in rows.items():
                    size = math.ceil(all_rows.num_rows / parts)
                    insert_arrow(connection, table, all_rows.slice(part * size, size))
    path.unlink()
    return took


def stored(warehouse: Warehouse, numbers: Sequence[int], word: str = "most") -> Spent:
    """Store these documents part by part, as a run does it; return what the storing took."""
    took = Spent()
    for first in range(0, len(numbers), PART):
        documents = tuple(synthetic_document(number, word) for number in numbers[first : first + PART])
        with took.on():
            warehouse.store(Batch("bench", documents=documents), "r1", NOW)
    return took


def laid_out(numbers: Sequence[int]) -> Spent:
    """Return what laying these documents out in rows takes, a part of storing them."""
    took = Spent()
    for number in numbers:
        document = synthetic_document(number)
        with took.on():
            document_rows(document).finding_ids(1)
    return took


def plain_copy(source: Path, target: Path) -> None:
    """Copy a file and wait until it is on the disk, as a copy for readers is."""
    shutil.copyfile(source, target)
    with target.open("rb+") as file:
        os.fsync(file.fileno())


def main(findings: int = 100_000) -> None:
    """Print a table of seconds, rows per second and the ratios to the bare inserts, and what publishing takes."""
    numbers = range(findings // PER_DOCUMENT)
    count = len(numbers) * PER_DOCUMENT
    took: dict[str, Spent] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        path = folder / "warehouse.duckdb"
        with Warehouse.open(path) as warehouse:
            warehouse.begin_run("r1", "benchmark", NOW, "0")
            took["store, all new"] = stored(warehouse, numbers)
            took["  laying out in rows"] = laid_out(numbers)
            took["store, all unchanged"] = stored(warehouse, numbers)
            took["store, 1 % changed"] = stored(warehouse, numbers[::100], "few")
            took["checks"] = spent(warehouse.reader.check)
            assert not warehouse.reader.check()
            took["publish, first"] = spent(lambda: warehouse.publish(folder / "published"))
        took["publish, again"] = spent(lambda: publish(path, folder / "published"))
        took["plain copy, on disk"] = spent(lambda: plain_copy(path, folder / "plain"))
        took["plain copy, in memory"] = spent(lambda: shutil.copyfile(path, folder / "plain"))
        with duckdb.connect(str(path), read_only=True) as connection:
            arrow = {table: connection.execute(f"FROM {table}").to_arrow_table() for table in FILLED}
        keyed, bare = (bare_insert(folder / "bare.duckdb", arrow, keyed=keyed) for keyed in (True, False))
        took["  inserting the same Arrow"] = insert_in_parts(folder / "bare.duckdb", arrow)
        size = path.stat().st_size
    rows = {"DuckDB's insert, with keys": keyed, "DuckDB's insert, without": bare, **took}
    print(f"{count:,} findings in {len(numbers):,} documents; warehouse {size / 1e6:,.0f} MB")
    print(f"{'':28}{'wall s':>8}{'CPU s':>8}{'findings/s':>12}{'to with keys':>14}{'to without':>12}")
    for name, one in rows.items():
        print(
            f"{name:28}{one.wall:8.2f}{one.cpu:8.2f}{count / one.wall:12,.0f}"
            f"{one.cpu / keyed.cpu:13.2f}x{one.cpu / bare.cpu:11.2f}x"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
