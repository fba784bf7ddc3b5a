"""How fast the warehouse stores findings, beside DuckDB's own insert of the same rows.

Usage: python -m benchmarks.load [FINDINGS]
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from ingest.load import Warehouse
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
    SourceCheck,
    ThemeMatch,
)
from ingest.reference import load as load_gazetteer
from ingest.reference import load_themes

NOW = datetime(2026, 5, 1, tzinfo=UTC)
PER_DOCUMENT = 50
PART = 500
"""Documents that are stored at a time, as a run does it."""
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
    return Document(snapshot, Extracted(f"Letter {number}", text, tuple(blocks), pages=1), reading)


def bare_insert(path: Path, source: Path) -> float:
    """Seconds that DuckDB takes to insert the findings and themes of `source` from Arrow, keys and all."""
    tables = ("finding", "finding_theme")
    with duckdb.connect(str(source), read_only=True) as connection:
        rows = {table: connection.execute(f"FROM {table}").to_arrow_table() for table in tables}
    with duckdb.connect(str(path)) as connection:
        for file in sql_files("migrations"):
            connection.execute(file.text)
        began = time.perf_counter()
        connection.begin()
        for table in tables:
            connection.register("arrow_rows", rows[table])
            connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM arrow_rows")
        connection.commit()
        return time.perf_counter() - began


def stored(warehouse: Warehouse, numbers: Sequence[int], word: str = "most") -> tuple[float, float]:
    """Store these documents part by part; return seconds in all, and those spent laying records out in rows."""
    took = laying = 0.0
    for first in range(0, len(numbers), PART):
        documents = tuple(synthetic_document(number, word) for number in numbers[first : first + PART])
        began = time.perf_counter()
        for document in documents:
            document_rows(document, ()).finding_rows(1)
        laying += time.perf_counter() - began
        batch = Batch("bench", SourceCheck("bench", "Benchmark", "new"), documents=documents)
        began = time.perf_counter()
        warehouse.store(batch, "r1", NOW)
        took += time.perf_counter() - began
    return took, laying


def main(findings: int = 100_000) -> None:
    """Print a table of seconds, rows per second and the ratio to the bare insert."""
    numbers = range(findings // PER_DOCUMENT)
    count = len(numbers) * PER_DOCUMENT
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        took: dict[str, float] = {}
        with Warehouse.open(path) as warehouse:
            warehouse.begin_run("r1", "benchmark", NOW, "0")
            took["store, all new"], laying = stored(warehouse, numbers)
            took["  laying records out"] = laying
            took["  loading"] = took["store, all new"] - laying
            took["store, all unchanged"], _ = stored(warehouse, numbers)
            took["store, 1 % changed"], _ = stored(warehouse, numbers[::100], "few")
            began = time.perf_counter()
            failures = warehouse.reader.check()
            took["checks"] = time.perf_counter() - began
            assert not failures, failures
            began = time.perf_counter()
            copy = warehouse.publish(Path(folder) / "published")
            took["publish"] = time.perf_counter() - began
        size = copy.stat().st_size
        began = time.perf_counter()
        shutil.copyfile(path, Path(folder) / "plain")
        plain = time.perf_counter() - began
        bare = bare_insert(Path(folder) / "bare.duckdb", path)
    print(f"{count:,} findings in {len(numbers):,} documents; published copy {size / 1e6:,.0f} MB")
    print(f"{'':24}{'seconds':>9}{'findings/s':>13}{'to bare insert':>16}")
    for name, seconds in (("DuckDB's bare insert", bare), *took.items()):
        print(f"{name:24}{seconds:9.2f}{count / seconds:13,.0f}{seconds / bare:15.2f}x")
    print(f"publish takes {took['publish'] / plain:.1f} times a plain copy ({plain:.2f} s)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
