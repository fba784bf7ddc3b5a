"""The frozen records that pass between the stages."""

from ingest.model.announced import Failure, Link, Snapshot, Source, Validator
from ingest.model.classified import (
    AuthorityMatch,
    Document,
    Finding,
    Inspection,
    Judgement,
    Reading,
    ThemeMatch,
)
from ingest.model.corrected import Correction, CorrectionKind, Verdict
from ingest.model.extracted import Block, Extracted
from ingest.model.stored import Batch, Candidate, Duplicate, SourceCheck, Stored, StoryLink, VisitClaim
from ingest.model.told import Coverage, FoundStatement, StoryUpdate
from ingest.model.words import (
    INSPECTION_NAMES,
    BlockKind,
    DocumentKind,
    FindingKind,
    Grade,
    InspectionKind,
    Polarity,
    Role,
    SourceKind,
    Speaker,
    Stage,
    make_id,
    same_baseline,
)

__all__ = [
    "INSPECTION_NAMES",
    "AuthorityMatch",
    "Batch",
    "Block",
    "BlockKind",
    "Candidate",
    "Correction",
    "CorrectionKind",
    "Coverage",
    "Document",
    "DocumentKind",
    "Duplicate",
    "Extracted",
    "Failure",
    "Finding",
    "FindingKind",
    "FoundStatement",
    "Grade",
    "Inspection",
    "InspectionKind",
    "Judgement",
    "Link",
    "Polarity",
    "Reading",
    "Role",
    "Snapshot",
    "Source",
    "SourceCheck",
    "SourceKind",
    "Speaker",
    "Stage",
    "Stored",
    "StoryLink",
    "StoryUpdate",
    "ThemeMatch",
    "Validator",
    "Verdict",
    "VisitClaim",
    "make_id",
    "same_baseline",
]
