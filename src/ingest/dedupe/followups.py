"""What follows an inspection and is news of its own: a commissioner, a direction, a plan, a response."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from ingest.errors import ConfigError
from ingest.model import InspectionEvent

_RULES = Path(__file__).with_suffix(".toml")
_SOON = timedelta(days=3)
"""A report that appears so soon is news of the inspection itself, whatever its title."""


@dataclass(frozen=True, slots=True)
class FollowupRule:
    """One sort of follow-up, as followups.toml has it."""

    rule_id: str
    name: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    within: timedelta
    needs_grade: str | None


@lru_cache(maxsize=1)
def rules() -> tuple[FollowupRule, ...]:
    """Return the rules in the order of the file.

    Raises:
        ConfigError: the file is damaged; the message names the rule.
    """
    try:
        entries = tomllib.loads(_RULES.read_text(encoding="utf-8"))["followup"]
        return tuple(
            FollowupRule(
                entry["id"],
                entry["name"],
                re.compile(entry["pattern"]),
                re.compile(entry["unless"]) if "unless" in entry else None,
                timedelta(days=entry["within_days"]),
                entry.get("needs_grade"),
            )
            for entry in entries
        )
    except (OSError, ValueError, KeyError, TypeError, re.error) as error:
        raise ConfigError(f"{_RULES.name}: {error}; mend the rule and run again.") from error


def followup_rule(title: str) -> FollowupRule | None:
    """Return the rule by which a title announces what follows an inspection; None where none does."""
    words = title.casefold()
    return next(
        (
            rule
            for rule in rules()
            if rule.pattern.search(words) and not (rule.unless and rule.unless.search(words))
        ),
        None,
    )


def followed_event(
    rule: FollowupRule, gss: str, published_on: date | None, events: Sequence[InspectionEvent]
) -> InspectionEvent | None:
    """Return the inspection of the authority that a document of this date follows: the latest that fits.

    A judgement of the needed grade comes before any other inspection. None where the document has no date,
    or where nothing was published in time.
    """
    if published_on is None:
        return None
    before = [
        event
        for event in events
        if event.gss == gss and event.told_on and _SOON <= published_on - event.told_on <= rule.within
    ]
    graded = [event for event in before if rule.needs_grade and rule.needs_grade in event.grades]
    return max(graded or before, key=lambda event: (event.told_on, event.inspection_id), default=None)
