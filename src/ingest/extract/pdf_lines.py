"""PDF bytes -> lines with their place and type, through pdfium.

Only the first and last character of a line are measured, so this costs a fifth more than text alone. pdfium makes
one line of two table cells that begin at one height; only in tables of who is to act are such lines taken apart.
pdfium crashes under threads and hostile files eat memory: call this in a child process with limits.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.errors import LimitError, UnreadableError

HYPHEN_MARKS = ("\ufffe", "\x02")
"""What pdfium writes for a hyphen at a line end, instead of the hyphen and the line break."""
MOST_PAGES = 20_000
MOST_CHARACTERS = 10_000_000
"""Far more than any letter or report has; a file beyond this is refused before it takes all time and memory."""
GUTTER = 12.0
"""Points between two cells of a table at least; words that are set apart to fill a line stand closer."""
_TABLE = re.compile(r"responsible body\b", re.IGNORECASE)
_AFTER_TABLE = re.compile(r"areas? for improvement|local area partnership details", re.IGNORECASE)
_LETTER = re.compile(r"[\W_]*(?:o\s+[\W_]*)?([^\W_])")
_LAST_LETTER = re.compile(r"[^\W\d_](?=[\W\d_]*$)")
_ODD = re.compile(
    "[\u00ad\u200b-\u200d\u2010\u2011\u2060\ufb00-\ufb04\ufeff\u00a0\u2000-\u200a\u202f\t]| (?= )"
)
_DIGITS = re.compile(r"\d+")
_BEFORE_POINT = re.compile(r" (?=[.,;:](?:\s|$))")
_PLAIN = {
    **dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), ""),
    **dict.fromkeys((0x2010, 0x2011), "-"),
    **dict(zip(range(0xFB00, 0xFB05), ("ff", "fi", "fl", "ffi", "ffl"), strict=True)),
}
"""Marks of no width, hyphens of other kinds and joined letters, as a person types them: words are looked for so."""

_BOLD = re.compile(rb"bold|black|heavy|demi", re.IGNORECASE)
"""In the name of a font: it is a bold one."""
RAISED = 0.75
"""Times the size of a line up to which the mark of a footnote is large."""


@dataclass(frozen=True, slots=True)
class Line:
    """One visual line (or one table cell of it); places in points from the lower left corner."""

    text: str
    page: int
    x: float
    right: float
    y: float
    size: float
    bold: bool
    joins_next: bool = False
    """True where the line ends on a hyphen that divides a word."""
    behind: float = 0.0
    """Size of the words behind a number that begins the line; it may be raised, as that of a footnote is."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page's lines in the order of its content stream, which is not always the order of reading."""

    number: int
    height: float
    lines: tuple[Line, ...]


def read_lines(body: bytes) -> tuple[Page, ...]:
    """Return the lines of every page.

    Raises:
        UnreadableError: encrypted, damaged, cut short or without pages.
        LimitError: more pages or text than any document has that is meant to be read.
    """
    # Not merely missing: a file made for the web has an end mark near its beginning, too, and some servers
    # append to a whole one.
    if body.rfind(b"%%EOF") <= body.rfind(b"endobj"):
        raise UnreadableError("the PDF is cut short: its end mark is missing. Fetch it again.")
    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableError("the PDF is encrypted: ask its publisher for an open copy.") from error
        raise UnreadableError(f"not a readable PDF: {error}") from error
    try:
        count = len(document)
        if count == 0:
            raise UnreadableError("the PDF has no pages.")
        if count > MOST_PAGES:
            raise LimitError(f"the PDF has {count:,} pages; at most {MOST_PAGES:,} are read.")
        pages: list[Page] = []
        room, in_table = MOST_CHARACTERS, False
        for index in range(count):
            page, characters, in_table = _page(document, index, room, in_table)
            pages.append(page)
            room -= characters
        return tuple(pages)
    except pypdfium2.PdfiumError as error:
        raise UnreadableError(f"a page of the PDF is damaged: {error}") from error
    finally:
        document.close()


def _page(document: pypdfium2.PdfDocument, index: int, room: int, in_table: bool) -> tuple[Page, int, bool]:
    """Return a page, how many characters it holds, and whether it ends in a table of who is to act.

    Raises:
        LimitError: it holds more characters than `room`.
    """
    page = document[index]
    textpage = page.get_textpage()
    try:
        characters: int = textpage.count_chars()
        if characters > room:
            raise LimitError(
                f"the PDF holds more than {MOST_CHARACTERS:,} characters; that much is not read."
            )
        lines, in_table = _lines(textpage, index + 1, in_table)
        return Page(index + 1, page.get_height(), tuple(lines)), characters, in_table
    finally:
        textpage.close()
        page.close()


def _lines(textpage: pypdfium2.PdfTextPage, number: int, in_table: bool) -> tuple[list[Line], bool]:
    raw = textpage.raw
    x, y = ctypes.c_double(), ctypes.c_double()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    lines: list[Line] = []
    position = 0
    text = textpage.get_text_range()
    is_odd = _ODD.search(text) is not None
    for run in text.split("\r\n"):
        start = position
        for mark in HYPHEN_MARKS:
            run = run.replace(mark, HYPHEN_MARKS[0])
        parts = run.split(HYPHEN_MARKS[0])
        for nth, part in enumerate(parts):
            in_table = in_table and not _AFTER_TABLE.match(part)
            cells = list(_cells(raw, start, part)) if in_table else [part]
            for place, cell in enumerate(cells):
                stripped = cell.strip()
                if stripped:
                    first = start + len(cell) - len(cell.lstrip())
                    char = pdfium.FPDFText_GetCharIndexFromTextIndex(raw, first)
                    pdfium.FPDFText_GetCharOrigin(raw, char, x, y)
                    letter = _LETTER.match(cell)
                    if letter and start + letter.start(1) > first:
                        # The mark of a bullet may be larger or bolder than the text that it marks.
                        char = pdfium.FPDFText_GetCharIndexFromTextIndex(raw, start + letter.start(1))
                    last = pdfium.FPDFText_GetCharIndexFromTextIndex(raw, start + len(cell.rstrip()) - 1)
                    pdfium.FPDFText_GetCharBox(raw, last, left, right, bottom, top)
                    size = _size(raw, char)
                    said = _without_marks(raw, start, cell, size).strip()
                    lines.append(
                        Line(
                            text=_typed(said) if is_odd else said,
                            page=number,
                            x=x.value,
                            right=right.value,
                            y=y.value,
                            size=size,
                            bold=_is_bold(raw, char) and _ends_bold(raw, start, cell),
                            joins_next=nth < len(parts) - 1 and place == len(cells) - 1,
                            behind=_size_behind(raw, start, cell) if stripped[0].isdigit() else 0.0,
                        )
                    )
                start += len(cell) + 1
            in_table = in_table or _TABLE.match(part) is not None
        position += len(run) + 2
    return lines, in_table


def _typed(text: str) -> str:
    """Return a line as a person types it, with one plain space between words."""
    return " ".join(text.translate(_PLAIN).split())


def _without_marks(raw: pdfium.FPDF_TEXTPAGE, start: int, text: str, size: float) -> str:
    """Drop the marks of footnotes from a line: numbers set much smaller than it is. One that begins it is left."""
    kept, end = "", 0
    for number in _DIGITS.finditer(text):
        place = number.end()
        while place > number.start() and _size(raw, _char(raw, start + place - 1)) <= RAISED * size:
            place -= 1
        if place < number.end() and text[:place].strip(" ["):
            around = text[place - 1 : number.end() + 1] == f"[{text[place : number.end()]}]"
            kept, end = kept + text[end : place - around], number.end() + around
    return _BEFORE_POINT.sub("", " ".join((kept + text[end:]).split())) if end else text


def _char(raw: pdfium.FPDF_TEXTPAGE, place: int) -> int:
    char: int = pdfium.FPDFText_GetCharIndexFromTextIndex(raw, place)
    return char


def _cells(raw: pdfium.FPDF_TEXTPAGE, start: int, text: str) -> Iterator[str]:
    """Cut a line, whose first character is the text's `start`, at the spaces as wide as a gutter; one space goes.

    The number of the page at the end of its foot is no cell.
    """
    begun = 0
    for space in re.finditer(r"(?<=\S) +(?=\S)(?!\d+\s*$)", text):
        before = _edges(raw, start + space.start() - 1)
        after = _edges(raw, start + space.end())
        if after[0] - before[1] > GUTTER:
            yield text[begun : space.end() - 1]
            begun = space.end()
    yield text[begun:]


def _edges(raw: pdfium.FPDF_TEXTPAGE, place: int) -> tuple[float, float]:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    char = pdfium.FPDFText_GetCharIndexFromTextIndex(raw, place)
    pdfium.FPDFText_GetCharBox(raw, char, left, right, bottom, top)
    return left.value, right.value


def _size(raw: pdfium.FPDF_TEXTPAGE, char: int) -> float:
    """In points of the page; programs set type of size 1, or in pixels, and scale it or the page."""
    size: float = pdfium.FPDFText_GetFontSize(raw, char)
    matrix = pdfium.FS_MATRIX()
    if pdfium.FPDFText_GetMatrix(raw, char, matrix):
        size *= math.hypot(matrix.c, matrix.d) or 1.0
    return round(size, 1)


def _is_bold(raw: pdfium.FPDF_TEXTPAGE, char: int) -> bool:
    """By the font's weight or its name: its weight is a guess from the width of stems, which many programs give low."""
    if pdfium.FPDFText_GetFontWeight(raw, char) >= 600:
        return True
    name = ctypes.create_string_buffer(96)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(raw, char, name, len(name), flags)
    return _BOLD.search(name.value) is not None


def _ends_bold(raw: pdfium.FPDF_TEXTPAGE, start: int, text: str) -> bool:
    """Say whether a line that begins in bold is bold to its end, the number of a footnote aside: a heading is."""
    letter = _LAST_LETTER.search(text)
    return letter is None or _is_bold(
        raw, pdfium.FPDFText_GetCharIndexFromTextIndex(raw, start + letter.start())
    )


def _size_behind(raw: pdfium.FPDF_TEXTPAGE, start: int, text: str) -> float:
    letter = _LAST_LETTER.search(text)
    return (
        _size(raw, pdfium.FPDFText_GetCharIndexFromTextIndex(raw, start + letter.start())) if letter else 0.0
    )
