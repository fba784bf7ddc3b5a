"""Make the sample's PDFs from letters/*.txt: `python -m ingest.sample.make_pdfs [FOLDER]`.

Needs reportlab (a development package); the PDFs are kept in pages/ofsted/, so that users do not. The
same text gives the same bytes. The layout is that of a real letter, in the order in which a real one's
content comes: page number first, the office's address last on page 1.

Letters are plain text: blank lines divide paragraphs, `# ` begins a heading, `- ` a bullet, `===` a new page;
before the first heading, line breaks are kept.
"""

from __future__ import annotations

import sys
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.pdfbase.pdfmetrics import registerFont  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]
from reportlab.platypus import (  # type: ignore[import-untyped]
    BaseDocTemplate,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Paragraph,
)

NOTE = "Sample letter of the ingest project: public facts restated in our own words."
OFFICE = (
    (72, "Ofsted\nPiccadilly Gate\nStore Street\nManchester\nM1 2WD"),
    (170, "T 0300 123 1231\nTextphone 0161 618 8524\nenquiries@ofsted.gov.uk\nwww.gov.uk/ofsted"),
)
MARGIN = 70
# reportlab's own free fonts: unlike the standard ones they tell a reader their weight, as real letters' do
for _font in ("Vera", "VeraBd"):
    registerFont(TTFont(_font, f"{_font}.ttf"))
BODY = ParagraphStyle("body", fontName="Vera", fontSize=11, leading=14.3, spaceAfter=10)
HEADING = ParagraphStyle("heading", BODY, fontName="VeraBd", spaceBefore=4, keepWithNext=True)
BULLET = ParagraphStyle("bullet", BODY, leftIndent=18, bulletIndent=0, spaceAfter=3)
TRUNCATED_AT = 32_768
"""Bytes that arrive of the truncated copy: they end before the page tree, so that no reader can mend it."""


def letter_pdf(text: str) -> bytes:
    """Typeset one letter; the same text gives the same bytes."""
    out = BytesIO()
    width, height = A4
    first = Frame(MARGIN, 80, width - 2 * MARGIN, height - 190, id="first", showBoundary=0)
    later = Frame(MARGIN, 80, width - 2 * MARGIN, height - 160, id="later", showBoundary=0)
    document = BaseDocTemplate(
        out, pagesize=A4, invariant=1, pageCompression=0, title=_title(text), author="ingest", subject=NOTE
    )
    document.addPageTemplates(
        [
            PageTemplate("first", [first], onPageEnd=_draw_office, autoNextPageTemplate="later"),
            PageTemplate("later", [later], onPage=_draw_number),
        ]
    )
    document.build([*_flowables(text), Paragraph(NOTE, BODY)])
    return out.getvalue()


def make(folder: Path) -> list[Path]:
    """Write the letter, and a copy of it that broke off, into `folder`."""
    text = files("ingest.sample") / "letters" / "2021-12-01-focused-visit.txt"
    whole = letter_pdf(text.read_text("utf-8"))
    made = {folder / "2021-12-01-focused-visit.pdf": whole, folder / "truncated.pdf": whole[:TRUNCATED_AT]}
    for path, body in made.items():
        path.write_bytes(body)
    return list(made)


def _flowables(text: str) -> list[Flowable]:
    found: list[Flowable] = []
    in_head = True
    for part in text.strip().split("\n\n"):
        if part.startswith("# "):
            in_head = False
            found.append(Paragraph(escape(part[2:]), HEADING))
        elif part == "===":
            found.append(PageBreak())
        elif part.startswith("- "):
            found += [Paragraph(escape(line[2:]), BULLET, bulletText="•") for line in part.splitlines()]
        else:
            body = escape(part)
            found.append(Paragraph(body.replace("\n", "<br/>") if in_head else body, BODY))
    return found


def _title(text: str) -> str:
    return next(line[2:] for line in text.splitlines() if line.startswith("# "))


def _draw_number(canvas: Canvas, document: BaseDocTemplate) -> None:
    canvas.setFont("Vera", 11)
    canvas.drawRightString(A4[0] - MARGIN, 59, str(canvas.getPageNumber()))


def _draw_office(canvas: Canvas, document: BaseDocTemplate) -> None:
    canvas.setFont("Vera", 8.5)
    for left, lines in OFFICE:
        text = canvas.beginText(left, 797)
        text.setLeading(10.5)
        text.textLines(lines)
        canvas.drawText(text)
    canvas.setFont("Vera", 8)
    canvas.drawString(MARGIN, 40, NOTE)


if __name__ == "__main__":
    target = (
        Path(sys.argv[1]) if len(sys.argv) > 1 else Path(str(files("ingest.sample") / "pages" / "ofsted"))
    )
    sys.stdout.write("".join(f"{path}\n" for path in make(target)))
