"""What Ofsted lists: areas for improvement, priority actions and recommendations, each whole and in order.

A list is the items under one of these headings, and under the sub-headings that divide it: bullets with
their second-level bullets, or, each with the bullets below it, numbered paragraphs, rows of a table (who is
to act, what), or plain paragraphs in the forms that use them. Joint letters and area SEND reports list
strengths as well. Reports of 2014 to 2017 also end paragraphs that led to one with "(Recommendation)".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from ingest.classify.ofsted import OfstedTitle
from ingest.classify.polarity import judge_all
from ingest.classify.sections import Section, Sections, without_number
from ingest.classify.sentences import split
from ingest.model import Block, Extracted, Finding, FindingKind, Polarity


@dataclass(frozen=True, slots=True)
class _ListForm:
    """A list that a heading announces."""

    heading: re.Pattern[str]
    kind: FindingKind
    polarity: Polarity
    in_kinds: tuple[str, ...] = ()
    """Kinds of inspection in which the heading means a list; all where none is named."""
    paragraphs: tuple[str, ...] = ()
    """Kinds of inspection in which plain paragraphs are items, too."""


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_JOINT = ("jtai", "area_send")
_REPORTS = ("sif_inspection", "sif_reinspection", "lac_2013", "lscb_review")
_FORMS = (
    _ListForm(_words(r"what does the area partnership need to do better"), "area_for_improvement", "concern"),
    _ListForm(
        _words(
            r"(?:areas? (?:for|requiring) )?(?:immediate )?priority (?:and immediate )?actions?\b"
            r"|immediate and priority actions?|priority areas? for action|responsible body"
            r"|the inspection raises (?:\w+ )?significant concerns"
        ),
        "priority_action",
        "recommendation",
        paragraphs=("focused_visit", "monitoring_visit", *_REPORTS),
    ),
    _ListForm(
        _words(
            r"areas? (?:for|of|requiring|in need of) (?:further |continued )?(?:improvement|development)"
            r"|what (?:do(?:es)? )?(?:.{3,60} )?(?:needs?|must|should) (?:to )?(?:be )?(?:improved?|do better)\b"
            r"|what needs improving|areas? (?:that|which) needs? to improve"
        ),
        "area_for_improvement",
        "recommendation",
        paragraphs=("area_send",),
    ),
    _ListForm(_words(r"recommendations?\b"), "recommendation", "recommendation", paragraphs=_REPORTS),
    _ListForm(
        _words(r"(?:key )?strengths\b|what is the area partnership doing that is effective"),
        "statement",
        "strength",
        in_kinds=_JOINT,
    ),
)
_DEADLINE = _words(
    r"(?:immediate(?:ly)?|with immediate effect|as soon as possible"
    r"|(?:with)?in (?:\w+[ -]){1,3}(?:days?|weeks?|months?))\W*$"
)
"""A sub-heading of a list that says until when: it may be set as the heading of the list is."""
_DIVIDED = (*_JOINT, *_REPORTS)
"""Kinds of inspection whose lists have sub-headings."""
_WITH_BULLETS = ("area_send",)
"""Kinds of inspection in which a plain paragraph of a list is an item with the bullets below it, not their heading."""
_SHORTLY = ("ilacs", "focused_visit", "monitoring_visit")
"""Kinds of inspection whose lists are short: where nothing marks the items of one, short paragraphs are its items."""
_NO_ITEM = _words(
    r"(?:case|practice) study|(?:main |headline |inspection )?findings|(?:executive )?summary|next steps|context"
    r"|the experiences? and progress|leadership, management and governance|(?:the )?graded judg(?:e)?ment"
)
_LEAD_IN = re.compile(r"[^.]{0,200}:")
_NONE = _words(
    r"(?:there (?:are|were) |(?:the |this )?(?:inspection|visit|inspectors|ofsted) (?:did|has|have) )?"
    r"(?:no|none|not)\b[^.]{0,80}\b(?:actions?|recommendations?|improvements?)\b[^.]{0,80}\.?$"
    r"|(?:none|not applicable|n/a)\b[^.]{0,40}\.?$"
)
"""How a document says that it asks for nothing."""
_WANTING: tuple[Polarity, ...] = ("concern", "mixed", "recommendation")
"""Verdicts on a sentence that can have led to a recommendation."""
_CLOSING = _words(
    r"ofsted will take|yours? (?:sincerely|faithfully)|i am copying|(?:there (?:are|were)|none|no)\b"
)
"""How a paragraph begins that closes a letter, or says that there is nothing to list."""
SHORT = 300
"""Characters that an item has at most which nothing marks as one, neither a bullet nor a number."""
_MARK = re.compile(r"\(recommendations?\b[^)]{0,30}\)[.\s]*$", re.IGNORECASE)


def listed_findings(
    extracted: Extracted, title: OfstedTitle, gss: str, inspection_id: str, sections: Sections
) -> tuple[Finding, ...]:
    """Return one finding for every item of every list, and for every marked one, in their order."""
    found: list[Finding] = []

    def add(form: _ListForm, start: int, end: int, section: Section, body: str | None) -> None:
        found.append(
            Finding(
                gss=gss,
                polarity=form.polarity,
                kind=form.kind,
                speaker="ofsted",
                is_inspectorate=True,
                quote=extracted.text[start:end],
                start=start,
                end=end,
                rule=f"listed under {section.heading!r}",
                page=extracted.page_at(start),
                section=section.heading,
                inspection_id=inspection_id,
                responsible_body=body,
            )
        )

    for section, form in _lists(sections, title):
        for start, end, body in _items(extracted, section, form, title):
            add(form, start, end, section, body)
    taken = {finding.start for finding in found}
    for section in sections.all:
        if not section.is_background:
            for start, end in _marked(extracted, section.blocks):
                if start not in taken:
                    add(_MARKED_FORM, start, end, section, None)
    return tuple(sorted(found, key=lambda finding: finding.start))


_MARKED_FORM = _ListForm(_MARK, "recommendation", "concern")


def _lists(sections: Sections, title: OfstedTitle) -> Iterator[tuple[Section, _ListForm]]:
    """Yield the sections that hold items; a deeper heading divides the list above it."""
    current: tuple[_ListForm, int] | None = None
    for section in sections.all:
        heading = without_number(section.heading)
        if section.start <= title.start or section.is_background:
            current = None
            continue
        form = _form(heading, title)
        if form:
            current = (form, section.level)
        elif current and (_NO_ITEM.match(heading) or not _divides(section, current[1], title)):
            current = None
        if current and section.blocks:
            yield section, current[0]


def _divides(section: Section, list_level: int, title: OfstedTitle) -> bool:
    """Say whether a heading inside a list divides it. Joint letters set all their headings alike."""
    kind = title.form.kind
    is_below = section.level > list_level or _DEADLINE.match(section.heading) is not None
    return kind == "jtai" or (kind in _DIVIDED and is_below)


def _form(heading: str, title: OfstedTitle) -> _ListForm | None:
    kind = title.form.kind
    return next(
        (
            form
            for form in _FORMS
            if form.heading.match(heading) and (not form.in_kinds or kind in form.in_kinds)
        ),
        None,
    )


def _items(
    extracted: Extracted, section: Section, form: _ListForm, title: OfstedTitle
) -> Iterator[tuple[int, int, str | None]]:
    """Yield (start, end, responsible body) of each item of a list."""
    blocks = section.blocks
    if any(block.kind == "row" for block in blocks) and form.kind == "priority_action":
        yield from _rows(extracted, blocks)
        return
    numbered = [block for block in blocks if _is_numbered(extracted, block)]
    bullets = [block for block in blocks if block.kind == "bullet"]
    paragraphs = [block for block in blocks if block.kind == "paragraph"]
    may_be_plain = title.form.kind in form.paragraphs
    if title.form.kind in _SHORTLY:
        paragraphs = list(
            takewhile(lambda block: not _CLOSING.match(extracted.text, block.start), paragraphs)
        )
        may_be_plain = may_be_plain or all(block.end - block.start <= SHORT for block in paragraphs)
    if numbered or (may_be_plain and title.form.kind in _WITH_BULLETS):
        chosen = sorted((*(numbered or paragraphs), *bullets), key=lambda block: block.start)
    else:
        chosen = bullets or (paragraphs if may_be_plain else [])
    for first, last in _with_second_level(chosen):
        quote = extracted.text[first.start : last.end]
        if not _LEAD_IN.fullmatch(quote) and not _NONE.match(quote) and re.search(r"[A-Za-z]{3}", quote):
            yield first.start, last.end, None


def _rows(extracted: Extracted, blocks: Sequence[Block]) -> Iterator[tuple[int, int, str | None]]:
    """Rows of "who is to act <tab> what is to be done"; the action alone, with its bullets, is the item."""
    rows = [block for block in blocks if block.kind in ("row", "bullet")]
    for first, last in _with_second_level(rows):
        body, tab, action = extracted.text[first.start : first.end].rpartition("\t")
        if tab and action.strip():
            yield first.end - len(action), last.end, " ".join(body.split()) or None


def _is_numbered(extracted: Extracted, block: Block) -> bool:
    return block.kind == "paragraph" and bool(
        re.search(r"\d\. $", extracted.text[max(0, block.start - 5) : block.start])
    )


def _with_second_level(blocks: Sequence[Block]) -> Iterator[tuple[Block, Block]]:
    """Yield first and last block of each item: a bullet, a paragraph or a row with the bullets below it."""
    first = last = None
    for block in blocks:
        if first is not None and block.level > first.level:
            last = block
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = block
    if first is not None and last is not None:
        yield first, last


def _marked(extracted: Extracted, blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Yield what a closing "(Recommendation)" marks: the paragraph from its last sentence that says what is wrong.

    That is mostly the last one; in others praise, or what is being done about it, follows.
    """
    for block in blocks:
        if not (mark := _MARK.search(extracted.text[block.start : block.end])):
            continue
        spans = split(extracted.text, block.start, block.start + mark.start())
        verdicts = judge_all([extracted.text[start:end] for start, end in spans])
        wanting = [
            start for (start, _), said in zip(spans, verdicts, strict=True) if said.polarity in _WANTING
        ]
        start = wanting[-1] if wanting else block.start
        yield start, start + len(extracted.text[start : block.end].rstrip())
