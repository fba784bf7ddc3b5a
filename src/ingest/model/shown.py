"""What the static site is made of: all that a warehouse can tell a reader, as plain records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ingest.model.announced import Failure
from ingest.model.checked import Severity
from ingest.model.told import StoryUpdate
from ingest.model.words import Grade, InspectionKind


@dataclass(frozen=True, slots=True)
class ShownJudgement:
    """One grade of an inspection, and the page of Ofsted's document on which it stands."""

    area: str
    grade: Grade | None
    reason: str | None
    """Why there is no grade; None where there is one."""
    page: int | None


@dataclass(frozen=True, slots=True)
class ShownVisit:
    """One inspection or visit of an authority, as its own document and others tell of it."""

    inspection_id: str
    gss: str
    kind: InspectionKind
    framework: str | None
    started_on: date | None
    ended_on: date | None
    month: date | None
    """First day of the month in which it began."""
    published_on: date | None
    focus: str | None
    """What was looked at, in Ofsted's words; None where only others report of it."""
    ordinals: tuple[str, ...]
    delivery_body: str | None
    has_priority_action: bool | None
    document_id: str | None
    """Ofsted's own document; None until it is seen."""
    judgements: tuple[ShownJudgement, ...]


@dataclass(frozen=True, slots=True)
class ShownSource:
    """How one source fares over all runs."""

    source_id: str
    name: str
    severity: Severity
    message: str
    """What its last check found, in one line."""
    broken_since: datetime | None
    """The first of the checks with an error in a row; None where the last was good."""
    last_checked_at: datetime
    last_good_at: datetime | None
    last_new_at: datetime | None
    checks: int
    failures: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class ShownRun:
    """One run of the pipeline; `brought` counts the versions of documents that it added and that still stand."""

    run_id: str
    started_at: datetime
    ended_at: datetime | None
    status: str
    brought: int
    sources: int
    """Sources that it checked."""
    failing: int
    """Those of them with an error."""


@dataclass(frozen=True, slots=True)
class ShownOutage:
    """A time in which a source was broken; it lasts where `ended_at` is None."""

    name: str
    message: str
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownListing:
    """How much of what Ofsted announces was stored on a day."""

    checked_on: date
    announced: int
    stored: int
    waiting: int
    """Not stored, because it waits in quarantine."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The whole content of the site. What could identify a child is not in it, only counted."""

    stories: tuple[StoryUpdate, ...]
    """One for each story and each authority of it, the oldest first."""
    visits: tuple[ShownVisit, ...]
    sources: tuple[ShownSource, ...]
    """What is broken first."""
    outages: tuple[ShownOutage, ...]
    """The newest first, those that last before all others."""
    listing: ShownListing | None
    """None before the first count."""
    runs: tuple[ShownRun, ...]
    """The newest first."""
    waiting: tuple[Failure, ...]
    """What could not be fetched or read."""
    failed_checks: tuple[tuple[str, int], ...]
    """What each failed check of the warehouse says, and how many rows it found."""
    corrections: int
    fresh: frozenset[str]
    """Documents that came with the newest run."""
    unfiled: int
    """Current documents that belong to no authority."""
    held_back: int
    """Findings that are left out because they could identify a child."""
