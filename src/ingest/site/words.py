"""The site's own vocabulary: polarities, grades and kinds of events with the signs that stand for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ingest.model import InspectionKind, Polarity


@dataclass(frozen=True, slots=True)
class PolarityWords:
    """How one polarity is called, and the sign that says it where a colour would."""

    key: Polarity
    one: str
    many: str
    sign: str


POLARITIES = (
    PolarityWords("recommendation", "Asked for", "What was asked for", "→"),
    PolarityWords("concern", "Concern", "Concerns", "−"),
    PolarityWords("mixed", "Strength and concern", "Strength and concern in one", "±"),
    PolarityWords("strength", "Strength", "Strengths", "+"),
    PolarityWords("neutral", "Statement", "Other statements", "·"),
)
"""In the order in which a page shows them."""

GRADES = {
    "outstanding": ("O", "Outstanding"),
    "good": ("G", "Good"),
    "requires_improvement": ("RI", "Requires improvement"),
    "adequate": ("A", "Adequate"),
    "inadequate": ("I", "Inadequate"),
    "none": ("n/g", "No grade given"),
    "unknown": ("–", "No judgement known"),
}
"""key -> (what stands in a tile, what a legend says)."""

RECENCY = {
    "months6": ("<6m", "Less than 6 months ago"),
    "months12": ("<1y", "6 to 12 months ago"),
    "years2": ("<2y", "1 to 2 years ago"),
    "older": ("2y+", "Longer ago"),
    "never": ("–", "No concern known"),
}
"""key -> (what stands in a tile, what a legend says): when a concern was last published."""

LANES: dict[str, tuple[str, frozenset[InspectionKind]]] = {
    "inspection": (
        "Inspection",
        frozenset(
            {"ilacs_standard", "ilacs_short", "ilacs", "sif_inspection", "sif_reinspection", "lac_2013"}
        ),
    ),
    "visit": ("Focused visit", frozenset({"focused_visit"})),
    "monitoring": ("Monitoring visit", frozenset({"monitoring_visit"})),
    "joint": ("Joint, SEND and other", frozenset({"jtai", "area_send", "lscb_review", "other"})),
}
"""The lanes of a timeline, from above."""


def lane(kind: InspectionKind | None) -> str:
    """Return the lane in which an event of this kind stands; "news" where no inspection is known."""
    return next((name for name, (_, kinds) in LANES.items() if kind in kinds), "news")


def grade_key(grade: str | None) -> str:
    """Return the key of GRADES for a grade of the warehouse; "none" where none was given."""
    return grade if grade in GRADES else "none"


def recency(last: date | None, as_of: date | None) -> str:
    """Return the key of RECENCY for a day, as seen from another."""
    if last is None or as_of is None:
        return "never"
    days = (as_of - last).days
    return next(
        (key for key, most in (("months6", 183), ("months12", 365), ("years2", 730)) if days < most), "older"
    )
