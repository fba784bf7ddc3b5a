"""What an alert tells, how it is kept, and which findings of a story can be told at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from ingest.alerts.watch import Watch
from ingest.model import Coverage, FoundStatement, StoryUpdate, alphanumerics, make_id


@dataclass(frozen=True, slots=True)
class Said:
    """A finding that was told: by which document, in which words."""

    document_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class Told:
    """What one alert told a watch of one story about one authority."""

    watch_id: str
    story_id: str
    gss: str
    content_key: str
    findings: Mapping[str, Said] = field(default_factory=dict)
    """finding_key -> what was said, and where."""
    documents: frozenset[str] = frozenset()
    """`document_id:version` of every document that was there, duplicates left out."""
    judgements: frozenset[str] = frozenset()
    """`area=grade`."""
    withdrawn: frozenset[str] = frozenset()
    """Keys of findings told earlier that a corrected text no longer holds."""

    @property
    def document_ids(self) -> frozenset[str]:
        """What was there, whatever its version."""
        return frozenset(version.rpartition(":")[0] for version in self.documents)

    @classmethod
    def read(cls, watch_id: str, story_id: str, gss: str, content_key: str, content: str) -> Told:
        """Read it from a row of the table `alert`; `content` is its JSON text."""
        said = json.loads(content)
        return cls(
            watch_id,
            story_id,
            gss,
            content_key,
            {key: Said(*pair) for key, pair in said["findings"].items()},
            frozenset(said["documents"]),
            frozenset(said["judgements"]),
            frozenset(said["withdrawn"]),
        )


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to tell one watch: a row of the table `alert`, field by column."""

    alert_id: str
    watch_id: str
    story_id: str
    gss: str
    reason: str
    """Why it matched, in words."""
    content_key: str
    content: str
    """JSON: what is told (see `told`), which findings are new, and how it updates what was told."""
    run_id: str
    created_at: datetime

    @property
    def said(self) -> dict[str, Any]:
        """`content`, read: authority, event, title, url, update, fresh, changed, gone, findings, ..."""
        found: dict[str, Any] = json.loads(self.content)
        return found

    @property
    def told(self) -> Told:
        """What this alert tells, to be handed to `match` in later runs."""
        return Told.read(self.watch_id, self.story_id, self.gss, self.content_key, self.content)

    @property
    def update(self) -> tuple[str, ...]:
        """What is new since the last alert, in words ("text corrected"); empty where nothing was told."""
        return tuple(self.said["update"])


def finding_key(finding: FoundStatement) -> str:
    """Equal for sentences that differ only in case, spaces and punctuation."""
    return key_of(finding.quote)


@lru_cache(maxsize=20_000)
def key_of(quote: str) -> str:
    """The key of a finding in these words."""
    return make_id(alphanumerics(quote))


def originals(documents: Iterable[Coverage]) -> dict[str, Coverage]:
    """Fold duplicates: id of each original -> the document that stands for it.

    The original may not belong to the story; then the first of its duplicates stands for it.
    """
    found: dict[str, Coverage] = {}
    for document in documents:
        key = document.duplicate_of or document.document_id
        if key not in found or document.document_id == key:
            found[key] = document
    return found


def wanted(watch: Watch, update: StoryUpdate) -> dict[str, FoundStatement]:
    """The findings that the watch asks for, by key: of originals only, each sentence once, Ofsted's first."""
    standing = {document.document_id: document for document in originals(update.documents).values()}
    found = [
        finding
        for finding in update.findings
        if finding.document_id in standing and watch.wants(finding, standing[finding.document_id])
    ]
    found.sort(key=lambda finding: not standing[finding.document_id].is_primary)
    kept: dict[str, FoundStatement] = {}
    for finding in found:
        kept.setdefault(finding_key(finding), finding)
    return kept
