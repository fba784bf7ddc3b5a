"""What one look at a source showed, and what is wrong with it by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from ingest.model.announced import Failure

SourceState = Literal[
    "ok",
    "unchanged",
    "failed",
    "refused",
    "selector_dead",
    "empty",
    "below_expected",
    "identical_items",
    "field_drop",
    "text_drop",
    "vanished",
    "items_failed",
    "pages_failed",
    "overdue",
    "future_dates",
    "above_expected",
]
"""`failed`, `refused`, `items_failed` and `pages_failed` are faults of fetching; the others, from
`selector_dead` on, say that what came is not what used to come. `ingest.steps.health` says when each holds."""
Severity = Literal["ok", "warning", "error"]
"""An error is mailed to the operator and makes the exit code of a run 1; a warning is shown."""


@dataclass(frozen=True, slots=True)
class Announcing:
    """What the pages of a source that were read in one check announce; unchanged pages are not read."""

    pages: int = 0
    """Pages that were read."""
    is_whole: bool = False
    """True where every page of the source was read."""
    items: int = 0
    titled: int = 0
    dated: int = 0
    future: int = 0
    """Items dated later than tomorrow."""
    distinct: int = 0
    """Different pairs of title and date."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a source."""

    state: SourceState
    severity: Severity
    message: str
    """What was seen, in one line."""
    page: str = ""
    """The address of the page at fault, where it is one."""
    is_passing: bool = False
    """It may pass by itself (a time-out, a 503), so that it counts as broken from the second check on."""


@dataclass(frozen=True, slots=True)
class StoredText:
    """A stored document of the source, as far as a drop shows in it."""

    run_id: str
    kind: str
    length: int
    """Characters."""
    is_dated: bool
    text_hash: str


@dataclass(frozen=True, slots=True)
class History:
    """What is stored of a source, this run's documents included: what its checks are judged by."""

    checks: tuple[Announcing, ...] = ()
    """Of earlier good checks that read something, the newest first."""
    texts: tuple[StoredText, ...] = ()
    """Of its current documents, the newest first."""
    dead: tuple[Failure, ...] = ()
    """Pages that are still unread because a selector matched nothing."""
    first_checked_at: datetime | None = None
    last_new_at: datetime | None = None
    days: tuple[date, ...] = ()
    """Days on which it published something, the newest first."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which a source was broken, of which the operator is to be told."""

    source_id: str
    name: str
    state: SourceState
    message: str
    page: str
    """The address of the page at fault, where it is one."""
    began_at: datetime
    ended_at: datetime | None
    """None while it lasts."""
    checks: int
    """In how many runs it was found broken."""
    began_run_id: str

    @property
    def what(self) -> Literal["broke", "recovered"]:
        """Which of its two notices is due."""
        return "recovered" if self.ended_at else "broke"


@dataclass(frozen=True, slots=True)
class AuthorityCount:
    """How much of what Ofsted lists of an authority is stored."""

    gss: str
    name: str
    announced: int
    stored: int
    waiting: int
    """Announced, not stored, and in quarantine."""
