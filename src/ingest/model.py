"""The frozen records that pass between the stages, and how their ids are made.

Ids come from content and keys, never from clocks or counters: the same input gives the same ids.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

SourceKind = Literal["feed", "listing", "ofsted", "govuk_search", "folder"]
DocumentKind = Literal[
    "ofsted_report", "ofsted_letter", "news_article", "press_release", "government_notice", "other"
]
InspectionKind = Literal[
    "ilacs_standard",
    "ilacs_short",
    "ilacs",
    "focused_visit",
    "monitoring_visit",
    "sif_inspection",
    "sif_reinspection",
    "jtai",
    "area_send",
    "lac_2013",
    "lscb_review",
    "other",
]
Grade = Literal["outstanding", "good", "requires_improvement", "inadequate", "adequate", "not_judged"]
Polarity = Literal["strength", "concern", "recommendation", "mixed", "neutral"]
FindingKind = Literal["statement", "area_for_improvement", "priority_action", "recommendation"]
Speaker = Literal["ofsted", "authority", "provider", "children", "staff", "other"]
Role = Literal["subject", "mention"]
BlockKind = Literal["heading", "paragraph", "bullet", "row"]
Stage = Literal["sources", "fetch", "extract", "classify", "load"]


def make_id(*parts: object) -> str:
    """Return 16 hex digits that depend on nothing but the parts."""
    joined = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:16]


# ---------------------------------------------------------------- announced, fetched


@dataclass(frozen=True, slots=True)
class Source:
    """A place where new items are announced: one entry of sources.toml.

    `options` holds what only one kind of source needs (CSS selectors, query parameters).
    """

    source_id: str
    name: str
    publisher: str
    kind: SourceKind
    url: str
    document_kind: DocumentKind = "other"
    gss: str | None = None
    licence: str = ""
    recheck_days: int = 14
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """One item as its source announces it. `url` is its key; a local file has `file:` and its path."""

    source_id: str
    url: str
    title: str = ""
    published_on: date | None = None
    label: str = ""
    """The source's own word for the type: "children's services focused visit"."""
    publisher: str = ""
    kind: DocumentKind | None = None
    gss: str | None = None
    """The authority that the announcement names, or that the source speaks for; None where neither."""
    urn: str | None = None
    """Ofsted's provider number."""
    path: str | None = None
    """A local file that holds the bytes, for folder sources."""

    @property
    def document_id(self) -> str:
        """One address is one document, whichever source announces it and whatever its text says today."""
        return make_id("document", self.url)


@dataclass(frozen=True, slots=True)
class Validator:
    """What a server (or the file system) said of the version that is stored, to ask "changed since?"."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    content_hash: str | None = None
    final_url: str | None = None
    first_fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Bytes that arrived for a link; the archive keeps them under `content_hash` (sha256, hex)."""

    link: Link
    final_url: str
    content_hash: str
    media_type: str
    """Sniffed from the bytes, not believed from a header: application/pdf, text/html, text/plain..."""
    charset: str | None
    """As the server declared it; None where it did not."""
    size: int
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that could not be fetched or read; becomes a row of quarantine."""

    source_id: str
    url: str
    stage: Stage
    error: str
    """Name of the error class."""
    message: str
    content_hash: str | None = None
    retryable: bool = False

    @property
    def quarantine_id(self) -> str:
        """The same thing failing in the same way is one row."""
        return make_id(self.source_id, self.url, self.stage, self.error)


# ---------------------------------------------------------------- read


@dataclass(frozen=True, slots=True)
class Block:
    """A run of `text[start:end]` that a reader sees as one piece."""

    kind: BlockKind
    start: int
    end: int
    page: int | None = None
    """Counted from 1; None where the medium has no pages."""
    level: int = 0
    """Heading or bullet depth, 1 the highest; 0 where it does not apply."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """A snapshot as text: what a person reads, in order, with the furniture left out.

    `text` holds blocks divided by blank lines; every span of every later record indexes into it.
    """

    title: str
    text: str
    blocks: tuple[Block, ...]
    published_on: date | None = None
    """As the page's own metadata or by-line has it."""
    canonical_url: str | None = None
    pages: int | None = None


# ---------------------------------------------------------------- classified


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
    sensitive: str | None = None
    """The rule by which its words could identify a child; None where they could not."""


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
    def text_hash(self) -> str:
        """Equal for texts that differ only in case, spaces and punctuation."""
        return make_id("".join(filter(str.isalnum, self.extracted.text.casefold())))


# ---------------------------------------------------------------- corrected

CorrectionKind = Literal[
    "authority", "remove_authority", "theme", "remove_theme", "polarity", "not_a_finding"
]


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says in the place of what the rules say, of a document or of one finding in it."""

    document_id: str
    url: str
    what: CorrectionKind
    value: str
    """Code of an authority (several with spaces, none where it is about nobody), theme, polarity; or empty."""
    note: str
    made_by: str
    made_at: datetime
    quote: str | None = None
    """The words of the finding, which outlive its number; None where the whole document is meant."""
    finding: str | None = None
    """JSON of the finding as it stood, to be stated again where the rules find it no more."""

    @property
    def correction_id(self) -> str:
        """The same thing said again of the same words is one correction."""
        return make_id("correction", self.document_id, self.quote, self.what, self.value)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a correction fared when its document was read: what the rules said, and whether it found its place."""

    correction_id: str
    machine: str
    is_applied: bool


# ---------------------------------------------------------------- stored, linked


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """How one source fared in one run."""

    source_id: str
    name: str
    status: Literal["new", "unchanged", "failed"]
    announced: int = 0
    fetched: int = 0
    new: int = 0
    failed: int = 0
    message: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one source brought, or a part of it: stored in one transaction, or not at all."""

    source_id: str
    check: SourceCheck | None = None
    """With the last part: how the source fared."""
    links: tuple[Link, ...] = ()
    validators: tuple[Validator, ...] = ()
    documents: tuple[Document, ...] = ()
    shingles: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """document_id -> the smallest hashes of its word runs (unsigned 64 bit, sorted)."""
    failures: tuple[Failure, ...] = ()
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """What a batch changed in the warehouse, as document ids."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    """A new version of a known document."""
    updated: tuple[str, ...] = ()
    """The same version, read differently by newer rules."""
    unchanged: tuple[str, ...] = ()
    quarantined: tuple[Failure, ...] = ()
    """Failures that were not in quarantine before."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored document, as far as the search for duplicates needs it."""

    document_id: str
    kind: DocumentKind
    published_on: date | None
    text: str
    text_hash: str
    is_direct: bool = True
    """False where its address only leads on to another."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """`document_id` says what `duplicate_of` says; None where it turned out to be an original."""

    document_id: str
    duplicate_of: str | None
    similarity: float | None
    """1 where the text is equal, else the Jaccard index of their word runs."""


@dataclass(frozen=True, slots=True)
class VisitClaim:
    """What a stored document says of a visit, and the inspection under which that is filed now."""

    document_id: str
    inspection: Inspection
    filed_under: str


@dataclass(frozen=True, slots=True)
class StoryLink:
    """A document belongs to a story about an authority (None where no authority is known)."""

    story_id: str
    title: str
    inspection_id: str | None
    document_id: str
    gss: str | None
    reason: str


# ---------------------------------------------------------------- told


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
