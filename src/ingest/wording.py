"""How mails and pages word dates, kinds, grades, speakers and numbers. British spelling."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ingest.model import INSPECTION_NAMES, Coverage, FollowedEvent, FoundStatement, Grade, StoryUpdate

AREAS = {
    "overall": "Overall effectiveness",
    "leaders": "Impact of leaders",
    "help_and_protection": "Help and protection",
    "children_in_care": "Children in care",
    "care_leavers": "Care leavers",
    "looked_after": "Children looked after and achieving permanence",
    "adoption": "Adoption performance",
    "leadership": "Leadership, management and governance",
    "lscb": "Local safeguarding children board",
}
_KINDS = {
    "area_for_improvement": "area for improvement",
    "priority_action": "priority action",
    "recommendation": "formal recommendation",
}
GRADES: dict[Grade, str] = {
    "outstanding": "outstanding",
    "good": "good",
    "requires_improvement": "requires improvement to be good",
    "inadequate": "inadequate",
    "adequate": "adequate",
    "not_judged": "not judged",
}
SPEAKERS = {
    "authority": "The council about itself",
    "provider": "The provider about itself",
    "children": "Children and young people",
    "staff": "Staff",
}
SPLIT_CARE_LEAVERS = date(2023, 1, 1)
"""From this day on, care leavers have a judgement of their own."""


def counted(number: int, noun: str) -> str:
    """Say "1 concern", "1,200 concerns"."""
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(words: Sequence[str]) -> str:
    """Say "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def day(value: date) -> str:
    """Say "8 June 2018"."""
    return f"{value.day} {value:%B %Y}"


def span(start: date | None, end: date | None) -> str:
    """Say "9 to 10 May 2018"; nothing where the start is not known."""
    if start is None:
        return ""
    if end is None or end == start:
        return day(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {day(end)}"
    if start.year == end.year:
        return f"{start.day} {start:%B} to {day(end)}"
    return f"{day(start)} to {day(end)}"


def tidy(text: str) -> str:
    """Make what came from outside safe: one line, no control, direction or other invisible characters."""
    if text.isprintable():  # most is: there is nothing to take out
        return " ".join(text.split())
    kept = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join(
        "".join(c for c in kept if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn")).split()
    )


def shorten(text: str, limit: int) -> str:
    """Cut at a word, with an ellipsis, to at most `limit` characters."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    cut = head.rpartition(" ")[0]
    return (cut if len(cut) > limit // 2 else head).rstrip(" ,;:-") + "…"


def moment(value: datetime) -> str:
    """Say "8 June 2018, 08:30", in London time."""
    local = value.astimezone(ZoneInfo("Europe/London"))
    return f"{day(local)}, {local:%H:%M}"


def event(update: StoryUpdate) -> str:
    """Say "Ofsted monitoring visit, May 2018"; the story's title where no inspection is known.

    A follow-up says of what: "Commissioner appointed (follow-up to Ofsted inspection, May 2018)".
    """
    name = INSPECTION_NAMES.get(update.inspection_kind) if update.inspection_kind else None
    if name is None:
        title = shorten(tidy(update.title), 70) or "news"
        return f"{title} (follow-up to {_followed(update.follows)})" if update.follows else title
    month = update.started_on or update.month
    if month:
        return f"{name}, {month:%B %Y}"
    if update.first_published_on:
        return f"{name}, reported {update.first_published_on:%B %Y}"
    return name


def _followed(event: FollowedEvent) -> str:
    name = INSPECTION_NAMES[event.kind]
    return f"{name}, {event.on:%B %Y}" if event.on else name


def judgement_area(area: str, update: StoryUpdate) -> str:
    """The row's name; before 2023, children in care and care leavers were one row."""
    is_ilacs = (update.inspection_kind or "").startswith("ilacs")
    if (
        area == "children_in_care"
        and is_ilacs
        and update.started_on
        and update.started_on < SPLIT_CARE_LEAVERS
    ):
        return "Children in care and care leavers"
    return AREAS.get(area, tidy(area.replace("_", " ")).capitalize())


def judgement_grade(grade: Grade | None, reason: str | None) -> str:
    """The grade in Ofsted's words; where there is none, why."""
    if grade:
        return GRADES[grade]
    if reason and "framework" not in reason.casefold():
        return f"no grade: {tidy(reason)}"
    return "not given under this framework"


def speaker(finding: FoundStatement, document: Coverage) -> str:
    """Who says it, and in which document: "Ofsted, as reported by Example News"."""
    publisher = tidy(document.publisher)
    if finding.speaker == "ofsted":
        own = document.is_primary or not publisher or publisher.casefold() == "ofsted"
        return "Ofsted" if own else f"Ofsted, as reported by {publisher}"
    who = SPEAKERS.get(finding.speaker)
    if who is None:
        return publisher or "Someone else"
    if finding.is_inspectorate:
        return f"{who}, through Ofsted"
    return f"{who} ({publisher})" if publisher else who


def place(finding: FoundStatement) -> str:
    """Say "area for improvement, page 3, Care leavers"; may be empty."""
    parts = [
        _KINDS.get(finding.kind, ""),
        f"page {finding.page}" if finding.page else "",
        shorten(tidy(finding.section or ""), 70),
    ]
    return ", ".join(part for part in parts if part)


def quoted(words: str) -> str:
    """Put into quotation marks, other ones than the words hold themselves."""
    return f"‘{words}’" if "“" in words or '"' in words else f"“{words}”"
