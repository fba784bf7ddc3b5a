"""What Ofsted lists: areas for improvement, priority actions and recommendations, each whole and in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.classify.ofsted import OfstedTitle
from ingest.classify.sections import Section, Sections
from ingest.model import Block, Extracted, Finding, FindingKind

_LISTS: tuple[tuple[FindingKind, re.Pattern[str]], ...] = (
    (
        "priority_action",
        re.compile(
            r"(?:areas? for )?priority (?:and immediate )?actions?\b|immediate and priority actions?",
            re.IGNORECASE,
        ),
    ),
    (
        "area_for_improvement",
        re.compile(
            r"(?:areas? (?:for|of) (?:improvement|development))|what (?:does .{3,60} )?needs? to (?:improve|do better)"
            r"|what needs improving|areas? that need to improve",
            re.IGNORECASE,
        ),
    ),
    ("recommendation", re.compile(r"recommendations?\b", re.IGNORECASE)),
)
_LEAD_IN = re.compile(
    r"(?:the local authority|leaders|partners|ofsted|inspectors).{0,120}:$|.{0,80}:$", re.IGNORECASE
)
_MARKED = re.compile(r"\(recommendations?[^)]{0,30}\)\s*\.?\s*$", re.IGNORECASE)


def listed_findings(
    extracted: Extracted, title: OfstedTitle, gss: str, inspection_id: str, sections: Sections
) -> tuple[Finding, ...]:
    """Return one finding for every item of every such list."""
    found: list[Finding] = []
    for section, kind in _lists(sections, title):
        for first, last in _items(section.blocks):
            quote = extracted.text[first.start : last.end]
            if _LEAD_IN.fullmatch(quote) or not re.search(r"[A-Za-z]{3}", quote):
                continue
            found.append(
                Finding(
                    gss=gss,
                    polarity="recommendation",
                    kind=kind,
                    speaker="ofsted",
                    is_inspectorate=True,
                    quote=quote,
                    start=first.start,
                    end=last.end,
                    rule=f"listed under {section.heading!r}",
                    page=first.page,
                    section=section.heading,
                    inspection_id=inspection_id,
                )
            )
    return tuple(found)


def _items(blocks: Sequence[Block]) -> Iterator[tuple[Block, Block]]:
    """Yield first and last block of each item: a bullet with its second-level bullets, or a paragraph.

    In a list of bullets, paragraphs lead in or comment; they are no items.
    """
    bullets = [block for block in blocks if block.kind == "bullet"]
    if not bullets:
        yield from ((block, block) for block in blocks if block.kind == "paragraph")
        return
    first = last = bullets[0]
    for block in bullets[1:]:
        if block.level == 2 and first.level == 1:
            last = block
            continue
        yield first, last
        first = last = block
    yield first, last


def _lists(sections: Sections, title: OfstedTitle) -> Iterator[tuple[Section, FindingKind]]:
    for section in sections.all:
        heading = re.sub(r"^[\d.\s]+", "", section.heading)
        if section.start <= title.start or section.is_background:
            continue
        for kind, pattern in _LISTS:
            if pattern.match(heading) and section.blocks:
                bullets = any(block.kind == "bullet" for block in section.blocks)
                if bullets or kind != "area_for_improvement" or title.form.kind == "area_send":
                    yield section, kind
                break


def is_marked_recommendation(sentence: str) -> bool:
    """Older reports end a paragraph of criticism on "(Recommendation)"."""
    return bool(_MARKED.search(sentence))
