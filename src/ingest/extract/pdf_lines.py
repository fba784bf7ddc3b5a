"""PDF bytes -> lines with their place and type, through pdfium.

Only the first and last character of a line are measured, so this costs a fifth more than text alone.
pdfium crashes under threads and hostile files eat memory: call this in a child process with limits.
"""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.errors import LimitError, UnreadableError

HYPHEN_MARKS = ("\ufffe", "\x02")
"""What pdfium writes for a hyphen at a line end, instead of the hyphen and the line break."""
MOST_PAGES = 20_000
MOST_CHARACTERS = 10_000_000
"""Far more than any letter or report has; a file beyond this is refused before it takes all time and memory."""
SMALLEST = 4.0
"""Points below which nobody sets type to be read."""


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
        pages, room = [], MOST_CHARACTERS
        for index in range(count):
            page, characters = _page(document, index, room)
            pages.append(page)
            room -= characters
        return tuple(pages)
    except pypdfium2.PdfiumError as error:
        raise UnreadableError(f"a page of the PDF is damaged: {error}") from error
    finally:
        document.close()


def _page(document: pypdfium2.PdfDocument, index: int, room: int) -> tuple[Page, int]:
    """Return a page and how many characters it holds; LimitError where they are more than `room`."""
    page = document[index]
    textpage = page.get_textpage()
    try:
        characters: int = textpage.count_chars()
        if characters > room:
            raise LimitError(
                f"the PDF holds more than {MOST_CHARACTERS:,} characters; that much is not read."
            )
        return Page(index + 1, page.get_height(), tuple(_lines(textpage, index + 1))), characters
    finally:
        textpage.close()
        page.close()


def _lines(textpage: pypdfium2.PdfTextPage, number: int) -> list[Line]:
    raw = textpage.raw
    x, y = ctypes.c_double(), ctypes.c_double()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    lines: list[Line] = []
    position = 0
    for run in textpage.get_text_range().split("\r\n"):
        start = position
        for mark in HYPHEN_MARKS:
            run = run.replace(mark, HYPHEN_MARKS[0])
        parts = run.split(HYPHEN_MARKS[0])
        for nth, part in enumerate(parts):
            stripped = part.strip()
            if stripped:
                first = start + len(part) - len(part.lstrip())
                char = pdfium.FPDFText_GetCharIndexFromTextIndex(raw, first)
                pdfium.FPDFText_GetCharOrigin(raw, char, x, y)
                last = pdfium.FPDFText_GetCharIndexFromTextIndex(raw, start + len(part.rstrip()) - 1)
                pdfium.FPDFText_GetCharBox(raw, last, left, right, bottom, top)
                lines.append(
                    Line(
                        text=stripped,
                        page=number,
                        x=x.value,
                        right=right.value,
                        y=y.value,
                        size=_size(raw, char),
                        bold=_is_bold(raw, char),
                        joins_next=nth < len(parts) - 1,
                    )
                )
            start += len(part) + 1
        position += len(run) + 2
    return lines


def _size(raw: pdfium.FPDF_TEXTPAGE, char: int) -> float:
    """In points; some programs set type of size 1 and scale the page instead."""
    size: float = pdfium.FPDFText_GetFontSize(raw, char)
    if size < SMALLEST:
        matrix = pdfium.FS_MATRIX()
        if pdfium.FPDFText_GetMatrix(raw, char, matrix):
            size *= math.hypot(matrix.b, matrix.d)
    return round(size, 1)


def _is_bold(raw: pdfium.FPDF_TEXTPAGE, char: int) -> bool:
    """By the font's weight; a standard font that is not embedded has none, and says it in its name."""
    weight: int = pdfium.FPDFText_GetFontWeight(raw, char)
    if weight > 0:
        return weight >= 600
    name = ctypes.create_string_buffer(96)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(raw, char, name, len(name), flags)
    return b"bold" in name.value.lower()
