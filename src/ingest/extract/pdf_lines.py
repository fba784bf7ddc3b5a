"""PDF bytes -> lines with their place and type, through pdfium.

Only the first and last character of a line are measured, so this costs a fifth more than text alone. pdfium makes
one line of two table cells that begin at one height; only in tables of who is to act are such lines taken apart.
pdfium crashes under threads and hostile files eat memory: call this in a child process with limits.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

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
_SYMBOLS = re.compile(rb"wingdings|webdings|symbol|dingbats", re.IGNORECASE)
"""In the name of a font: its letters are pictures. Where a program does not say which, they are read as letters."""
_ALONE = re.compile(r"\s*([!-\u00ff])(?=\s|$)")
"""A letter before the first space of a line."""
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
    """Set in a bold font to its end, the number of a footnote aside: a heading is."""
    joins_next: bool = False
    """True where the line ends on a hyphen that divides a word."""
    heavy: bool = False
    """Set in a font of thick stems, whatever its name says."""
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
        return _with_heavy(pages)
    except pypdfium2.PdfiumError as error:
        raise UnreadableError(f"a page of the PDF is damaged: {error}") from error
    finally:
        document.close()


def _with_heavy(pages: Sequence[Page]) -> tuple[Page, ...]:
    """Take heavy type for bold where no font is called so, unless most of the document is heavy."""
    lines = [line for page in pages for line in page.lines]
    if any(line.bold for line in lines) or sum(line.heavy for line in lines) * 2 > len(lines):
        return tuple(pages)
    return tuple(
        replace(page, lines=tuple(replace(line, bold=line.heavy) for line in page.lines)) for page in pages
    )


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
                cell = _with_symbol(raw, start, cell)
                stripped = cell.strip()
                if stripped:
                    first = start + len(cell) - len(cell.lstrip())
                    char = _char(raw, first)
                    pdfium.FPDFText_GetCharOrigin(raw, char, x, y)
                    letter = _LETTER.match(cell)
                    if letter and start + letter.start(1) > first:
                        # The mark of a bullet may be larger or bolder than the text that it marks.
                        char = _char(raw, start + letter.start(1))
                    last = _char(raw, start + len(cell.rstrip()) - 1)
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
                            bold=_is_bold(raw, char) and _is_bold(raw, _last_letter(raw, start, cell)),
                            heavy=_is_heavy(raw, char) and _is_heavy(raw, _last_letter(raw, start, cell)),
                            joins_next=nth < len(parts) - 1 and place == len(cells) - 1,
                            behind=_size_behind(raw, start, cell) if stripped[0].isdigit() else 0.0,
                        )
                    )
                start += len(cell) + 1
            in_table = in_table or _TABLE.match(part) is not None
        position += len(run) + 2
    return lines, in_table


def _with_symbol(raw: pdfium.FPDF_TEXTPAGE, start: int, text: str) -> str:
    """Write a letter of a font of symbols that stands alone before a line as the symbol that it looks like."""
    mark = _ALONE.match(text)
    if not mark or not _SYMBOLS.search(_font(raw, _char(raw, start + mark.start(1)))):
        return text
    return text[: mark.start(1)] + chr(0xF000 + ord(mark[1])) + text[mark.end(1) :]


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
    pdfium.FPDFText_GetCharBox(raw, _char(raw, place), left, right, bottom, top)
    return left.value, right.value


def _size(raw: pdfium.FPDF_TEXTPAGE, char: int) -> float:
    """In points of the page; programs set type of size 1, or in pixels, and scale it or the page."""
    size: float = pdfium.FPDFText_GetFontSize(raw, char)
    matrix = pdfium.FS_MATRIX()
    if pdfium.FPDFText_GetMatrix(raw, char, matrix):
        size *= math.hypot(matrix.c, matrix.d) or 1.0
    return round(size, 1)


def _is_bold(raw: pdfium.FPDF_TEXTPAGE, char: int) -> bool:
    return _BOLD.search(_font(raw, char)) is not None


def _font(raw: pdfium.FPDF_TEXTPAGE, char: int) -> bytes:
    name = ctypes.create_string_buffer(96)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(raw, char, name, len(name), flags)
    return name.value


def _is_heavy(raw: pdfium.FPDF_TEXTPAGE, char: int) -> bool:
    """By its weight, a guess from the width of stems: many programs give low ones for bold fonts, some high for all."""
    weight: int = pdfium.FPDFText_GetFontWeight(raw, char)
    return weight >= 600


def _last_letter(raw: pdfium.FPDF_TEXTPAGE, start: int, text: str) -> int:
    """Return its last letter; of a line without, its first character."""
    letter = _LAST_LETTER.search(text)
    return _char(raw, start + (letter.start() if letter else len(text) - len(text.lstrip())))


def _size_behind(raw: pdfium.FPDF_TEXTPAGE, start: int, text: str) -> float:
    letter = _LAST_LETTER.search(text)
    return _size(raw, _char(raw, start + letter.start())) if letter else 0.0
