"""Lines of a page that are not the document: running heads and feet, page numbers, footnotes, the imprint.

They stay in the archive; the text that people and rules read does without them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingest.extract.pdf_lines import Line, Page

MARGIN = 90.0
"""Points from the upper or lower edge in which a running head or foot may stand."""

BOX = 60.0
"""Points above the beginning of the footnotes from which a line that is drawn after them is no part of them."""
INDENT = 20.0
"""Points from the left edge in which a heading begins; what stands further right is a cell or a column."""

FEW = 3
"""Pages up to which a running head may stand on too few of them to be known by that alone."""

_ADDRESS_PART = (
    r"(?:Ofsted|Piccadilly Gate|Store Street|Agora|\d Cumberland Place|Aviation House|Temple Quay|\d Rivergate"
    r"|Nottingham|Manchester|Bristol|London|M1 2WD|NG1 6HJ|BS1 6EH|WC2B 6SE"
    r"|(?:T:?|Textphone:?|Direct T:?|F:?)(?: ?0?[\d ]{0,13})?|(?:E: ?)?enquiries@ofsted\.gov\.uk|\d{4}"
    r"|(?:W: ?)?www\.(?:gov\.uk[/.]ofsted|ofsted\.gov\.uk)/?)"
)
OFSTED_ADDRESS = re.compile(rf"{_ADDRESS_PART}(?:[ ,]+{_ADDRESS_PART})*", re.IGNORECASE)
"""Letterhead of Ofsted's offices, a line each (seen in the focused-visit letters of 2018 to 2026)."""

_PAGE_NUMBER = re.compile(r"(?:page )?\d{1,3}(?: ?(?:of|/) ?\d{1,3})?", re.IGNORECASE)
_NUMBER_BESIDE = re.compile(r"^(?:page )?0 (?=\D)|(?<=\D) (?:page )?0$")
"""The number of a page in one line with a running head or foot: on some pages of a document only."""
_RAISED = re.compile(r"\[?(\d{1,2})\]?(?=\D|$)")
_NUMBERED = re.compile(r"\[?(\d{1,2})\]?\s*(?=[A-Z‘“(]|https?:|www)")
"""How a footnote begins whose number is raised, and one whose number is as large as its text."""

IMPRINT = re.compile(
    r"The Office for Standards in Education, Children.s Services and Skills \(Ofsted\)"
    r"|If you are not happy with the inspection or the report"
    r"|Any complaints about the inspection or the report should be made"
)
"""The first words of the closing page that every report carries; it runs to the end."""


def strip_furniture(pages: Sequence[Page]) -> list[list[Line]]:
    """Return the lines that belong to the document, page by page."""
    body = body_size(pages)
    repeated = _repeated(pages)
    heads = repeated | _titles(pages[0], body) if 0 < len(pages) <= FEW else repeated
    kept: list[list[Line]] = []
    for page in pages:
        lines, notes = _without_footnotes(page, body)
        flow = [
            line
            for line in lines
            if not _is_page_number(line, page)
            and not _is_raised_mark(line, body)
            and not (
                _in_margin(line, page) and _shape(line.text) in (repeated if page.number == 1 else heads)
            )
            and not (page.number == 1 and line.size < body and OFSTED_ADDRESS.fullmatch(line.text))
        ]
        kept.append(_boxes_in_place([_without_marks(line, notes) for line in flow], body))
    return _without_imprint(kept)


def body_size(pages: Sequence[Page]) -> float:
    """Return the font size, in points, in which most of the document is set."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 12.0


def _shape(text: str) -> str:
    return _NUMBER_BESIDE.sub("", re.sub(r"\d+", "0", text).casefold())


def _in_margin(line: Line, page: Page) -> bool:
    return line.y < MARGIN or line.y > page.height - MARGIN


def _repeated(pages: Sequence[Page]) -> set[str]:
    """What stands in the margins of many pages; a heading may begin several, as "Inspection findings" does."""
    fewest = max(2, (len(pages) - 1) / 3)
    seen: Counter[str] = Counter()
    for page in pages[1:]:
        seen.update({_shape(line.text) for line in page.lines if _in_margin(line, page)})
    return {shape for shape, count in seen.items() if count >= fewest and not shape.endswith((".", ","))}


def _titles(first: Page, body: float) -> set[str]:
    """What the first page says in bold or large letters, up to three lines of it: heads of a letter's other pages."""
    lines = [line for line in first.lines if line.bold or line.size > body + 1]
    return {
        " ".join(_shape(line.text) for line in lines[start : start + count])
        for start in range(len(lines))
        for count in (1, 2, 3)
    }


def _is_page_number(line: Line, page: Page) -> bool:
    return _PAGE_NUMBER.fullmatch(line.text) is not None and _in_margin(line, page)


def _is_raised_mark(line: Line, body: float) -> bool:
    return line.text.isdigit() and len(line.text) <= 2 and line.size <= 0.8 * body


def _without_footnotes(page: Page, body: float) -> tuple[list[Line], set[str]]:
    """A footnote starts with a number, raised or as large as itself, and is set smaller, at the foot of its page."""
    kept: list[Line] = []
    notes: set[str] = set()
    top: float | None = None
    """Height of the line at which the footnotes begin that are being read."""
    for line in page.lines:
        is_raised = line.size <= 0.72 * body and line.behind != line.size
        mark = (_RAISED if is_raised else _NUMBERED).match(line.text)
        if mark and kept and _is_beside(kept[-1], line):
            said = line.text[mark.end() :].strip()
            kept[-1] = replace(
                kept[-1],
                text=f"{kept[-1].text} {said}".rstrip(),
                right=line.right,
                joins_next=line.joins_next,
            )
            continue
        if mark and line.size <= 0.9 * body and line.behind >= body:
            # A line of the text begins with the mark of a footnote.
            line, top = replace(line, text=line.text[mark.end() :].strip(), size=line.behind), None
        elif mark and line.size <= 0.9 * body and line.y < page.height / 2:
            top = line.y
            notes.add(mark.group(1))
        elif top is not None and (line.size >= body or line.y > top + BOX):
            top = None
        if top is None:
            kept.append(line)
    return kept, notes


def _is_beside(before: Line, line: Line) -> bool:
    """Say whether a line that begins with a raised number goes on with the line before it, at the same height."""
    return line.size < before.size and 0 < line.y - before.y < 6 and line.x >= before.right - 2


def _without_marks(line: Line, notes: set[str]) -> Line:
    """Drop "1" from "Board1": the number of a footnote of this page, typed as large as its word."""
    if not notes:
        return line
    marks = "|".join(sorted(notes, key=len, reverse=True))
    text = re.sub(rf"(?<=[a-z’'”)])([.,;:?]?)(?:{marks})(?=\s|$|[.,;:](?:\s|$))", r"\1", line.text)
    return line if text == line.text else replace(line, text=text)


def _boxes_in_place(lines: list[Line], body: float) -> list[Line]:
    """Put a heading in a box of its own, which the page draws last, before what it heads."""
    start = len(lines)
    while start and (lines[start - 1].bold or lines[start - 1].size > body + 1):
        start -= 1
        if start and lines[start].y - lines[start - 1].y > lines[start].size:
            break
    else:
        return lines
    box, rest = lines[start:], lines[:start]
    if box[0].x > min(line.x for line in lines) + INDENT:
        return lines
    below = next((place for place, line in enumerate(rest) if line.y < box[0].y), start)
    return [*rest[:below], *box, *rest[below:]]


def _without_imprint(pages: list[list[Line]]) -> list[list[Line]]:
    for index in range(len(pages) - 1, max(len(pages) - 4, -1), -1):
        for nth, line in enumerate(pages[index]):
            if IMPRINT.match(line.text):
                return [*pages[:index], pages[index][:nth]]
    return pages
