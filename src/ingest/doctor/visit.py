"""Looks over the whole: what needs a person, and what to do about it. One screen, nothing is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.classify.unknown_names import unknown_names
from ingest.doctor.finding import Finding, cut, times
from ingest.doctor.questions import listing, operator, sources
from ingest.errors import BusyError, WarehouseError
from ingest.load import Reader, open_published, open_reader
from ingest.load.overdue import overdue
from ingest.naming import use_own_names
from ingest.reference import load
from ingest.settings import Settings

SILENT = timedelta(days=2)
"""After so long without a run, the schedule stands still."""

LONG = 3000
"""Characters from which a document of Ofsted must tell something."""
BARELY = 0.5
"""Share of its text in findings below which it was hardly read. The least of 268 documents is 0.7."""


@dataclass(frozen=True, slots=True)
class Report:
    """All answers, in the order in which they are shown."""

    findings: tuple[Finding, ...]

    @property
    def needs_attention(self) -> bool:
        """Say whether a person has to act."""
        return any(finding.cases and not finding.is_notice for finding in self.findings)


def examine(settings: Settings, now: datetime) -> Report:
    """Ask the warehouse; the copy of the readers while a run is at work. `now` tells what is late.

    Raises:
        WarehouseError: there is no warehouse yet, or it cannot be read.
    """
    use_own_names(settings)
    with _open(settings) as reader:
        return Report(
            tuple(
                finding
                for finding in (
                    _last_run(reader, now),
                    sources(reader, settings),
                    listing(reader, now.date()),
                    operator(settings),
                    _quarantine(reader),
                    _mails(reader),
                    _late(reader, now),
                    _checks(reader),
                    _unfiled(reader),
                    _barely_read(reader),
                    _unknown(reader),
                    _corrections(reader),
                    _kept_back(reader, settings.allow_sensitive),
                )
                if finding
            )
        )


def _open(settings: Settings) -> Reader:
    try:
        return open_reader(settings.warehouse_place)
    except (BusyError, WarehouseError):
        return open_published(settings.published_place)


def _last_run(reader: Reader, now: datetime) -> Finding:
    last = reader.last_run()
    if last is None:
        return Finding("Last run", "", ("there was none yet",), "ingest run")
    when = f"{last['started_at']:%Y-%m-%d %H:%M} UTC"
    if last["status"] == "failed":
        return Finding(
            "Last run", "", (f"{when} failed ({last['command']})",), "run it again and read its end"
        )
    if now - last["started_at"] > SILENT:
        return Finding(
            "Last run", "", (f"{when}: nothing ran since",), "see why the schedule stands still; ingest run"
        )
    return Finding("Last run", f"{when}, {last['status']}")


def _quarantine(reader: Reader) -> Finding:
    cases = tuple(f"{failure.url}: {cut(failure.said)}" for failure in reader.quarantine())
    return Finding(
        "Quarantine",
        "nothing waits",
        cases,
        'open the file; what was mended at its source is read in the next run. All: ingest sql "FROM quarantine_open"',
    )


def _mails(reader: Reader) -> Finding:
    rows = reader.dicts(
        """
        SELECT subject, recipients, status, attempts, coalesce(error, 'not tried yet') AS error,
        FROM delivery
        WHERE status <> 'sent'
        ORDER BY created_at
        """
    )
    cases = tuple(
        f"{', '.join(row['recipients'])}: {row['subject']}: {cut(row['error'])} (tried {times(row['attempts'])})"
        for row in rows
    )
    return Finding(
        "Mails", "none undelivered", cases, "check address and INGEST_SMTP_URL; the next run tries again"
    )


def _late(reader: Reader, now: datetime) -> Finding:
    cases = tuple(
        f"{late.what} since {late.since:%Y-%m-%d %H:%M}: {cut(late.words)}" for late in overdue(reader, now)
    )
    return Finding(
        "Late",
        "every alert left in time",
        cases,
        "the next run sends them; where none runs, mend the schedule",
    )


def _checks(reader: Reader) -> Finding:
    cases = tuple(cut(str(failure)) for failure in reader.check())
    return Finding(
        "Checks", "all pass", cases, "nothing is published until they pass; make reprocess, then report it"
    )


def _unfiled(reader: Reader) -> Finding:
    rows = reader.dicts(
        """
        SELECT d.url, d.title, coalesce(d.notes[1], 'names no authority') AS note,
        FROM document AS d
        ANTI JOIN document_authority AS a USING (document_id, version)
        ANTI JOIN correction AS c ON c.document_id = d.document_id AND c.what = 'authority' AND c.quote IS NULL
        WHERE d.is_current
        ORDER BY d.published_on DESC NULLS LAST, d.url
        """
    )
    cases = tuple(f"{cut(row['title'] or row['url'], 60)}: {cut(row['note'])} <{row['url']}>" for row in rows)
    return Finding(
        "Unfiled",
        "every document has its authority",
        cases,
        "ingest correct URL --authority NAME (or none) --note WHY",
    )


def _barely_read(reader: Reader) -> Finding:
    """Name the documents of Ofsted of which little became findings: a layout that is new loses whole parts."""
    rows = reader.dicts(
        """
        WITH part AS (
            SELECT DISTINCT document_id, version, start_char, end_char
            FROM finding
        ), told AS (
            SELECT document_id, version, sum(end_char - start_char) AS characters
            FROM part
            GROUP BY ALL
        )
        SELECT d.url, d.title, coalesce(t.characters, 0) / length(d.text) AS share,
        FROM document AS d
        LEFT JOIN told AS t USING (document_id, version)
        WHERE d.is_current AND d.kind LIKE 'ofsted%' AND length(d.text) >= $least AND share < $share
        ORDER BY share, d.url
        """,
        {"least": LONG, "share": BARELY},
    )
    cases = tuple(
        f"{cut(row['title'] or row['url'], 60)}: {row['share']:.0%} of its text tells a finding <{row['url']}>"
        for row in rows
    )
    return Finding(
        "Reading",
        "Ofsted's documents are read through",
        cases,
        "compare it with `ingest inspect FILE`; where parts are missing, its layout is new to us: report it",
    )


def _unknown(reader: Reader) -> Finding:
    count: Counter[str] = Counter()
    place: dict[str, str] = {}
    for url, text in reader.texts():
        for name, _, _ in unknown_names(text):
            count[name] += 1
            place[name] = min(url, place.get(name, url))
    for name, url in _unknown_providers(reader):
        count[name] += 1
        place.setdefault(name, url)
    names = sorted(count, key=lambda name: (-count[name], place[name], name))
    cases = tuple(f"{name}: {times(count[name])}, first in {place[name]}" for name in names)
    return Finding(
        "Names",
        "no council or trust that is not known",
        cases,
        "add the name to aliases_file (name,authority; no authority if it is none), then make reprocess",
    )


def _unknown_providers(reader: Reader) -> Iterator[tuple[str, str]]:
    """Yield providers of Ofsted's listings that no code, number or name of ours means."""
    gazetteer = load()
    for row in reader.dicts(
        "SELECT url, title, gss, urn FROM announcement WHERE urn IS NOT NULL ORDER BY url"
    ):
        provider = row["title"].partition(":")[0].strip()
        known = (
            (row["gss"] and gazetteer.by_gss(row["gss"]))
            or gazetteer.by_urn(row["urn"])
            or gazetteer.by_name(provider)
        )
        if not known:
            yield f"{provider} (URN {row['urn']})", row["url"]


def _corrections(reader: Reader) -> Finding:
    rows = reader.dicts("SELECT correction_id, what, value, url, is_applied FROM correction_list")
    cases = tuple(
        f"{row['correction_id'][:8]} {row['what']} {row['value']}: its words are no longer in {row['url']}"
        for row in rows
        if not row["is_applied"]
    )
    well = f"{len(rows)} made, all in force" if rows else "none made"
    return Finding("Corrections", well, cases, "correct the new text, then: ingest corrections withdraw ID")


def _kept_back(reader: Reader, allowed: bool) -> Finding:
    rows = reader.dicts(
        "SELECT url, sensitive_rule FROM document WHERE is_current AND is_sensitive ORDER BY url"
    )
    cases = tuple(f"{row['url']} could identify a child ({row['sensitive_rule']})" for row in rows)
    if allowed:
        return Finding("Kept back", f"nothing: allow_sensitive is set, {len(rows)} could identify a child")
    return Finding(
        "Kept back",
        "nothing could identify a child",
        cases,
        "left out of mails and exports; allow_sensitive = true in ingest.toml lets them out",
        is_notice=True,
    )
