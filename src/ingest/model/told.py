"""What is known of a story when it is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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
