"""Which heading a block stands under, and which parts of Ofsted's documents hold no findings."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.model import Block, Extracted

BACKGROUND = re.compile(
    r"contents|what the inspection judg(?:e)?ments mean|(?:the )?inspection judg(?:e)?ments and what they mean"
    r"|information about (?:this|the) (?:inspection|local authority|local area|service|lscb|partnership)"
    r"|about this inspection|service information|the inspection team|inspection team|previous (?:ofsted )?inspections"
    r"|other ofsted inspections|local leadership|children(?: and young people)? living in\b"
    r"|child(?:ren)? protection in\b|(?:children (?:looked after|in care)|looked after children) in\b"
    r"|(?:other|additional) (?:\w+ )?information\b|in the last (?:12|twelve) months\b|the casework model"
    r"|local area partnership details|next steps|the inspectorates|context$|record of main findings"
    r"|(?:areas?|scope) (?:covered by|of) (?:the|this) visit",
    re.IGNORECASE,
)
"""Headings of the parts that describe the area, the method or the scale; their words are no findings."""
CONTENT = re.compile(
    r"(?:(?:executive |key )?summary|overview|(?:main |headline |key |inspection )?findings|the experiences? "
    r"|leadership, management and|(?:the )?graded judg|key (?:judg|strengths)|recommendations|what (?:needs|is|does)\b"
    r"|areas? for (?:priority|improvement|development))(?!.*\d$)",
    re.IGNORECASE,
)
"""Headings of the parts that hold findings, whatever stands above them; in a table of contents a page follows."""


SCALE = re.compile(r"what (?:the )?inspection judg(?:e)?ments mean", re.IGNORECASE)
"""The part that says what each grade means, which has headings of its own."""
SCALE_PART = re.compile(
    r"the (?:local authority|lscb|local safeguarding children board(?: \(lscb\))?)[:.]?", re.IGNORECASE
)


_TABLE_HEAD = re.compile(
    r"(?:key judg(?:e)?ments? )?(?:judg(?:e)?ment|inspection) grade"
    r"|(?:grade \d )?\(?(?:outstanding|good|requires improvement(?: to be good)?|inadequate|adequate)\)?\.?",
    re.IGNORECASE,
)
"""A heading that is the head of a table of grades, or a grade alone."""
_GRADED_PART = re.compile(
    r"(?:the )?(?:experiences? and progress of|leadership, management and)\b[^.:]{5,90}?"
    r"\s(?:outstanding|good|requires improvement(?: to be good)?|inadequate|not judged)",
    re.IGNORECASE,
)
"""The head of a part of a report with its grade beside it: no heading by its type, but a row of two cells."""
_PART = re.compile(
    r"(?:the )?(?:experiences? and progress of|leadership, management and|graded judg|lscb\b"
    r"|(?:effectiveness of the )?local safeguarding children board)(?!.*\d$)",
    re.IGNORECASE,
)
_OF_A_PART = re.compile(r"(?:executive )?summary|(?:inspection |main |key )?findings", re.IGNORECASE)
"""Headings that each part of a report has anew."""
_LIST_OF_A_PART = re.compile(
    r"recommendations|areas? for improvement|priority and immediate actions?", re.IGNORECASE
)
_COVER_PAGES = 2


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the blocks under it, up to the next heading."""

    heading: str
    level: int
    start: int
    """Where the heading begins in the text; 0 for what stands before the first heading."""
    blocks: tuple[Block, ...]
    is_background: bool


class Sections:
    """The sections of a document, in order."""

    def __init__(self, extracted: Extracted) -> None:
        self.all = tuple(_sections(extracted))
        self._starts = [section.start for section in self.all]

    def at(self, position: int) -> Section:
        """Return the section in which a character stands."""
        return self.all[max(bisect_right(self._starts, position) - 1, 0)]


def _sections(extracted: Extracted) -> list[Section]:
    sections: list[Section] = []
    heading, level, start, background = "", 0, 0, False
    background_level, scale = 0, False
    blocks: list[Block] = []
    for block in extracted.blocks:
        printed = extracted.text[block.start : block.end]
        if block.kind != "heading" and not is_part(block, printed):
            blocks.append(block)
            continue
        sections.append(Section(heading, level, start, tuple(blocks), background))
        printed = " ".join(printed.split())
        heading, level, start, blocks = _standing(printed, sections), block.level, block.start, []
        words = without_number(printed)
        if BACKGROUND.match(words):
            background, background_level = True, level
            scale = SCALE.match(words) is not None
        elif background and scale and SCALE_PART.fullmatch(words):
            pass
        elif background and (level <= background_level or CONTENT.match(words)):
            background = False
    sections.append(Section(heading, level, start, tuple(blocks), background))
    return sections


def is_part(block: Block, printed: str) -> bool:
    """Say whether a row or a line heads a part; on the cover, it is of the table of grades."""
    is_row = block.kind in ("row", "paragraph") and (block.page or 0) > _COVER_PAGES
    return is_row and _GRADED_PART.fullmatch(printed) is not None


def _standing(heading: str, above: Sequence[Section]) -> str:
    """Return a heading, or what stands for it above.

    That is the head of the part, for the summary and the findings that each part has; and whatever heading is
    above, for a grade or the head of a table of them.
    """
    if _OF_A_PART.fullmatch(heading):
        return _part(above) or heading
    if _TABLE_HEAD.fullmatch(heading):
        return next((section.heading for section in reversed(above) if ":" not in section.heading), "")
    return heading


def _part(above: Sequence[Section]) -> str | None:
    """Return the head of the part that these sections end with; None outside the parts."""
    for section in reversed(above):
        if not _LIST_OF_A_PART.fullmatch(section.heading):
            return section.heading if _PART.match(section.heading) else None
    return None


def without_number(heading: str) -> str:
    """Return "Findings" of "2.1 Findings"."""
    return re.sub(r"^[\d.\s]+", "", heading)
