"""How long the static site takes: all authorities, 20,000 synthetic findings in a real warehouse.

Usage: python -m benchmarks.site [FINDINGS]
"""

from __future__ import annotations

import hashlib
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from ingest.load import Warehouse, open_published, site_content
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
    StoryLink,
    ThemeMatch,
)
from ingest.reference import load
from ingest.reference.themes import load_themes
from ingest.site import Built, SiteContent, build_site, gather

T = TypeVar("T")
NOW = datetime(2026, 5, 1, tzinfo=UTC)
PER_DOCUMENT = 50
LIMIT_SECONDS = 60
LIMIT_BYTES = 300_000
GRADES = ("outstanding", "good", "requires_improvement", "inadequate")
POLARITIES = ("strength", "strength", "concern", "strength", "recommendation")


def letter(number: int, codes: list[str], themes: list[str]) -> Document:
    """Return a synthetic report on one of the authorities, with fifty findings and four grades."""
    gss = codes[number % len(codes)]
    began = date(2015 + number // len(codes) % 11, 1 + number % 12, 5)
    judged = tuple(
        Judgement(area, GRADES[(number + i) % 4], "synthetic", 0, 9)  # type: ignore[arg-type]
        for i, area in enumerate(("overall", "leaders", "help_and_protection", "care_leavers"))
    )
    visit = Inspection(
        gss, "ilacs_standard", month=began.replace(day=1), started_on=began, framework="ILACS",
        is_primary=True, judgements=judged,
    )  # fmt: skip
    quotes = [
        f"In synthetic report {number}, sentence {i} says that team {(number * 7 + i) % 97} reviews the plans of "
        f"children in band {(number + i * 13) % 89} and records why they change."
        for i in range(PER_DOCUMENT)
    ]
    findings, blocks, start = [], [], 0
    for i, quote in enumerate(quotes):
        end = start + len(quote)
        blocks.append(Block("paragraph", start, end, page=1 + i // 12))
        findings.append(
            Finding(
                gss=gss,
                polarity=POLARITIES[i % 5],  # type: ignore[arg-type]
                kind="statement",
                speaker="ofsted",
                is_inspectorate=True,
                quote=quote,
                start=start,
                end=end,
                rule="synthetic",
                page=1 + i // 12,
                section="Main findings",
                inspection_id=visit.inspection_id,
                themes=tuple(
                    ThemeMatch(themes[(number + i + k) % len(themes)], "synthetic") for k in range(1 + i % 2)
                ),
            )
        )
        start = end + 2
    text = "\n\n".join(quotes)
    url = f"https://files.example.org/{number}.pdf"
    snapshot = Snapshot(
        Link("bench", url, title=f"Synthetic report {number}", publisher="Ofsted"), url,
        hashlib.sha256(text.encode()).hexdigest(), "application/pdf", None, len(text), NOW,
    )  # fmt: skip
    reading = Reading(
        "ofsted_report",
        began,
        (AuthorityMatch(gss, "subject", quotes[0], "synthetic", 0, len(quotes[0])),),
        (visit,),
        tuple(findings),
    )
    return Document(
        snapshot, Extracted(f"Synthetic report {number}", text, tuple(blocks), page_starts=(0,) * 5), reading
    )


def store(path: Path, numbers: range) -> None:
    """Store synthetic reports, link each to its story, publish."""
    codes = [authority.gss for authority in load().all if authority.is_current]
    themes = [theme.theme_id for theme in load_themes()]
    documents = tuple(letter(number, codes, themes) for number in numbers)
    with Warehouse.open(path) as warehouse:
        run_id = f"r{numbers.start}"
        warehouse.begin_run(run_id, "benchmark", NOW, "0")
        warehouse.store(
            Batch("bench", SourceCheck("bench", "Benchmark", "new"), documents=documents), run_id, NOW
        )
        warehouse.set_stories(
            [
                StoryLink(
                    d.document_id, d.extracted.title, v.inspection_id, d.document_id, v.gss, ("synthetic",)
                )
                for d in documents
                for v in d.reading.inspections
            ]
        )
        warehouse.end_run(run_id, "done", {}, NOW)
        warehouse.publish(path.parent / "published")


def read(path: Path) -> SiteContent:
    """Read the published copy and file everything."""
    with open_published(path.parent / "published") as reader:
        return gather(site_content(reader), load().all, load_themes())


def timed(task: Callable[[], T]) -> tuple[float, T]:
    """Return the seconds that a task took, and its result."""
    began = time.perf_counter()
    result = task()
    return time.perf_counter() - began, result


def main(findings: int = 20_000) -> None:
    """Print seconds and files for a first build, one without changes and one with a new report."""
    reports = findings // PER_DOCUMENT
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "warehouse.duckdb", Path(folder) / "site"
        rows: list[tuple[str, float, float, Built]] = []
        store(path, range(reports))
        for name in ("first build", "nothing changed", "one new report"):
            if name == "one new report":
                store(path, range(reports, reports + 1))
            reading, content = timed(lambda: read(path))
            writing, built = timed(lambda: build_site(content, out))  # noqa: B023 - called at once
            rows.append((name, reading, writing, built))
        pages = [file.stat().st_size for file in out.rglob("*.html")]
        index = sum(file.stat().st_size for file in (out / "search").iterdir())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    places = sum(place.authority.is_current for place in content.places)
    print(f"{places} authorities, {content.statements:,} findings in {reports + 1} reports")
    print(f"{'':18}{'read s':>8}{'build s':>9}{'written':>9}{'unchanged':>11}{'removed':>9}")
    for name, reading, writing, built in rows:
        print(
            f"{name:18}{reading:8.1f}{writing:9.1f}{built.written:9,}{built.unchanged:11,}{built.removed:9,}"
        )
    built = rows[-1][3]
    print(
        f"{len(pages):,} pages, {sum(pages) / 1e6:.1f} MB; search index {index / 1e6:.1f} MB; memory {memory:,.0f} MB"
    )
    print(
        f"heaviest page {built.heaviest[0]}: {built.heaviest[1] / 1000:.0f} kB (limit {LIMIT_BYTES // 1000})"
    )
    print(f"first build in all {rows[0][1] + rows[0][2]:.1f} s (limit {LIMIT_SECONDS})")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
