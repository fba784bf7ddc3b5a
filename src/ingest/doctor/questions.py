"""The doctor's questions about sources: how each fares, how complete Ofsted's listing is, who is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ingest.doctor.finding import Finding, cut, day
from ingest.errors import ConfigError
from ingest.load import Reader
from ingest.model import Source
from ingest.official.completeness import completeness
from ingest.settings import Settings
from ingest.sources import load_catalogue
from ingest.steps.remedies import golden_page, heading, remedy

_MOST = 5
# A source that is no longer in the catalogue counts as long as runs still ask it.
_SOURCES = """
SELECT h.*, h.last_checked_at >= coalesce(r.started_at, h.last_checked_at) AS is_in_last_run,
FROM source_health AS h
CROSS JOIN (SELECT max(started_at) AS started_at FROM run WHERE status = 'done') AS r
"""


def sources(reader: Reader, settings: Settings) -> Finding:
    """Say which sources are not well, the gravest first, each with its page as it should be and what to do."""
    try:
        catalogue = load_catalogue(settings.sources_file) if settings.sources_file.exists() else ()
    except ConfigError as error:
        return Finding("Sources", "", (str(error),), "no source can be asked before that is mended")
    known = {source.source_id: source for source in catalogue}
    rows = [row for row in reader.dicts(_SOURCES) if row["source_id"] in known or row["is_in_last_run"]]
    bad = [row for row in rows if row["severity"] != "ok"]
    cases = [
        _case(row, known.get(row["source_id"]) or _unknown(row), settings, in_full=number < _MOST)
        for number, row in enumerate(bad)
    ]
    if len(cases) > 1:
        broken = sum(row["severity"] == "error" for row in bad)
        cases[0] = f"{broken} of {len(rows)} broken, {len(bad) - broken} with a warning\n{cases[0]}"
    unasked = len(known.keys() - {row["source_id"] for row in rows})
    well = f"{len(rows)} checked, all well" + (f"; {unasked} of the catalogue never asked" if unasked else "")
    return Finding(
        "Sources",
        well,
        tuple(cases),
        'all of them: ingest sql "FROM source_health"' if len(cases) > _MOST else "",
        is_notice=all(row["severity"] != "error" for row in bad),
        most=_MOST,
    )


def listing(reader: Reader, today: date) -> Finding | None:
    """Say how much of Ofsted's listing is stored; nothing where no listing was read."""
    found = completeness(reader, today)
    if not found.counts:
        return None
    announced = sum(count.announced for count in found.counts)
    cases = [
        f"{count.name}: {count.stored} of {count.announced} stored, {count.waiting} in quarantine"
        for count in sorted(found.counts, key=lambda count: count.stored - count.announced)
        if count.stored < count.announced
    ]
    cases += [f"{name}: {now} announced, {before} a week ago" for name, now, before in found.fewer]
    if found.unlisted:
        cases.append(f"not listed at all: {cut(', '.join(found.unlisted), 70)}")
    return Finding(
        "Ofsted",
        f"{announced:,} documents of {len(found.counts)} authorities announced, all stored",
        tuple(cases),
        "ingest run --full --source ID, with the id of Ofsted's source; what cannot be read waits in quarantine",
    )


def operator(settings: Settings) -> Finding:
    """Say who is told when a source breaks."""
    if settings.operator:
        return Finding("Operator", f"{settings.operator} is told when a source breaks")
    return Finding(
        "Operator",
        "",
        ("nobody is told when a source breaks",),
        "set operator in ingest.toml (INGEST_OPERATOR) to a mail address",
        is_notice=True,
    )


def _case(row: Mapping[str, Any], source: Source, settings: Settings, *, in_full: bool) -> str:
    since = row["broken_since"]
    checks = "1 check" if row["broken_checks"] == 1 else f"{row['broken_checks']} checks"
    broken = f" since {day(since)} ({checks}); last good {day(row['last_good_at'])}" if since else ""
    head = f"{row['source_id']}: {heading(row['state'])}{broken}"
    if not in_full:
        return head
    lines = [head, f"   {cut(row['message'], 110)}"]
    page = row["problems"][0]["page"] if row["problems"] else ""
    if page and page not in row["message"]:
        lines.append(f"   page: {page}")
    golden = golden_page(settings.sources_file, source)
    lines.append(f"-> {remedy(row['state'], source, golden, settings.sources_file)}")
    return "\n".join(lines)


def _unknown(row: Mapping[str, Any]) -> Source:
    return Source(row["source_id"], row["name"], "", "feed", "")
