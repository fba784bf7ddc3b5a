"""What an Ofsted document says of the inspection itself: dates, kind, people, focus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from ingest.classify.dates import MONTH, WEEKDAY, DateSpan, find_spans, parse_date
from ingest.classify.ofsted import OPENING, OfstedTitle
from ingest.model import Extracted, InspectionKind

SHORT_DAYS = 7
"""An ILACS short inspection is one week on site, a standard one two (ILACS framework, 2018)."""
LONGEST_WAIT = timedelta(days=400)

_DATES_LABEL = re.compile(
    r"(?<!previous )inspection dates?\s*(?::\s*|(?=\d))|\bdates? of (?:this |the )?inspection\s*:\s*",
    re.IGNORECASE,
)
_VISIT = re.compile(
    r"this letter summarises the findings of|(?:inspection|visit) (?:took place|was carried out)"
    r"|undertook an? (?:joint )?inspection|(?:carried out|conducted) an? (?:joint )?inspection"
    r"|revisited the (?:local )?area"
    r"|(?:monitoring|focused) visit (?:of|to)",
    re.IGNORECASE,
)
_LETTER_DATE = re.compile(
    rf"^(?:date:?\s+)?{WEEKDAY}(?P<date>\d{{1,2}}(?:st|nd|rd|th)?\s*(?:of\s+)?{MONTH},?\s+\d{{4}}"
    r"|\d{1,2}/\d{1,2}/\d{4}$)",
    re.IGNORECASE | re.MULTILINE,
)
_PRINTED = re.compile(r"(?:report )?published\s*(?:on)?\s*:\s*", re.IGNORECASE)
_FOCUS = re.compile(
    r"(?:inspectors (?:looked at|evaluated|considered|reviewed|examined|focused on)(?: the progress made in)?"
    r"|(?:this|the) (?:focused |remote )?visit (?:looked at|focused on|considered|evaluated)"
    r"|the focus of (?:this|the) visit was(?: on)?)\s+(?!a range of evidence)",
    re.IGNORECASE,
)
_FOCUS_FRAME = re.compile(
    r"(?:(?:the )?(?:following )?areas?(?: of concern)? (?:of|identified at the last inspection)\b:? ?)?"
    r"(?:(?:the|its|their) )?(?:(?:local authority|council|authority|trust)[’']s )?"
    r"(?:(?:the )?(?:quality and impact|quality|effectiveness|impact) of )?(?:(?:the )?arrangements (?:for|to) )?",
    re.IGNORECASE,
)
_FOCUS_RULES = re.compile(
    r"\s+in (?:accordance|line) with\s+(?:the )?inspections?\s+of\s+local authority", re.IGNORECASE
)
"""How the words of a focus go on that name the framework."""
_ITEM_END = re.compile(r"[\s.;,]+(?:and)?$")
_RESTRICTIONS = re.compile(r"restrictions placed on society|covid-19", re.IGNORECASE)
TOPICS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (topic, re.compile(words, re.IGNORECASE))
    for topic, words in (
        (
            "covid",
            r"key decision-making across|decision-making (?:across|in|for) help and protection\b.{0,60}\bcare leavers"
            r"|covid|pandemic",
        ),
        (
            "front_door",
            r"front door|point of contact|contacts?,? (?:and )?referral|\bMASH\b|multi-agency safeguarding hub"
            r"|thresholds? into",
        ),
        (
            "extra_familial_risk",
            r"exploitation|extra-familial|adolescent|outside (?:of )?the (?:home|family)|missing|contextual",
        ),
        (
            "older_children_placements",
            r"placement decision|children aged 16|16- and 17-year-old children in care|older children",
        ),
        ("care_leavers", r"care leavers?|leaving care|care[- ]experienced|pathway planning"),
        ("permanence", r"permanen|adoption|special guardianship"),
        ("children_in_care", r"children in care|looked after|in the care of"),
        (
            "children_in_need_or_protection_plan",
            r"child(?:ren)? in need|child protection",
        ),
    )
)
"""Ofsted's topics of a focused visit (inspection framework, and the visits of 2020-21 under COVID)."""
_HELP = re.compile(r"help and protection", re.IGNORECASE)
"""Names the topic of children in need, where nothing narrower is named: it may be given at the front door."""


@dataclass(frozen=True, slots=True)
class VisitDates:
    """First and last day on site; `notes` say what was not believed, and why."""

    started_on: date | None
    ended_on: date | None
    days: int = 0
    """Days on site, from the first to the last of each part; 0 where unknown."""
    notes: tuple[str, ...] = ()


def visit_dates(extracted: Extracted, title: OfstedTitle, published_on: date | None) -> VisitDates:
    """Read when inspectors were there, from the label on a cover or the opening sentence of a letter."""
    opening = extracted.text[:OPENING]
    for place in (_DATES_LABEL, _VISIT):
        for match in place.finditer(opening, 0 if place is _DATES_LABEL else title.start):
            spans = _spans(opening[match.start() : match.end() + 400], published_on)
            if place is _VISIT:
                # "Between 22 and 26 February 2016, Ofsted ... undertook a joint inspection"
                before = opening[max(title.start, match.start() - 260) : match.start()]
                spans = spans or _spans(before, published_on)
            if spans:
                return _believed(spans[0], published_on)
    return VisitDates(None, None, notes=("no dates of the visit found",))


def _spans(text: str, published_on: date | None) -> list[DateSpan]:
    """Find dates; a visit without a year took place in the year of the letter, or in the one that had just ended."""
    if published_on is None:
        return find_spans(text)
    spans = find_spans(text, year=published_on.year)
    if spans and spans[0].first > published_on:
        return find_spans(text, year=published_on.year - 1)
    return spans


def _believed(span: DateSpan, published_on: date | None) -> VisitDates:
    if published_on and span.first > published_on:
        note = f"the visit's dates ({span.first}) lie after its publication ({published_on}): not believed"
        return VisitDates(None, None, notes=(note,))
    notes: tuple[str, ...] = ()
    if published_on and published_on - span.last > LONGEST_WAIT:
        notes = (f"published more than {LONGEST_WAIT.days} days after the visit",)
    return VisitDates(span.first, span.last, _days_on_site(span), notes)


def _days_on_site(span: DateSpan) -> int:
    """An inspection in two parts ("5 to 9 December 2022 and 14 to 15 February 2023") has the days of both."""
    dates = span.dates
    if len(dates) > 2 and len(dates) % 2 == 0:
        return sum((last - first).days + 1 for first, last in zip(dates[::2], dates[1::2], strict=True))
    return (span.last - span.first).days + 1


def settle_kind(kind: InspectionKind, dates: VisitDates) -> InspectionKind:
    """Tell a standard ILACS inspection from a short one by the days on site; neither is ever printed."""
    if kind != "ilacs" or not dates.days:
        return kind
    return "ilacs_short" if dates.days <= SHORT_DAYS else "ilacs_standard"


def letter_date(extracted: Extracted, title: OfstedTitle) -> date | None:
    """Return the date at the head of a letter, above its title."""
    for block in extracted.blocks:
        if block.start >= title.start:
            break
        if match := _LETTER_DATE.search(extracted.text[block.start : block.end]):
            return parse_date(match["date"])
    return None


def printed_date(extracted: Extracted) -> date | None:
    """Return the date after "Report published:", which only reports of 2012 to 2018 print."""
    match = _PRINTED.search(extracted.text[:OPENING])
    return parse_date(extracted.text[match.end() : match.end() + 40]) if match else None


def focus(extracted: Extracted, title: OfstedTitle) -> str | None:
    """Return what a visit looked at, in Ofsted's words."""
    if title.form.kind not in ("focused_visit", "monitoring_visit"):
        return None
    match = _FOCUS.search(extracted.text, title.end, title.end + 4000)
    if not match:
        return None
    rest = extracted.text[match.end() : match.end() + 600]
    words = re.split(r"(?<=[a-z0-9)’'”])\.(?:\s|$)|:?\n\n", rest)[0]
    if rest.startswith(":\n\n", len(words)):
        words += ": " + "; ".join(_bullets_after(extracted, match.end() + len(words)))
    words = _FOCUS_RULES.split(words)[0]
    frame = _FOCUS_FRAME.match(words)
    said = " ".join(words[frame.end() if frame else 0 :].split()).strip(" .:,")
    return re.sub(r"\.(?=[’'”\"]$)", "", said) or None


def _bullets_after(extracted: Extracted, position: int) -> Iterator[str]:
    """Yield the items of the list that follows a position."""
    following = (block for block in extracted.blocks if block.start > position)
    for block in takewhile(lambda block: block.kind == "bullet", following):
        yield _ITEM_END.sub("", extracted.text[block.start : block.end])


def focus_topic(extracted: Extracted, words: str | None) -> str | None:
    """Return the topic that the words name first; None where they name none of Ofsted's.

    The letters of 2020-21 that look at everything under the restrictions name no focus.
    """
    if not words:
        return "covid" if _RESTRICTIONS.search(extracted.text[:OPENING]) else None
    hits = [
        (match.start(), nth, topic) for nth, (topic, cue) in enumerate(TOPICS) if (match := cue.search(words))
    ]
    if any(topic == "covid" for _, _, topic in hits):
        return "covid"
    if hits:
        return min(hits)[2]
    return "children_in_need_or_protection_plan" if _HELP.search(words) else None
