"""What is known of a story when it is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from ingest.model.words import DocumentKind, FindingKind, Grade, InspectionKind, Polarity, Speaker


@dataclass(frozen=True, slots=True)
class Coverage:
    """One document of a story, as a mail lists it."""

    document_id: str
    version: int
    title: str
    url: str
    publisher: str
    kind: DocumentKind
    published_on: date | None
    is_primary: bool
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True)
class FoundStatement:
    """A finding with what a mail needs to show and match it."""

    finding_id: str
    document_id: str
    polarity: Polarity
    kind: FindingKind
    speaker: Speaker
    is_inspectorate: bool
    quote: str
    page: int | None
    section: str | None
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PastGrade:
    """A grade that an earlier inspection of the same authority gave."""

    area: str
    grade: Grade
    inspection_kind: InspectionKind
    on: date
    """When that inspection began; where that is not known, its month or its publication."""


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source stands when a mail is written."""

    name: str
    is_healthy: bool
    """Whether its last check found nothing broken."""
    checked_at: datetime | None
    last_good_at: datetime | None
    """None where it never was."""
    message: str = ""


@dataclass(frozen=True, slots=True)
class FollowedEvent:
    """The inspection of which a follow-up (a response, a commissioner) came."""

    kind: InspectionKind
    on: date | None
    """When it began, or its month, or its publication."""


@dataclass(frozen=True, slots=True)
class StoryUpdate:
    """What is known of one story about one authority, after a run that brought something to it."""

    story_id: str
    title: str
    gss: str
    authority: str
    inspection_id: str | None
    inspection_kind: InspectionKind | None
    started_on: date | None
    ended_on: date | None
    month: date | None
    """First day of the month in which the visit began."""
    first_published_on: date | None
    documents: tuple[Coverage, ...]
    judgements: tuple[tuple[str, Grade | None, str | None], ...]
    """(area, grade, reason where the grade is None)."""
    findings: tuple[FoundStatement, ...]
    history: tuple[PastGrade, ...] = ()
    """The grades of the authority's earlier inspections, the oldest first."""
    follows: FollowedEvent | None = None
    """None where the story is an inspection's own, or news of another thing."""


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """How a mail or a webhook call fared: the columns of `delivery` that change."""

    delivery_id: str
    status: Literal["sent", "pending", "failed"]
    """pending: to be tried again; failed: never again."""
    attempts: int
    error: str | None = None
    """For a sent mail: who of several recipients was refused."""
    sent_at: datetime | None = None
    next_try_at: datetime | None = None
    """For a pending mail; None: with the next run, because the fault was the line's and not the mail's."""
