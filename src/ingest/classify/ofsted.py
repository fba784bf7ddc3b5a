"""Recognising Ofsted's own documents: which kind, of which framework, about whom.

The kind comes from the title and the opening sentence (DOMAIN 1.2); the label of the listing decides only
between kinds that the text leaves open. Monitoring-visit letters are built from their description: none was
at hand, so their layout is an assumption.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from ingest.model import DocumentKind, Extracted, InspectionKind, Link

OPENING = 6000
"""Characters in which title, dates and opening sentence stand, address blocks of joint letters included."""

_CHILDREN = r"children[’'`]?s"


@dataclass(frozen=True, slots=True)
class OfstedForm:
    """One form of document: what opens it, and what it is."""

    kind: InspectionKind
    document_kind: DocumentKind
    framework: str
    title: re.Pattern[str]
    proof: re.Pattern[str]
    """Words that must also stand in the opening, so that an article with such a headline is not taken."""


def _form(
    kind: InspectionKind, document_kind: DocumentKind, framework: str, title: str, proof: str
) -> OfstedForm:
    return OfstedForm(
        kind,
        document_kind,
        framework,
        re.compile(title, re.IGNORECASE | re.MULTILINE),
        re.compile(proof, re.IGNORECASE),
    )


_LETTER = (
    r"this letter summarises the findings|i am writing to (?:inform you of|summarise|set out) the findings"
    r"|letter (?:outlines|sets out)|are (?:set out|summarised) in this letter"
    r"|i am writing to you following the|(?:visit|this) was the [a-z]+ (?:monitoring|focused) visit"
)
_NAMED = rf"(?P<name>.+?)(?: local authority)?(?:[’']s?)?(?: {_CHILDREN} (?:social care )?services.*)?$"
_BESIDE = r"(?-i:(?P<beside>(?:(?:[A-Z][\w’'.-]*|of|and|upon|the|with|on|&),? ){1,8}))?"
"""The council's name where it stands in one line with the title."""
_REPORT = (
    r"inspection dates?\s*:|dates? of inspection\s*:|lead inspector|report published|reporting inspector"
)
_SEND = r"(?:SEND|special educational needs and/?(?:or)? disabilit(?:y|ies)(?: \(SEND\))?)"
_NTH = r"(?:ofsted |first |second |third |fourth |fifth |sixth |seventh |eighth |ninth |tenth )*"

FORMS: tuple[OfstedForm, ...] = (
    _form(
        "area_send",
        "ofsted_report",
        "Area SEND 2023",
        rf"^area {_SEND} (?:full |monitoring )?inspection of (?P<name>.+?)(?: local area\s+partnership|$)",
        _REPORT,
    ),
    _form(
        "area_send",
        "ofsted_letter",
        "Local area SEND 2016",
        rf"^joint (?:local )?area {_SEND} (?:inspection|re-?visit) (?:in|of|to) (?P<name>[^\n]+)",
        r"joint inspection|conducted an? (?:joint )?(?:inspection|revisit)|revisited",
    ),
    _form(
        "jtai",
        "ofsted_letter",
        "JTAI",
        r"^joint targeted area inspection(?: \(JTAI\))?(?: of| in| –|:) "
        r"(?:the multi-agency (?:response|arrangements|approach)\b.{0,260}?"
        r"\b(?:in|across) )?(?P<name>[^\n]+)",
        r"this letter|joint inspection|this inspection took place",
    ),
    _form(
        "monitoring_visit",
        "ofsted_letter",
        "Monitoring of inadequate authorities",
        rf"^(?:[^\n:]{{3,60}}: )?{_NTH}monitoring visit(?: of| to| –|:) {_NAMED}",
        _LETTER,
    ),
    _form(
        "focused_visit",
        "ofsted_letter",
        "ILACS",
        r"^(?:(?:ofsted|ilacs|virtual|remote|covid-19)[ :]+)*focus(?:s?ed)? (?:\w+ )?visit(?: of| to| –|:)? "
        rf"{_NAMED}",
        _LETTER,
    ),
    _form(
        "lac_2013",
        "ofsted_report",
        "Looked after children 2013",
        r"^inspection of looked after children(?: services)?(?: (?P<name>[A-Z][^\n]+))?",
        _REPORT,
    ),
    _form(
        "sif_reinspection",
        "ofsted_report",
        "SIF",
        rf"^{_BESIDE}re-?inspection of services for children in need of help",
        _REPORT,
    ),
    _form(
        "sif_inspection",
        "ofsted_report",
        "SIF",
        rf"^(?:pilot |{_BESIDE})inspection of (?:local authority )?services for children in need of help",
        _REPORT,
    ),
    _form(
        "lscb_review",
        "ofsted_report",
        "SIF",
        r"^review of the effectiveness of the (?:local|(?P<name>[^\n]*?)) safeguarding children",
        _REPORT,
    ),
    _form(
        "ilacs",
        "ofsted_report",
        "ILACS",
        rf"^{_BESIDE}inspection of (?P<name>.*?)(?: local authority)?(?:[’']s?)? ?"
        rf"{_CHILDREN} (?:social care(?: services)?|services)(?: in (?P<where>[^\n]+))?",
        _REPORT,
    ),
)


@dataclass(frozen=True, slots=True)
class OfstedTitle:
    """What the first page says a document is."""

    form: OfstedForm
    start: int
    end: int
    name: str
    """The words that name the authority, as printed; empty where the title names nobody."""
    name_start: int
    name_end: int


def recognise(extracted: Extracted, link: Link | None = None) -> OfstedTitle | None:
    """Return what the document is if Ofsted wrote it, else None.

    Where no title is recognised, a link of Ofsted's own listing still says which form was announced.
    """
    opening = extracted.text[:OPENING]
    for form in FORMS:
        match = form.title.search(opening)
        if match and form.proof.search(opening):
            start, end = _name(extracted, form, match)
            return OfstedTitle(form, match.start(), match.end(), opening[start:end], start, end)
    announced = _announced(link) if link else None
    return OfstedTitle(announced, 0, 0, "", 0, 0) if announced else None


def _announced(link: Link) -> OfstedForm | None:
    """The form that a listing's label means; an "inspection" is of the framework of its day."""
    if not link.urn:
        return None
    label = link.label.lower()
    kind = next((kind for words, kind in _LABELS if words in label), None)
    if kind is None and "children's services inspection" in label and link.published_on:
        kind = next(kind for last, kind in _FRAMEWORKS if link.published_on <= last)
    return next((form for form in FORMS if form.kind == kind), None)


_LABELS: tuple[tuple[str, InspectionKind], ...] = (
    ("focused visit", "focused_visit"),
    ("monitoring visit", "monitoring_visit"),
    ("joint area child protection", "jtai"),
    ("joint targeted area", "jtai"),
    ("area send", "area_send"),
)
_FRAMEWORKS: tuple[tuple[date, InspectionKind], ...] = (
    (date(2013, 10, 31), "lac_2013"),
    (date(2018, 3, 31), "sif_inspection"),
    (date.max, "ilacs"),
)
"""Until when reports of a framework appeared; the first under the next came in the month after."""

_NOT_A_NAME = re.compile(
    rf"local authority|{_CHILDREN} (?:social care )?services(?! trust)|services for|^and$|^ilacs\b|^\d+$",
    re.IGNORECASE,
)


def _name(extracted: Extracted, form: OfstedForm, match: re.Match[str]) -> tuple[int, int]:
    """Span of the authority's name: inside the title, or the line beside it on the cover of older reports."""
    for group in ("name", "beside", "where"):
        name = match[group] if group in form.title.groupindex else None
        if name and name.strip() and not _NOT_A_NAME.search(name):
            lead = len(name) - len(name.lstrip())
            return match.start(group) + lead, match.start(group) + len(name.rstrip())
    before = [block for block in extracted.blocks if block.end <= match.start() and (block.page or 1) == 1]
    after = [block for block in extracted.blocks if block.start > match.start() and (block.page or 1) == 1]
    for block in [*reversed(before[-4:]), *after[:2]]:
        line = extracted.text[block.start : block.end]
        if len(line) < 90 and not _NOT_A_NAME.search(line) and not line.endswith(".") and ":" not in line:
            return block.start, block.end
    return match.end(), match.end()
