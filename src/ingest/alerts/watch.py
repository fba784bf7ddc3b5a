"""A watch: what somebody wants to be told of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Literal, get_args

from ingest.model import Coverage, DocumentKind, FoundStatement, InspectionKind, StoryUpdate

Frequency = Literal["immediate", "daily", "weekly"]
WatchedPolarity = Literal["strength", "concern", "recommendation", "neutral"]
WatchedKind = InspectionKind | DocumentKind | Literal["news"]
"""A kind of inspection; `news` for stories of no inspection; or a kind of document."""

DOCUMENT_KINDS = frozenset(get_args(DocumentKind)) - {"other"}
EVENT_KINDS = frozenset((*get_args(InspectionKind), "news"))


@dataclass(frozen=True, slots=True)
class Watch:
    """One wish to be told; its name is its key in the warehouse."""

    name: str
    recipients: tuple[str, ...]
    """Mail addresses."""
    authorities: Mapping[str, str] | None = None
    """GSS code -> name; None for all of them."""
    because: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """GSS code -> why it is watched, where it is not named itself: its region, neighbour or group."""
    themes: Mapping[str, str] = field(default_factory=dict)
    """Theme id -> name; empty for all of them."""
    polarity: tuple[WatchedPolarity, ...] = ()
    """Empty for all of them."""
    kinds: tuple[WatchedKind, ...] = ()
    """Empty for all of them."""
    include: tuple[str, ...] = ()
    """Words or phrases, in any case; `*` at the end of one stands for any ending. Empty: no such wish."""
    exclude: tuple[str, ...] = ()
    frequency: Frequency = "immediate"
    since: date | None = None
    """Told of what was published since this day; None: since the day on which the watch is first seen."""
    note: str = ""
    quiet: bool = False
    """Whether a period without news is told, too."""
    paused: bool = False
    webhook: str | None = None
    """An address that gets the same as JSON."""

    @property
    def is_filtered(self) -> bool:
        """True where only some findings are wanted."""
        return bool(self.themes or self.polarity or self.include or self._document_kinds)

    @property
    def _document_kinds(self) -> frozenset[str]:
        return DOCUMENT_KINDS.intersection(self.kinds)

    def covers(self, update: StoryUpdate) -> bool:
        """Whether authority and kind of event are watched, and no excluded word is in all of its titles."""
        if self.paused or (self.authorities is not None and update.gss not in self.authorities):
            return False
        events = EVENT_KINDS.intersection(self.kinds)
        kind = update.inspection_kind or "news"
        if events and kind not in events and not ("ilacs" in events and kind.startswith("ilacs_")):
            return False
        return any(self._is_admitted(document) for document in update.documents)

    def wants(self, finding: FoundStatement, document: Coverage) -> bool:
        """Whether the finding passes the filters; a mixed one passes as a strength and as a concern."""
        sides = {"strength", "concern"} if finding.polarity == "mixed" else {finding.polarity}
        return (
            (not self.polarity or not sides.isdisjoint(self.polarity))
            and (not self.themes or not self.themes.keys().isdisjoint(finding.themes))
            and (not self._document_kinds or document.kind in self._document_kinds)
            and (not self.include or bool(self.words_in(f"{document.title}\n{finding.quote}")))
            and self._is_admitted(document)
            and not (self.exclude and _pattern(self.exclude).search(finding.quote))
        )

    def words_in(self, text: str) -> tuple[str, ...]:
        """The wanted words that a text holds, as the watch spells them."""
        return tuple(word for word in self.include if _pattern((word,)).search(text))

    def _is_admitted(self, document: Coverage) -> bool:
        return not (self.exclude and _pattern(self.exclude).search(document.title))

    def reasons(self, update: StoryUpdate) -> tuple[str, ...]:
        """Why the authority is watched: "you watch Birmingham", "Walsall is in West Midlands"."""
        if self.authorities is None:
            return ("you watch all authorities",)
        return self.because.get(update.gss, (f"you watch {update.authority}",))

    def definition(self) -> dict[str, Any]:
        """The watch as JSON holds it, for the table `watch`."""
        return {
            "authorities": "all" if self.authorities is None else sorted(self.authorities),
            "themes": sorted(self.themes),
            "polarity": list(self.polarity),
            "kinds": list(self.kinds),
            "include": list(self.include),
            "exclude": list(self.exclude),
            "email": list(self.recipients),
            "webhook": self.webhook,
            "frequency": self.frequency,
            "since": self.since.isoformat() if self.since else None,
            "note": self.note,
            "quiet": self.quiet,
            "paused": self.paused,
        }


@lru_cache(maxsize=512)
def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Whole words, in any case and with any space between them."""
    parts = []
    for word in words:
        stem = word.rstrip("*")
        body = r"\s+".join(re.escape(part) for part in stem.split())
        parts.append(rf"(?<!\w){body}" + ("" if word.endswith("*") else r"(?!\w)"))
    return re.compile("|".join(parts), re.IGNORECASE)
