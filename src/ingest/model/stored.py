"""What goes into the warehouse and what links its documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from ingest.model.announced import Failure, Link, Move, Validator, Withdrawal
from ingest.model.checked import Announcing, Problem, Severity, SourceState
from ingest.model.classified import Document, Inspection
from ingest.model.corrected import Verdict
from ingest.model.words import DocumentKind

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


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
    state: SourceState = "ok"
    """The gravest of its problems, by name."""
    severity: Severity = "ok"
    problems: tuple[Problem, ...] = ()
    """The gravest first."""
    announcing: Announcing | None = None
    """None where nothing could be read."""

    @property
    def is_passing(self) -> bool:
        """Say whether its errors may all pass by themselves."""
        errors = [problem for problem in self.problems if problem.severity == "error"]
        return bool(errors) and all(problem.is_passing for problem in errors)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one source brought, or a part of it: stored in one transaction, or not at all."""

    source_id: str
    check: SourceCheck | None = None
    """With the last part: how the source fared."""
    links: tuple[Link, ...] = ()
    validators: tuple[Validator, ...] = ()
    documents: tuple[Document, ...] = ()
    version_hashes: dict[str, str] = field(default_factory=dict)
    """document_id -> hash of what makes a version of it; where it is missing, its whole text does."""
    failures: tuple[Failure, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    moves: tuple[Move, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()
    restored: tuple[str, ...] = ()
    """Addresses of withdrawn documents that are there again."""


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
    """A stored document, as far as the decision needs it whether it repeats another."""

    document_id: str
    kind: DocumentKind
    published_on: date | None
    text_hash: str
    address: str
    """Its address in the form that all addresses of one page share."""
    claimed: str | None = None
    """The address that the page itself calls the canonical one."""
    is_direct: bool = True
    """False where its address only leads on to another."""
    subjects: frozenset[str] = frozenset()
    """Codes of the authorities that it is about."""
    visits: frozenset[tuple[str, date]] = frozenset()
    """What it reports: authority with group of kinds, and month."""


@dataclass(frozen=True, slots=True)
class IndexPart:
    """A part of the index of fingerprints: of the texts from number `first` on, in one run."""

    first: int
    sizes: npt.NDArray[np.uint16]
    """How many fingerprints each text has, in the order of the texts."""
    keys: npt.NDArray[np.uint64]
    """All fingerprints, sorted."""
    numbers: npt.NDArray[np.uint32]
    """For each key the number of its text."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two texts, by text_hash, of which at least one stands in the other; counted over all their runs."""

    one: str
    other: str
    jaccard: float
    one_share: float
    """Of the runs of `one`, how many are in `other`."""
    other_share: float
    one_is_held: bool
    """`one` stands in `other` throughout, small changes apart."""
    other_is_held: bool

    def turned(self) -> Overlap:
        """The same, seen from the other side."""
        return Overlap(
            self.other,
            self.one,
            self.jaccard,
            self.other_share,
            self.one_share,
            self.other_is_held,
            self.one_is_held,
        )


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
    quotes: tuple[str, ...] = ()
    """Sentences in which the document gives the inspectors' words; only where reports have to be told apart."""


@dataclass(frozen=True, slots=True)
class VisitMatch:
    """The visit that a claim means."""

    inspection_id: str
    inspection: Inspection
    """The visit as its best document tells of it."""
    score: float
    """How much speaks for it, 1 at most."""
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InspectionEvent:
    """An inspection that later documents may refer to."""

    inspection_id: str
    gss: str
    told_on: date | None
    """When it was first published or reported."""
    grades: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person said of a document and a story, which is known by one of its documents."""

    document_id: str
    anchor_id: str
    belongs: bool
    reason: str


@dataclass(frozen=True, slots=True)
class StoryLink:
    """A document belongs to a story about an authority (None where no authority is known)."""

    story_id: str
    title: str
    inspection_id: str | None
    document_id: str
    gss: str | None
    reasons: tuple[str, ...]
    score: float = 1.0
    """How much speaks for it, 1 at most."""
    follows: str | None = None
    """The inspection that the story is a consequence of."""
    followup: str | None = None
    """By which rule the document is a follow-up, whether or not the inspection is known yet."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """A run of words that another stands in the place of; offsets count characters of the two texts."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int
    old_words: str
    """Empty where words were only added; cut with "…" where they are many."""
    new_words: str


@dataclass(frozen=True, slots=True)
class TextChange:
    """What a version says otherwise than the one before."""

    old_title: str | None
    """None where the title is the same."""
    words_removed: int
    words_added: int
    hunks: tuple[Hunk, ...]
    is_coarse: bool = False
    """True where a passage was too long to be compared word by word."""
