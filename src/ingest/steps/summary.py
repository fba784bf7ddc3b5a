"""What a run did, as it is told: a screen for a person, Markdown for Prefect, counts for the table `run`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingest.load import Counts, Poll
from ingest.model import Failure, SourceCheck
from ingest.place import Place
from ingest.steps.mailing import SentMail

SHOWN = 8
"""Failures that are named on the screen; the others are in the warehouse."""
POLARITIES = ("concern", "recommendation", "mixed", "strength", "neutral")


@dataclass(frozen=True, slots=True)
class Summary:
    """All figures of one run."""

    run_id: str
    started_at: datetime
    seconds: float
    checks: tuple[SourceCheck, ...]
    new: int
    changed: int
    updated: int
    counts: Counts
    failures: tuple[Failure, ...]
    """What went into quarantine in this run."""
    mails: tuple[SentMail, ...]
    alerts: bool
    waiting: tuple[Poll, ...]
    """Sources that were left out because they are not due, the next one first."""
    warehouse: Place
    published: Place
    outbox: Path | None
    """Where mails are files; None where they go to a server."""

    @property
    def failed_sources(self) -> tuple[SourceCheck, ...]:
        """Sources whose announcements could not be read."""
        return tuple(check for check in self.checks if check.status == "failed")

    @property
    def changed_sources(self) -> tuple[SourceCheck, ...]:
        """Sources that answered, but not with what they used to bring."""
        return tuple(c for c in self.checks if c.severity == "error" and c.status != "failed")

    @property
    def exit_code(self) -> int:
        """0: done; 1: done, with items newly in quarantine, failing or changed sources, or failing mails."""
        bad_mail = any(mail.status != "sent" for mail in self.mails)
        return 1 if self.failures or self.failed_sources or self.changed_sources or bad_mail else 0

    def as_counts(self) -> dict[str, object]:
        """Figures for the table `run`."""
        return {
            "sources": len(self.checks),
            "sources_failed": len(self.failed_sources),
            "sources_changed": len(self.changed_sources),
            "sources_not_due": len(self.waiting),
            "new": self.new,
            "changed": self.changed,
            "updated": self.updated,
            "quarantined": len(self.failures),
            "mails": len(self.mails),
            "seconds": round(self.seconds, 1),
        }

    def rows(self) -> list[tuple[str, str]]:
        """The table of the summary: what, how many."""
        by_status = {status: sum(check.status == status for check in self.checks) for status in _STATUSES}
        documents = sum(self.counts.documents.values())
        found = self.counts.findings
        waiting = len(self.counts.quarantine)
        rows = [
            ("Sources", _and(f"{count} {_STATUSES[status]}" for status, count in by_status.items() if count)),
            ("This run", f"{self.new} new, {self.changed} changed, {self.updated} read differently"),
            ("Documents", f"{documents} stored, {_duplicates(self.counts.duplicates)}"),
            ("Stories", f"{self.counts.stories}"),
            ("Inspections", f"{self.counts.inspections}, with {self.counts.judgements} judgements"),
            (
                "Findings",
                f"{sum(found.values())}: "
                + _and(f"{found[p]} {_plural(p, found[p])}" for p in POLARITIES if found.get(p)),
            ),
            ("Quarantine", f"{len(self.failures)} in this run, {waiting} waiting"),
        ]
        if self.alerts:
            rows.append(("Mails", f"{sum(mail.status == 'sent' for mail in self.mails)} written"))
        return rows

    def lines(self) -> list[str]:
        """What follows the table: failures by name, mails by subject, where things are."""
        said = [f"Source failed: {check.name}: {check.message}" for check in self.failed_sources]
        said += [f"Source changed: {c.name}: {c.state}: {c.message}" for c in self.changed_sources]
        if self.waiting:
            said.append(_not_due(self.waiting))
        shown = self.failures[:SHOWN]
        said += [f"Quarantined: {failure.url}: {failure.said}" for failure in shown]
        if len(self.failures) > SHOWN:
            said.append(f"... and {len(self.failures) - SHOWN} more in the view quarantine_open")
        for mail in self.mails:
            state = "" if mail.status == "sent" else f" [{mail.status}: {mail.error}]"
            said.append(f"Mail to {', '.join(mail.recipients)}: {mail.subject}{state}")
        return said

    def places(self) -> list[tuple[str, str]]:
        """Where the results are."""
        shown = self.published
        if isinstance(shown, Path):
            shown = shown / "warehouse.duckdb"
        places = [("Warehouse", str(shown))]
        if self.outbox and any(mail.status == "sent" for mail in self.mails):
            places.append(("Outbox", f"{self.outbox}/"))
        return places

    def markdown(self) -> str:
        """The summary as a Prefect artifact shows it."""
        head = ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in self.rows())]
        sources = [
            "| Source | Status | Announced | Fetched | New | Failed |",
            "|---|---|---:|---:|---:|---:|",
            *(
                f"| {c.name} | {c.status} | {c.announced} | {c.fetched} | {c.new} | {c.failed} |"
                for c in self.checks
            ),
        ]
        notes = [f"- {line}" for line in self.lines()]
        return "\n".join([*head, "", *sources, "", *notes])


_STATUSES = {"new": "with news", "unchanged": "unchanged", "failed": "failed"}


def _not_due(waiting: Sequence[Poll]) -> str:
    count = "1 source is" if len(waiting) == 1 else f"{len(waiting)} sources are"
    first = waiting[0]
    return (
        f"{count} not due yet, {first.source_id} next, at {first.due_at:%Y-%m-%d %H:%M} UTC; "
        "--full asks all, --source ID asks one"
    )


def _and(parts: Iterable[str]) -> str:
    return ", ".join(parts) or "none"


def _duplicates(count: int) -> str:
    return "1 of them a duplicate" if count == 1 else f"{count} of them duplicates"


def _plural(word: str, count: int) -> str:
    if word in ("mixed", "neutral"):
        return word
    return word if count == 1 else word + "s"


def sources_table(checks: Sequence[SourceCheck]) -> list[tuple[str, str, str, str, str]]:
    """Rows of the table of sources: name, status, fetched, new, failed."""
    return [
        (check.name, check.status, str(check.fetched), str(check.new), str(check.failed)) for check in checks
    ]
