"""What a person put right, and how that fared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ingest.model.words import make_id

CorrectionKind = Literal[
    "authority",
    "remove_authority",
    "theme",
    "remove_theme",
    "polarity",
    "not_a_finding",
    "story",
    "remove_story",
]
OF_STORIES: tuple[CorrectionKind, ...] = ("story", "remove_story")
"""What is decided when documents are linked, and not when one is read."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says in the place of what the rules say, of a document or of one finding in it."""

    document_id: str
    url: str
    what: CorrectionKind
    value: str
    """Code of an authority (several with spaces, none where it is about nobody), theme, polarity; the document by
    which a story is known; or empty."""
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
