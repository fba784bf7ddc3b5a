"""Visits and inspections that news and releases tell of, with relative dates resolved.

"last month" (8 June 2018) is May 2018; "this May" likewise. A visit may carry two ordinals by different
baselines ("fifth", "first since the trust"); two ordinals by the same baseline are two visits, and only
the one that the text is about is kept. A date after "since" belongs to the baseline, not to the visit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import zip_longest

from ingest.classify.dates import MONTH, find_spans, month_number
from ingest.classify.ofsted import OfstedTitle
from ingest.classify.sentences import split
from ingest.model import AuthorityMatch, Extracted, Inspection, InspectionKind, same_baseline

_KINDS: tuple[tuple[InspectionKind, re.Pattern[str]], ...] = (
    ("monitoring_visit", re.compile(r"\bmonitoring (?:visit|inspection)", re.IGNORECASE)),
    ("focused_visit", re.compile(r"\bfocus+ed visit", re.IGNORECASE)),
    ("jtai", re.compile(r"\bjoint targeted area inspection|\bJTAI\b", re.IGNORECASE)),
    ("area_send", re.compile(r"\barea SEND inspection", re.IGNORECASE)),
)
_VISIT = re.compile(
    r"\bvisit(?:ed)?\b.{0,40}\b(?:inspectors|ofsted)\b|\b(?:inspectors|ofsted)\b.{0,80}\bvisit(?:ed)?\b"
    r"|\binspectors (?:also )?came\b|\bthey came to\b"
    r"|\b(?:monitoring|focus+ed|its|their|a|the) visit\b"
    r"|joint targeted area inspection|\bJTAI\b|area SEND inspection",
    re.IGNORECASE,
)
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
]
_ORDINAL = re.compile(
    rf"\b({'|'.join(_ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))\s+(?:ofsted\s+)?"
    r"(?:monitoring\s+visit|time\b|visit|one\b|(?=since\b))",
    re.IGNORECASE,
)
_BASELINE = re.compile(r"\bsince\b[^.,;]*", re.IGNORECASE)
_LAST_MONTH = re.compile(r"\blast month\b", re.IGNORECASE)
_THIS_MONTH = re.compile(r"\b(?:earlier )?this month\b", re.IGNORECASE)
_IN_MONTH = re.compile(
    rf"\b(?i:in|this|last|late|early|during|(?:end|start|middle|beginning) of)\s+(?P<month>{MONTH})"
    r"(?:\s+(?P<year>(?:19|20)\d{2}))?(?P<last_year>\s+last year)?"
)


@dataclass(slots=True)
class _Visit:
    kind: InspectionKind | None = None
    month: date | None = None
    started_on: date | None = None
    ended_on: date | None = None
    ordinals: list[tuple[str, str]] = field(default_factory=list)


def reported_inspections(
    extracted: Extracted, authorities: Sequence[AuthorityMatch], published_on: date | None
) -> tuple[Inspection, ...]:
    """Return at most one visit per subject authority: the one that the document is about.

    Nothing is returned for a visit whose kind no words give, or where the document itself has no date.
    """
    first = sorted(authorities, key=lambda match: len(extracted.text) if match.start is None else match.start)
    subjects = [match.gss for match in first if match.role == "subject"]
    if not subjects or published_on is None:
        return ()
    visits = {gss: _Visit() for gss in subjects}
    in_force = _authority_tracker(authorities, subjects)
    for block in extracted.blocks:
        for start, end in split(extracted.text, block.start, block.end):
            sentence = extracted.text[start:end]
            gss = in_force(end)
            if _VISIT.search(sentence) or _ORDINAL.search(sentence):
                _take(visits[gss], sentence, published_on)
    return tuple(
        Inspection(
            gss=gss,
            kind=visit.kind,
            started_on=visit.started_on,
            ended_on=visit.ended_on,
            month=visit.month,
            ordinals=tuple(f"{ordinal} {baseline}".strip() for ordinal, baseline in visit.ordinals),
            reported_on=published_on,
        )
        for gss, visit in visits.items()
        if visit.kind is not None
    )


def stated_ordinals(extracted: Extracted, title: OfstedTitle) -> tuple[str, ...]:
    """Return which visit a monitoring-visit letter says it is: "fifth since November 2016"."""
    if title.form.kind != "monitoring_visit":
        return ()
    found = _ordinals(extracted.text[title.end : title.end + 2500])
    return tuple(f"{ordinal} {baseline}".strip() for ordinal, baseline in found[:2])


def _authority_tracker(
    authorities: Sequence[AuthorityMatch], subjects: Sequence[str]
) -> Callable[[int], str]:
    """The first subject is meant until another one's first mention is passed."""
    marks = sorted(
        (match.start, match.gss) for match in authorities if match.start is not None and match.gss in subjects
    )

    def in_force(end: int) -> str:
        passed = [gss for position, gss in marks if position < end]
        return passed[-1] if passed else subjects[0]

    return in_force


def _take(visit: _Visit, sentence: str, published_on: date) -> None:
    ordinals = _ordinals(sentence)
    known = [ordinal for ordinal, _ in visit.ordinals]
    for ordinal, baseline in ordinals:
        if any(same_baseline(baseline, other) and ordinal != nth for nth, other in visit.ordinals):
            return  # another visit, counted from the same event
        if known and not baseline and ordinal not in known:
            return  # another visit, counted from nobody knows what
    visit.ordinals.extend(pair for pair in ordinals if pair not in visit.ordinals)
    if visit.kind is None:
        visit.kind = _kind(sentence)
    if visit.month is None:
        _date(visit, _BASELINE.sub("", sentence), published_on)


def _ordinals(sentence: str) -> list[tuple[str, str]]:
    """Return ("fifth", "since November 2016") for each; the baseline is empty where none is given."""
    matches = list(_ORDINAL.finditer(sentence))
    found = []
    for match, following in zip_longest(matches, matches[1:]):
        end = following.start() if following else len(sentence)
        baseline = _BASELINE.search(sentence[match.end() : end])
        words = baseline.group().strip() if baseline else ""
        found.append((match[1].lower(), words))
    return found


def _kind(sentence: str) -> InspectionKind | None:
    for kind, pattern in _KINDS:
        if pattern.search(sentence):
            return kind
    # Only authorities judged inadequate are visited again and again.
    if re.search(r"since\b.{0,80}\b(?:judged|rated)\b.{0,30}\binadequate", sentence, re.IGNORECASE):
        return "monitoring_visit"
    return None


def _date(visit: _Visit, sentence: str, published_on: date) -> None:
    spans = [
        span
        for year in (published_on.year, published_on.year - 1)
        for span in find_spans(sentence, year=year)
        if span.first <= published_on
    ]
    if spans:
        visit.started_on, visit.ended_on = spans[0].first, spans[0].last
        visit.month = spans[0].first.replace(day=1)
    elif _LAST_MONTH.search(sentence):
        visit.month = (published_on.replace(day=1) - timedelta(days=1)).replace(day=1)
    elif _THIS_MONTH.search(sentence):
        visit.month = published_on.replace(day=1)
    elif match := _IN_MONTH.search(sentence):
        visit.month = _resolve(match, published_on)


def _resolve(match: re.Match[str], published_on: date) -> date:
    """A month without a year is its latest occurrence before publication."""
    month = month_number(match["month"])
    if match["year"]:
        year = int(match["year"])
    elif match["last_year"]:
        year = published_on.year - 1
    else:
        year = published_on.year if month <= published_on.month else published_on.year - 1
    return date(year, month, 1)
