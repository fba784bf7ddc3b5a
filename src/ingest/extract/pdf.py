"""PDF -> Extracted: lines are put together to headings, paragraphs, bullets and table rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, zip_longest

from ingest.errors import UnreadableError
from ingest.extract.compose import SUSPENDED, Composer, Vocabulary, resolve_hyphen
from ingest.extract.drafts import Draft, breaks_early, drafts_of, is_beside
from ingest.extract.furniture import body_size, strip_furniture
from ingest.extract.pdf_lines import Line, Page, read_lines
from ingest.model import Extracted


def extract_pdf(body: bytes) -> Extracted:
    """Read a PDF as blocks with pages.

    Raises:
        UnreadableError: not a whole, open PDF, or one without a text layer.
    """
    pages = read_lines(body)
    size = body_size(pages)
    margin = _right_margin(pages, size)
    flow = strip_furniture(pages)
    drafts = drafts_of(flow, size, margin)
    if not drafts:
        raise UnreadableError("the PDF has no text layer: it may be a scan. Run it through OCR first.")
    known = _vocabulary([line for page in flow for line in page])
    composer = Composer()
    for draft in drafts:
        breaks = margin if draft.kind == "paragraph" and draft.first.page == 1 else None
        cells = [_join(lines, known, breaks) for lines in (draft.lines, *draft.cells)]
        composer.add(
            draft.kind,
            "\t".join(cells),
            page=draft.first.page,
            level=draft.level,
            prefix=draft.prefix,
            turns=_turns(draft, known),
        )
    return Extracted(
        title=_title(drafts, known),
        text=composer.text,
        blocks=composer.blocks,
        page_starts=composer.page_starts(len(pages)),
    )


def _vocabulary(lines: Sequence[Line]) -> Vocabulary:
    """Return the words of a document without the parts of those that line ends divide."""
    whole: list[str] = []
    divided: list[tuple[str, str]] = []
    cut = False
    for line, following in zip_longest(lines, lines[1:]):
        text = line.text.partition(" ")[2] if cut else line.text
        cut = _ends_divided(line)
        whole.append(text.rpartition(" ")[0] if cut else text)
        if cut and following:
            divided.append((line.text.removesuffix("-"), following.text))
    return Vocabulary(whole, divided)


def _turns(draft: Draft, known: Vocabulary) -> list[tuple[int, int]]:
    """Return the pages on which a block goes on, and where in its text; a row is where it begins."""
    if draft.cells or draft.first.page == draft.last.page:
        return []
    return [
        (line.page, len(_join(draft.lines[:number], known)))
        for number, (before, line) in enumerate(pairwise(draft.lines), start=1)
        if line.page != before.page
    ]


def _right_margin(pages: Sequence[Page], size: float) -> float:
    """Return how far to the right running text goes, in points."""
    ends = sorted(line.right for page in pages for line in page.lines if line.size == size)
    return ends[int(0.95 * (len(ends) - 1))] if ends else 0.0


def _join(lines: Sequence[Line], known: Vocabulary, margin: float | None = None) -> str:
    """Put the lines of a block together; with a margin, keep the breaks that were made on purpose."""
    text = lines[0].text
    for before, line in pairwise(lines):
        beside = is_beside(before, line)
        if _ends_divided(before):
            text = resolve_hyphen(text.removesuffix("-"), line.text, known)
        elif margin and before.page == line.page and not beside and breaks_early(before, line, margin):
            text += "\n" + line.text
        elif _is_glued(text, line.text) or (beside and line.text[0] in ".,;:"):
            text += line.text
        else:
            text += " " + line.text
    return "\n".join(" ".join(part.split()) for part in text.split("\n"))


def _ends_divided(line: Line) -> bool:
    """Say whether a line ends on the hyphen of a word; the last of a cell may have it as a character."""
    return line.joins_next or (line.text[-1] == "-" and line.text[-2:-1].isalpha())


def _is_glued(text: str, following: str) -> bool:
    """Say whether a hyphen, dash or slash at the end of a line stands between two words without a space."""
    if text[-1] not in "–/-" or not following[0].isalnum() or SUSPENDED.match(following):
        return False
    return text[-2:-1].isalnum() or text[-2:-1] in tuple("’”)")


def _title(drafts: Sequence[Draft], known: Vocabulary) -> str:
    """The largest heading of page 1; in a letter, where all is one size, the first one."""
    headings = [draft for draft in drafts if draft.kind == "heading" and draft.first.page == 1]
    if not headings:
        return ""
    return _join(max(headings, key=lambda draft: draft.first.size).lines, known)
