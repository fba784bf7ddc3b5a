"""How fast the warehouse stores findings, beside DuckDB's own insert of the same rows.

Usage: python -m benchmarks.load [FINDINGS]
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from ingest.load import Warehouse
from ingest.load.sqlfiles import sql_files
from ingest.model import (
    AuthorityMatch,
    Batch,
    Block,
    Document,
    Extracted,
    Finding,
    Inspection,
    Link,
    Reading,
    Snapshot,
    SourceCheck,
    ThemeMatch,
)

NOW = datetime(2024, 5, 1, tzinfo=UTC)
PER_DOCUMENT = 50


def synthetic_document(number: int) -> Document:
    """Return a letter with fifty findings, one sentence each."""
    quotes = [
        f"In team {i} of service {number}, plans for children are clear and most are reviewed in time."
        for i in range(PER_DOCUMENT)
    ]
    text = "\n\n".join(quotes)
    inspection = Inspection("E08000025", "focused_visit", month=date(2000 + number % 25, 1 + number % 12, 1))
    findings, blocks, start = [], [], 0
    for quote in quotes:
        end = start + len(quote)
        blocks.append(Block("paragraph", start, end, page=1))
        findings.append(
            Finding(
                gss="E08000025",
                polarity="strength",
                kind="statement",
                speaker="ofsted",
                is_inspectorate=True,
                quote=quote,
                start=start,
                end=end,
                rule="synthetic",
                page=1,
                section="Main findings",
                inspection_id=inspection.inspection_id,
                themes=(ThemeMatch("assessment_planning", "plans"),),
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
        date(2024, 4, 1),
        (AuthorityMatch("E08000025", "subject", quotes[0], "synthetic", 0, len(quotes[0])),),
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


def main(findings: int = 100_000) -> None:
    """Print a table of seconds, rows per second and the ratio to the bare insert."""
    documents = tuple(synthetic_document(number) for number in range(findings // PER_DOCUMENT))
    batch = Batch("bench", SourceCheck("bench", "Benchmark", "new"), documents=documents)
    count = len(documents) * PER_DOCUMENT
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        took: dict[str, float] = {}
        with Warehouse.open(path) as warehouse:
            for name in ("store, all new", "store, all unchanged"):
                began = time.perf_counter()
                warehouse.store(batch, "r1", NOW)
                took[name] = time.perf_counter() - began
            began = time.perf_counter()
            warehouse.publish(Path(folder) / "published")
            took["publish"] = time.perf_counter() - began
        bare = bare_insert(Path(folder) / "bare.duckdb", path)
    print(f"{count:,} findings in {len(documents):,} documents")
    print(f"{'':24}{'seconds':>9}{'findings/s':>13}{'to bare insert':>16}")
    for name, seconds in (("DuckDB's bare insert", bare), *took.items()):
        print(f"{name:24}{seconds:9.2f}{count / seconds:13,.0f}{seconds / bare:15.1f}x")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
