"""What the warehouse knows that can tell which council a text means that names none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ingest.model.classified import AuthorityMatch
from ingest.model.words import DocumentKind, Grade

DEDUCED = ("address", "office_holder", "event_constraint")
"""The rules by which a document is filed that names no authority."""


@dataclass(frozen=True, slots=True)
class KnownJudgement:
    """An overall grade of one authority and the days between which people date it: first day on site to report."""

    gss: str
    grade: Grade
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class OfficeHolder:
    """A person to whom an inspectorate wrote as the head of an authority's children's services, and when."""

    gss: str
    name: str
    on: date


@dataclass(frozen=True, slots=True)
class Known:
    """All of it."""

    judgements: tuple[KnownJudgement, ...] = ()
    office_holders: tuple[OfficeHolder, ...] = ()


@dataclass(frozen=True, slots=True)
class UnnamedDocument:
    """A stored document that names no authority, and what it was filed under by deduction, if it was."""

    document_id: str
    kind: DocumentKind
    text: str
    published_on: date | None
    filed: AuthorityMatch | None = None
