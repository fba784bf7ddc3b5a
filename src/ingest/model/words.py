"""The vocabulary of the records, and how ids are made: from content and keys, never from clocks or counters."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Literal

SourceKind = Literal["feed", "listing", "ofsted", "govuk_search", "sitemap", "ombudsman", "folder"]
DocumentKind = Literal[
    "ofsted_report", "ofsted_letter", "news_article", "press_release", "government_notice", "other"
]
InspectionKind = Literal[
    "ilacs_standard",
    "ilacs_short",
    "ilacs",
    "focused_visit",
    "monitoring_visit",
    "sif_inspection",
    "sif_reinspection",
    "jtai",
    "area_send",
    "lac_2013",
    "lscb_review",
    "other",
]
Grade = Literal["outstanding", "good", "requires_improvement", "inadequate", "adequate", "not_judged"]
Polarity = Literal["strength", "concern", "recommendation", "mixed", "neutral"]
FindingKind = Literal["statement", "area_for_improvement", "priority_action", "recommendation"]
Speaker = Literal["ofsted", "authority", "provider", "children", "staff", "other"]
Trend = Literal["improved", "declined", "unchanged"]
Role = Literal["subject", "mention"]
BlockKind = Literal["heading", "paragraph", "bullet", "row"]
Stage = Literal["sources", "fetch", "extract", "classify", "load"]


def make_id(*parts: object) -> str:
    """Return 16 hex digits that depend on nothing but the parts."""
    return hashlib.sha256(_joined(parts)).hexdigest()[:16]


def make_ids(head: Sequence[object], rest: Iterable[tuple[str | int, ...]]) -> list[str]:
    """Return `make_id(*head, *more)` for each `more` of the rest, sooner where many ids begin alike."""
    begun = hashlib.sha256(_joined(head)).copy
    ids = []
    for more in rest:
        whole = begun()
        whole.update(("\x1f%s" * len(more) % more).encode("utf-8", "surrogatepass"))
        ids.append(whole.hexdigest()[:16])
    return ids


def _joined(parts: Iterable[object]) -> bytes:
    return "\x1f".join(["" if part is None else str(part) for part in parts]).encode("utf-8", "surrogatepass")


_PUNCTUATION = bytes(code for code in range(128) if not chr(code).isalnum())
_ALPHANUMERIC = re.compile(r"[^\W_]+")


def alphanumerics(text: str) -> str:
    """Return the letters and digits of a text in lower case: equal where only case, spaces and punctuation differ."""
    folded = text.casefold()
    left = folded.encode("utf-8", "surrogatepass").translate(
        None, _PUNCTUATION
    )  # Twice as fast for most texts.
    plain = left.decode("utf-8", "surrogatepass")
    return plain if plain.isalnum() else "".join(_ALPHANUMERIC.findall(plain))


def same_baseline(one: str, other: str) -> bool:
    """Say whether "since the trust took over" and "since it was run by a trust" count from one event.

    They do when they share at least half of the shorter one's words; an empty one counts from nothing known.
    """
    left, right = set(one.lower().split()), set(other.lower().split())
    return len(left & right) * 2 >= min(len(left), len(right)) > 0


INSPECTION_NAMES: dict[InspectionKind, str] = {
    "ilacs_standard": "Ofsted inspection",
    "ilacs_short": "Ofsted inspection",
    "ilacs": "Ofsted inspection",
    "focused_visit": "Ofsted focused visit",
    "monitoring_visit": "Ofsted monitoring visit",
    "sif_inspection": "Ofsted inspection",
    "sif_reinspection": "Ofsted re-inspection",
    "jtai": "joint targeted area inspection",
    "area_send": "area SEND inspection",
    "lac_2013": "Ofsted inspection of services for looked-after children",
    "lscb_review": "review of the safeguarding children board",
    "other": "inspection",
}
"""What a person calls each kind."""
