"""What classify says of a document: authorities, inspections, grades, findings; and the whole document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ingest.model.addresses import page_address
from ingest.model.announced import Snapshot
from ingest.model.extracted import Extracted
from ingest.model.words import (
    DocumentKind,
    FindingKind,
    Grade,
    InspectionKind,
    Polarity,
    Role,
    Speaker,
    Trend,
    alphanumerics,
    make_id,
)


@dataclass(frozen=True, slots=True)
class AuthorityMatch:
    """A document is about an authority, or mentions it, and this is why.

    `start` and `end` are None where the proof lies outside the text (the source's own authority).
    """

    gss: str
    role: Role
    evidence: str
    rule: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A grade for one area; None with a reason where none is given."""

    area: str
    grade: Grade | None
    evidence: str
    start: int | None = None
    end: int | None = None
    page: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """An inspection or visit, as one document tells of it.

    The id is made of authority, group of kinds and first month, so that the letter and the press that
    reports it ("visited last month") meet. `month` is the first of the month in which the visit began,
    known more often than the day.
    """

    gss: str
    kind: InspectionKind
    framework: str | None = None
    started_on: date | None = None
    ended_on: date | None = None
    month: date | None = None
    letter_on: date | None = None
    published_on: date | None = None
    focus: str | None = None
    """What was looked at, in Ofsted's words."""
    focus_topic: str | None = None
    """One of Ofsted's topics of a visit, where its words say which."""
    ordinals: tuple[str, ...] = ()
    """"fifth since November 2016": one visit may have several, by different baselines."""
    lead_inspectors: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    """Everyone named as an inspector, the leads included."""
    addressee: str | None = None
    addressee_role: str | None = None
    has_priority_action: bool | None = None
    """Whether the document asks for priority action; None where only coverage is known."""
    delivery_body: str | None = None
    """The trust or company that ran the services then; None where the council did."""
    printed_on: date | None = None
    """The publication date that the document prints, which may differ from the listing's."""
    judgements: tuple[Judgement, ...] = ()
    is_primary: bool = False
    """True in the document that Ofsted published about it; False in coverage."""
    reported_on: date | None = None
    """When the document that tells of it appeared: names the visit while its month is unknown."""

    @property
    def group(self) -> str:
        """Kinds that the press does not tell apart: standard and short inspections are one."""
        return "ilacs" if self.kind.startswith("ilacs") else self.kind

    @property
    def inspection_id(self) -> str:
        """Readable and stable: E08000025-monitoring_visit-2018-05."""
        if self.month:
            return f"{self.gss}-{self.group}-{self.month:%Y-%m}"
        if self.reported_on:
            return f"{self.gss}-{self.group}-reported-{self.reported_on:%Y-%m}"
        return f"{self.gss}-{self.group}-undated"


@dataclass(frozen=True, slots=True)
class ThemeMatch:
    """A theme and the rule (words) that decided for it."""

    theme_id: str
    rule: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One evaluative statement about one authority, with the words that make it.

    `start:end` is the sentence or bullet in the document's text.
    """

    gss: str
    polarity: Polarity
    kind: FindingKind
    speaker: Speaker
    is_inspectorate: bool
    quote: str
    start: int
    end: int
    rule: str
    page: int | None = None
    section: str | None = None
    inspection_id: str | None = None
    responsible_body: str | None = None
    """Who is to act, where the document says so; it may be health or police."""
    themes: tuple[ThemeMatch, ...] = ()
    trend: Trend | None = None
    """How it compares with the time before; None where it does not compare."""
    quotation_key: str | None = None
    """Equal where the same words stand in quotation marks elsewhere; None without a quotation worth the name."""
    sensitive: str | None = None
    """The rule by which its words could identify a child; None where they could not."""

    @property
    def is_sensitive(self) -> bool:
        """Whether its words could identify a child."""
        return self.sensitive is not None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that classify says of one document."""

    kind: DocumentKind
    published_on: date | None
    authorities: tuple[AuthorityMatch, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    """What could not be decided, in words."""
    disputes: tuple[str, ...] = ()
    """Where the document contradicts itself: goes to quarantine for a person to decide."""
    sensitive: str | None = None
    """The rule by which text or title could identify a child; None where they could not."""


@dataclass(frozen=True, slots=True)
class Document:
    """A snapshot, its text and its reading: what the warehouse stores."""

    snapshot: Snapshot
    extracted: Extracted
    reading: Reading

    @property
    def document_id(self) -> str:
        """The id of its address."""
        return self.snapshot.link.document_id

    @property
    def address(self) -> str:
        """Equal for the addresses of one page: with tracking, for phones, for printing."""
        return page_address(self.snapshot.link.url, self.snapshot.final_url)

    @property
    def text_hash(self) -> str:
        """Equal for texts that differ only in case, spaces and punctuation."""
        return make_id(alphanumerics(self.extracted.text))
