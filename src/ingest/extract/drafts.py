"""Lines of a PDF as drafts of blocks: what begins a heading, a paragraph, a bullet or a row, and what goes on with it.

Typography decides: a wider gap, a change of weight or size, an indent or a bullet mark begins a block.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile

from ingest.extract.pdf_lines import Line
from ingest.model import BlockKind

_DASHES = "\uf02d−–⎯—─―-"
BULLET = re.compile(
    rf"([{_DASHES}](?= )|o(?= )|[\ue000-\uf8ff■□▪▫▬▲►▶◄◆◇◈○●◉◊◦☐☑☒★✓✔➔➢➤➪❖❑❒•‣∙·⚫⬛◼◾◽])\s*"
)
"""Bullet marks: those of symbol fonts, shapes, and dashes followed by a space."""
_TYPED_DASHES = _DASHES.replace("\uf02d", "")
"""Those that may stand in a sentence."""
SECOND_LEVEL = _DASHES + "o"
_MARK = re.compile(rf"{BULLET.pattern}|[o{_DASHES}]|\d{{1,3}}\.")
NUMBER = re.compile(r"(\d{1,3})\.(?:\s+(?=\S)|(?=[A-Z‘“]))")
LABEL = re.compile(
    r"(?:Inspection dates?|Dates? of (?:previous )?inspection|Report published|Lead inspectors?"
    r"|Reporting inspector)\s*:",
    re.IGNORECASE,
)
"""Lines of a cover page that begin something new although nothing in the type says so."""
SAID = re.compile(
    r"(?:Headline|Main|Key)? ?[Ff]indings|Overview|Summary of (?:key )?findings|Next steps|(?:Key )?[Ss]trengths"
    r"|Areas? for (?:improvement|development|priority action)|Recommendations?"
    r"|(?:Case|Practice) [Ss]tudy(?: ?\d)?(?:[: –-]+(?:[Aa]rea(?:s|\(s\))? (?:of|for) )?(?:highly )?"
    r"(?:effective|good|poor|improvement)(?: practice)?)?"
    r"|What needs to improve(?: in this area of social work practice)?[?:]?\d{0,2}"
    r"|What is the area partnership doing that is effective\?|What does the area partnership need to do better\?"
    r"|Local area partnership details|Information about (?:this inspection|the local area partnership)"
)
"""Headings that are known by their words, where nothing in the type says so."""
_HALF_NAMED = re.compile(r"(?:\b(?:and|of|the|for)|[,&])$", re.IGNORECASE)
"""How a cell ends in which the name of a body is not at its end."""
ROW = 1.12
"""Times the usual distance of lines from which a sentence begins a paragraph, if another ended above it."""
WIDE = 1.6
"""Times the usual distance of lines up to which a sentence may go on."""
MORE = 0.3
"""Points by which the lines of two paragraphs stand further apart at least than the last two lines of the first."""
_GRADE = re.compile(
    r"(?:^|\s)(?:Outstanding|Good|Requires [Ii]mprovement(?: to be good)?|Inadequate|Adequate|Not [Jj]udged)\.?$"
)
"""A cell that says all there is to say, though no full stop ends it."""
SAME = 0.35
"""Points by which the sizes of one type differ at most."""
INDENT = 9.0
"""Points by which a bullet of the second level stands further in."""
ONE_LINE = 3.0
"""Points by which the baselines of two pieces of one line differ at most."""
HANGING = 4.0
"""Points by which the text of a bullet or number stands further in than its mark at least."""
CELLS_APART = 10.0
"""Points between two cells of one row at least; the words of a line that is set to full width stand closer."""
COLUMN = 60.0
"""Points to the right of a block's left edge from which a line at the same height is a table cell."""
_SENTENCE_END = re.compile(r"[a-z]{3}[.!?](?= [A-Z]|$)")


@dataclass(slots=True)
class Draft:
    """A block while its lines are still coming."""

    kind: BlockKind
    first: Line
    last: Line
    lines: list[Line]
    prefix: str = ""
    level: int = 0
    indent: float | None = None
    """Left edge of its second line, known once there is one."""
    cells: list[list[Line]] = field(default_factory=list)


def drafts_of(pages: Sequence[Sequence[Line]], size: float, margin: float) -> list[Draft]:
    """Return the blocks of these pages, in order.

    Args:
        size: of the body type, in points.
        margin: how far to the right running text goes, in points.
    """
    pitch = _pitch(pages, size)
    drafts: list[Draft] = []
    for lines in pages:
        for line in _with_marks(lines):
            draft = drafts[-1] if drafts else None
            if draft and _is_cell(drafts, line, pitch):
                _add_cell(draft, line)
            elif draft and (cut := _cut_row(draft, line, size)) is not None:
                cut.append(line)
            elif draft and _continues(draft, line, size, pitch, margin):
                if draft.indent is None and not is_beside(draft.last, line):
                    draft.indent = line.x
                draft.lines.append(line)
                draft.last = line
            else:
                begun = _begin(line, size)
                if begun.kind == "bullet" and begun.level == 1 and _is_deeper(begun, drafts):
                    begun.level, begun.prefix = 2, "– "
                drafts.append(begun)
    for draft in drafts:
        if draft.kind == "heading" and _is_prose(draft):
            draft.kind, draft.level = "paragraph", 0
    return drafts


def _is_prose(draft: Draft) -> bool:
    """Say whether large type holds sentences, as a page for children does."""
    return (
        len(draft.lines) > 2 and len(_SENTENCE_END.findall(" ".join(line.text for line in draft.lines))) > 1
    )


def _is_deeper(begun: Draft, drafts: Sequence[Draft]) -> bool:
    """Say whether a bullet stands further in than the item of the same list that is above it."""
    items = takewhile(lambda draft: draft.kind == "bullet", reversed(drafts))
    above = next((item for item in items if item.level == 1), None)
    return above is not None and begun.first.x > above.first.x + INDENT


def _with_marks(lines: Sequence[Line]) -> Sequence[Line]:
    """Put a bullet or a number that stands alone together with the text beside it, whenever the page draws it."""
    marks = {place: line for place, line in enumerate(lines) if _MARK.fullmatch(line.text)}
    marked: dict[int, Line] = {}
    for place, mark in marks.items():
        beside = (
            (line.x, nth)
            for nth, line in enumerate(lines)
            if 0 < line.x - mark.x < COLUMN and abs(line.y - mark.y) < 4 and nth not in marks
        )
        _, text = min(beside, default=(0.0, place))
        marked[text] = mark
    drawn = [place for place in range(len(lines)) if place not in marks or place in marked]
    return [_with_mark(lines[place], marked.get(place)) for place in drawn] if marks else lines


def _with_mark(line: Line, mark: Line | None) -> Line:
    if mark is None or mark is line:
        return line
    return replace(line, text=f"{mark.text} {line.text}", x=mark.x)


def _begin(line: Line, size: float) -> Draft:
    bullet = BULLET.match(line.text)
    if bullet and bullet.end() < len(line.text) and not (line.bold and bullet.group(1) in SECOND_LEVEL):
        rest = _cut(line, bullet.end())
        level = 2 if bullet.group(1) in SECOND_LEVEL else 1
        return Draft("bullet", line, rest, [rest], prefix="• " if level == 1 else "– ", level=level)
    if _is_heading(line, size):
        level = 1 if line.size >= size + 6 else 2 if line.size > size + 0.5 else 3
        return Draft("heading", line, line, [line], level=level)
    number = NUMBER.match(line.text)
    if number:
        rest = _cut(line, number.end())
        return Draft("paragraph", line, rest, [rest], prefix=f"{number.group(1)}. ")
    return Draft("paragraph", line, line, [line])


def _cut(line: Line, start: int) -> Line:
    return replace(line, text=line.text[start:])


def _is_heading(line: Line, size: float) -> bool:
    return (line.bold or line.size >= size + 1.5 or SAID.fullmatch(line.text) is not None) and len(
        line.text
    ) < 150


def _pitch(pages: Iterable[Sequence[Line]], size: float) -> float:
    """Return the usual distance of two baselines in running text, in points."""
    gaps: Counter[float] = Counter()
    for lines in pages:
        for above, below in pairwise(lines):
            gap = above.y - below.y
            if above.size == below.size == size and 0.8 * size < gap < 1.9 * size:
                gaps[round(gap, 0)] += 1
    return gaps.most_common(1)[0][0] if gaps else 1.2 * size


def _is_cell(drafts: Sequence[Draft], line: Line, pitch: float) -> bool:
    """A line that stands beside what came before, not under it, is a cell of the same table row."""
    draft = drafts[-1]
    if line.page != draft.last.page or line.x < draft.first.x + COLUMN:
        return False
    if draft.cells:
        cell = draft.cells[-1][-1]
        under = abs(line.x - cell.x) < 6 and 0 < cell.y - line.y < max(1.5 * line.size, ROW * pitch)
        beside = line.x > cell.right + 6 and abs(line.y - cell.y) < 3
        return under or beside
    beside = draft.last.y - 3 <= line.y <= draft.first.y + 3 and line.x > draft.last.right + CELLS_APART
    above = draft.last.y + 3 < line.y <= draft.first.y + 3
    return beside or above or _is_higher_cell(drafts, line)


def _is_higher_cell(drafts: Sequence[Draft], line: Line) -> bool:
    """Say whether a line begins the taller cell of a row of centred cells: above its label, below the last row."""
    draft = drafts[-1]
    before = [part for above in drafts[-2:-1] for lines in (above.lines, *above.cells) for part in lines]
    lowest = min((part.y for part in before if part.page == line.page), default=math.inf)
    right = max(part.right for part in draft.lines)
    return draft.first.y < line.y < lowest and line.x > right + CELLS_APART


def _add_cell(draft: Draft, line: Line) -> None:
    draft.kind = "row"
    if draft.cells and abs(line.x - draft.cells[-1][-1].x) < 6:
        draft.cells[-1].append(line)
    else:
        draft.cells.append([line])


def _cut_row(draft: Draft, line: Line, size: float) -> list[Line] | None:
    """Return the cell that a line overleaf goes on with, where the end of the page cut a row of two cells."""
    if draft.kind != "row" or len(draft.cells) != 1 or line.page != draft.first.page + 1:
        return None
    (action,) = draft.cells
    if _is_heading(line, size):
        return None
    if abs(line.x - action[0].x) < 6:
        return action
    if line.right > action[0].x:
        return None
    is_grade = _GRADE.search(" ".join(part.text for part in action))
    goes_on = (
        line.text[0].islower()
        if is_grade
        else _runs_on(action[-1]) or _HALF_NAMED.search(draft.lines[-1].text)
    )
    return draft.lines if goes_on and abs(line.x - draft.first.x) < 6 else None


def _continues(draft: Draft, line: Line, size: float, pitch: float, margin: float) -> bool:
    last = draft.last
    if last.joins_next:
        return True
    if LABEL.match(line.text):
        return False
    bullet = BULLET.match(line.text)
    usual = pitch * max(line.size / size, 1.0)
    if (
        bullet
        and bullet.end() < len(line.text)
        and not (bullet.group(1) in _TYPED_DASHES and _runs_on(last) and last.y - line.y < ROW * usual)
    ):
        return False
    if draft.kind == "row":
        return False
    if line.page != last.page:
        return _continues_overleaf(draft, line, size, margin)
    gap = last.y - line.y
    if is_beside(last, line):
        return line.x >= last.right - 3
    if _looks_else(draft, line, size):
        return False
    if draft.kind == "heading" and not _is_alike(last, line):
        return False
    if gap < 0 or gap > 1.32 * usual:
        return 0 < gap < WIDE * usual and _is_cut(draft, line)
    # Rows of one column, as area SEND reports have them, stand a little further apart than the lines in them.
    stands_apart = gap > ROW * usual or gap > _own_gap(draft) + MORE
    if draft.kind == "paragraph" and stands_apart and not _runs_on(last) and line.text[0].isupper():
        return False
    number = NUMBER.match(line.text)
    if number and draft.prefix and draft.prefix[0].isdigit() and line.x < draft.first.x + 4:
        return False
    if draft.kind == "bullet" and line.x < (draft.indent or draft.first.x) - 3:
        return False
    if draft.kind == "bullet" and line.x < draft.first.x + 3:
        runs_on = _runs_on(last) and not line.text[0].isupper()
        return gap < ROW * usual and not bullet and (runs_on or not breaks_early(last, line, margin))
    return True


def _is_cut(draft: Draft, line: Line) -> bool:
    """Say whether a sentence goes on under a wider gap, by its words: "through user | feedback, analysis of ..."."""
    return (
        draft.kind == "paragraph"
        and _runs_on(draft.last)
        and line.text[0].islower()
        and abs(line.x - draft.last.x) < 6
    )


def _own_gap(draft: Draft) -> float:
    """Return the distance of the last two lines of a block on one page; without such, none to compare with."""
    pairs = pairwise(reversed(draft.lines))
    return next((above.y - below.y for below, above in pairs if above.page == below.page), math.inf)


def _looks_else(draft: Draft, line: Line, size: float) -> bool:
    """Say whether one of draft and line is a heading; a bullet may be in large type, as for children."""
    return _is_heading(line, size) != (draft.kind == "heading") and not (
        draft.kind == "bullet" and _is_alike(draft.last, line)
    )


def _is_alike(one: Line, other: Line) -> bool:
    """Say whether two lines are set in one type; scaling may leave it a tenth of a point larger here or there."""
    return abs(one.size - other.size) < SAME and one.bold == other.bold


def _continues_overleaf(draft: Draft, line: Line, size: float, margin: float) -> bool:
    if _looks_else(draft, line, size):
        return False
    if draft.kind == "heading":
        return line.text[0].islower() and _is_alike(draft.last, line)
    if NUMBER.match(line.text) and not _runs_on(draft.last):
        return False
    if draft.indent is not None and draft.indent > draft.first.x + 5:
        return abs(line.x - draft.indent) < 6
    if draft.prefix and line.x > draft.first.x + HANGING:
        return True
    begins = BULLET.match(line.text) or NUMBER.match(line.text) or line.text[0].isupper()
    if begins and ((draft.prefix and line.x < draft.first.x + 3) or breaks_early(draft.last, line, margin)):
        return False
    return _runs_on(draft.last)


def _runs_on(line: Line) -> bool:
    return not line.text.rstrip("”’\"')").endswith((".", "?", "!", ":")) and not _GRADE.search(line.text)


def is_beside(line: Line, following: Line) -> bool:
    """Say whether two pieces are of one line, as those before and behind the mark of a footnote are."""
    return line.page == following.page and abs(line.y - following.y) < ONE_LINE


def breaks_early(line: Line, following: Line, margin: float) -> bool:
    """Say whether the next word would still have fitted, as in an address: that break is meant."""
    # Two cells that were read as one line have a gap between them.
    width = min((line.right - line.x) / max(len(line.text), 1), 0.6 * line.size)
    return line.right + width * (len(following.text.split()[0]) + 3) < margin
