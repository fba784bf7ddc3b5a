"""How the sources stand, as the foot of a mail says it: how many are well, what may be missing since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest import wording
from ingest.model import SourceHealth

_NAMED = 5
"""Failing sources that are named; more are counted."""


@dataclass(frozen=True, slots=True)
class Health:
    """The sources in words."""

    total: int
    healthy: int
    line: str
    """"14 of 14 sources healthy, last checked 8 June 2018, 07:15"; empty where there is no source."""
    gaps: tuple[str, ...]
    """What may be missing: each source that is broken, why, and since when."""


def health(sources: Sequence[SourceHealth]) -> Health:
    """Put the state of the sources into words."""
    failing = [source for source in sources if not source.is_healthy]
    healthy = len(sources) - len(failing)
    checked = [source.checked_at for source in sources if source.checked_at]
    last = f", last checked {wording.moment(max(checked))}" if checked else ""
    gaps = [_gap(source) for source in failing[:_NAMED]]
    if failing[_NAMED:]:
        gaps.append(f"and {wording.counted(len(failing) - _NAMED, 'other source')}")
    return Health(
        total=len(sources),
        healthy=healthy,
        line=f"{healthy} of {wording.counted(len(sources), 'source')} healthy{last}" if sources else "",
        gaps=tuple(gaps),
    )


def _gap(source: SourceHealth) -> str:
    name = wording.tidy(source.name)
    why = wording.shorten(wording.tidy(source.message), 120) or "no reason given"
    if source.last_good_at is None:
        return f"{name} has never been well: {why}"
    since = wording.moment(source.last_good_at)
    return f"{name} has not been well since {since}, so its news may be missing: {why}"
