"""What a grade is measured by: the last comparable inspection of the same authority, and the way so far.

Comparable are grades of one area under one framework; across frameworks only the overall one, because the
areas were drawn anew. Until January 2023, ILACS gave children in care and care leavers one grade together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ingest import wording
from ingest.model import Grade, InspectionKind, PastGrade, StoryUpdate

_RANK: dict[Grade, int] = {
    "outstanding": 1,
    "good": 2,
    "adequate": 3,
    "requires_improvement": 3,
    "inadequate": 4,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One row of an inspection's judgements, beside what it was before."""

    area: str
    grade: str
    """In Ofsted's words, or why there is none."""
    before: str
    """"up from inadequate (November 2016)", "as in May 2019"; empty where nothing comparable is known."""
    is_change: bool


def judgements(update: StoryUpdate) -> tuple[Judged, ...]:
    """The judgements, changed ones first, each area otherwise in the document's order."""
    rows = [_judged(area, grade, reason, update) for area, grade, reason in update.judgements]
    return tuple(sorted(rows, key=lambda row: not row.is_change))


def overall(update: StoryUpdate) -> str:
    """Say "good overall (was inadequate)", "good overall"; nothing where no overall grade is given."""
    for area, grade, _ in update.judgements:
        if area == "overall" and grade and grade != "not_judged":
            past = _before(area, update)
            was = f" (was {_short(past.grade)})" if past and past.grade != grade else ""
            return f"{_short(grade)} overall{was}"
    return ""


def so_far(update: StoryUpdate) -> str:
    """Say "inadequate (November 2016), then good (May 2019)": the overall grades before this event."""
    grades = [past for past in update.history if past.area == "overall" and _family(past.inspection_kind)]
    return ", then ".join(f"{_short(past.grade)} ({past.on:%B %Y})" for past in grades[-4:])


def _judged(area: str, grade: Grade | None, reason: str | None, update: StoryUpdate) -> Judged:
    past = _before(area, update)
    before, is_change = "", False
    if past and grade in _RANK:
        joint = " for children in care and care leavers together" if _was_joint(area, past, update) else ""
        step = _RANK[grade] - _RANK.get(past.grade, _RANK[grade])
        is_change = step != 0
        if step:
            before = f"{'up' if step < 0 else 'down'} from {_short(past.grade)}{joint} ({past.on:%B %Y})"
        else:
            before = f"as in {past.on:%B %Y}{joint}"
    elif past and grade is None:
        before = f"was {_short(past.grade)} ({past.on:%B %Y})"
    return Judged(
        wording.judgement_area(area, update), wording.judgement_grade(grade, reason), before, is_change
    )


def _before(area: str, update: StoryUpdate) -> PastGrade | None:
    family = _family(update.inspection_kind)
    if not family:
        return None
    for past in reversed(update.history):
        if past.area == area and (
            _family(past.inspection_kind) == family or (area == "overall" and _family(past.inspection_kind))
        ):
            return past
    return None


def _was_joint(area: str, past: PastGrade, update: StoryUpdate) -> bool:
    split: date = wording.SPLIT_CARE_LEAVERS
    return (
        area == "children_in_care"
        and past.on < split
        and update.started_on is not None
        and update.started_on >= split
    )


def _family(kind: InspectionKind | None) -> str:
    if kind in ("sif_inspection", "sif_reinspection"):
        return "sif"
    return "ilacs" if kind and kind.startswith("ilacs") else ""


def _short(grade: Grade) -> str:
    return grade.replace("_", " ")
