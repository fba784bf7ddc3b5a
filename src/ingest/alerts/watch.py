"""A watch: what somebody wants to be told of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from ingest.model import FoundStatement

Frequency = Literal["immediate", "daily"]
WatchedPolarity = Literal["strength", "concern", "recommendation", "neutral"]


@dataclass(frozen=True, slots=True)
class Watch:
    """One wish to be told; its name is its key in the warehouse."""

    name: str
    recipients: tuple[str, ...]
    authorities: Mapping[str, str] | None = None
    """GSS code -> name; None for all of them."""
    themes: Mapping[str, str] = field(default_factory=dict)
    """Theme id -> name; empty for all of them."""
    polarity: tuple[WatchedPolarity, ...] = ()
    """Empty for all of them."""
    frequency: Frequency = "immediate"
    since: date | None = None
    """Told from this day on; None: from the day on which the watch is first seen."""
    note: str = ""

    @property
    def is_filtered(self) -> bool:
        """True where only some findings are wanted."""
        return bool(self.themes or self.polarity)

    def covers(self, gss: str) -> bool:
        """Whether the authority is watched."""
        return self.authorities is None or gss in self.authorities

    def wants(self, finding: FoundStatement) -> bool:
        """Whether the finding passes the filters; a mixed one passes as a strength and as a concern."""
        sides = {"strength", "concern"} if finding.polarity == "mixed" else {finding.polarity}
        return (not self.polarity or not sides.isdisjoint(self.polarity)) and (
            not self.themes or not self.themes.keys().isdisjoint(finding.themes)
        )

    def definition(self) -> dict[str, Any]:
        """The watch as JSON holds it, for the table `watch`."""
        return {
            "authorities": "all" if self.authorities is None else sorted(self.authorities),
            "themes": sorted(self.themes),
            "polarity": list(self.polarity),
            "email": list(self.recipients),
            "frequency": self.frequency,
            "since": self.since.isoformat() if self.since else None,
            "note": self.note,
        }
