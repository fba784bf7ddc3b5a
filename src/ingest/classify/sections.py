"""Which heading a block stands under, and which parts of Ofsted's documents hold no findings."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from ingest.model import Block, Extracted

BACKGROUND = re.compile(
    r"contents|what the inspection judg(?:e)?ments mean|(?:the )?inspection judg(?:e)?ments and what they mean"
    r"|information about (?:this|the) (?:inspection|local authority|local area|service|lscb|partnership)"
    r"|about this inspection|service information|the inspection team|inspection team|previous (?:ofsted )?inspections"
    r"|other ofsted inspections|local leadership|children living in this area|child(?:ren)? protection in this area"
    r"|children looked after in this area|other information about this area|the casework model"
    r"|local area partnership details|next steps|grade \d|the inspectorates|context$|record of main findings"
    r"|inspection(?:s)? judg(?:e)?ments? about|(?:areas?|scope) (?:covered by|of) (?:the|this) visit",
    re.IGNORECASE,
)
"""Headings of the parts that describe the area, the method or the scale; their words are no findings."""


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
    background_level = 0
    blocks: list[Block] = []
    for block in extracted.blocks:
        if block.kind != "heading":
            blocks.append(block)
            continue
        sections.append(Section(heading, level, start, tuple(blocks), background))
        heading = extracted.text[block.start : block.end]
        level, start, blocks = block.level, block.start, []
        if BACKGROUND.match(without_number(heading)):
            background, background_level = True, level
        elif background and level <= background_level:
            background = False
    sections.append(Section(heading, level, start, tuple(blocks), background))
    return sections


def without_number(heading: str) -> str:
    """Return "Findings" of "2.1 Findings"."""
    return re.sub(r"^[\d.\s]+", "", heading)
