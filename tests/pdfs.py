"""Small PDFs written for the tests, in the shape of Ofsted's letters and reports."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

Run = tuple[str, float, float]
"""Text, x and y in points from the lower left corner."""


class Sheet:
    """Writes lines down a page, as a word processor would."""

    def __init__(self, *, scale: float = 1) -> None:
        self._file = io.BytesIO()
        self._canvas = Canvas(self._file, pagesize=A4, invariant=1)
        self._scale = scale
        self.y = 740.0

    def line(
        self, text: str, *, x: float = 72, size: float = 12, bold: bool = False, gap: float = 14.4
    ) -> None:
        """Write a line `gap` points below the one before."""
        self.y -= gap
        self.at(text, x, self.y, size=size, bold=bold)

    def at(self, text: str, x: float, y: float, *, size: float = 12, bold: bool = False) -> None:
        """Write text at a place."""
        self._canvas.saveState()
        self._canvas.scale(self._scale, self._scale)
        self._canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size / self._scale)
        self._canvas.drawString(x / self._scale, y / self._scale, text)
        self._canvas.restoreState()

    def paragraph(self, lines: Sequence[str], *, x: float = 72) -> None:
        """Write lines that belong together, with space above."""
        for number, text in enumerate(lines):
            self.line(text, x=x, gap=28 if number == 0 else 14.4)

    def bullets(self, items: Sequence[Sequence[str]], *, mark: str = "•") -> None:
        """Write a bulleted list; each item is its lines."""
        for lines in items:
            for number, text in enumerate(lines):
                if number == 0:
                    self.line(f"{mark} {text}", gap=20)
                else:
                    self.line(text, x=93)

    def heading(self, text: str, *, size: float = 12) -> None:
        """Write a bold line with space around it."""
        self.line(text, size=size, bold=True, gap=28)

    def new_page(self) -> None:
        """Go to the next page."""
        self._canvas.showPage()
        self.y = 740.0

    def bytes(self) -> bytes:
        """Return the whole PDF."""
        self._canvas.save()
        return self._file.getvalue()


def focused_visit(name: str = "Exampleshire") -> bytes:
    """Return a letter of two pages about a council that does not exist."""
    sheet = Sheet()
    sheet.at("Ofsted", 72, 797, size=9)
    sheet.at("Piccadilly Gate", 72, 787, size=9)
    sheet.at("Manchester M1 2WD", 72, 776, size=9)
    sheet.at("www.gov.uk/ofsted", 169, 776, size=9)
    sheet.line("1 December 2021")
    sheet.paragraph(["A. Person", f"Director, {name} Council", "1 Reading Lane"])
    sheet.paragraph(["Dear Director"])
    sheet.heading(f"Focused visit to {name} children's services")
    sheet.paragraph(
        [
            f"This letter summarises the findings of the focused visit to {name} children's",
            "services on 27 and 28 October 2021. Her Majesty's Inspectors for this visit were",
            "Ada Example and Zoë Sample.",
        ]
    )
    sheet.paragraph(["Inspectors looked at the local authority's arrangements for children in care."])
    sheet.heading("Headline findings")
    sheet.paragraph(
        [
            "Most children live with settled carers who meet their needs. For some children,",
            "reviews are not held soon enough and this continues on the next",
        ]
    )
    sheet.new_page()
    sheet.at("2", 518, 59)
    sheet.line("page of this letter.")
    sheet.heading("What needs to improve in this area of social work practice?")
    sheet.bullets(
        [
            ["Timeliness of reviews."],
            ["Take-up of return home interviews when children go missing from home or", "care."],
        ]
    )
    sheet.heading("Main findings")
    sheet.paragraph(["Social workers know their children well. Caseloads are too high."])
    sheet.paragraph(["Yours sincerely"])
    sheet.paragraph(["Ada Example"])
    sheet.line("Her Majesty's Inspector", bold=True)
    return sheet.bytes()


def ilacs_report(
    name: str = "Exampleshire",
    dates: str = "6 to 17 December 2021",
    *,
    rows: Sequence[tuple[str, str]],
    restated: str = "",
) -> bytes:
    """Return the first pages of an inspection report with a table of grades."""
    sheet = Sheet()
    sheet.line(f"Inspection of {name} local", size=26)
    sheet.line("authority children's services", size=26, gap=31)
    sheet.line(f"Inspection dates: {dates}", bold=True, gap=30)
    sheet.line("Lead inspector: Ada Example, Her Majesty's Inspector", bold=True, gap=24)
    sheet.line("Judgement", bold=True, gap=40, x=77)
    sheet.at("Grade", 303, sheet.y, bold=True)
    for label, grade in rows:
        first, _, second = label.partition("|")
        sheet.line(first, x=77, gap=28)
        top = sheet.y
        if second:
            sheet.line(second, x=77)
        sheet.at(grade, 303, top)
    sheet.paragraph(
        ["Children benefit from timely help. Senior leaders know their services well and have", "plans."]
    )
    sheet.heading("What needs to improve?", size=14)
    sheet.bullets([["The quality of plans for children, including:"]], mark="•")
    sheet.line("- plans for disabled children", x=95, gap=20)
    sheet.line("- pathway plans.", x=95, gap=20)
    sheet.bullets([["Management oversight."]])
    if restated:
        sheet.new_page()
        sheet.heading(restated, size=14)
        sheet.paragraph(["Children in care benefit from settled homes and from workers whom they know well."])
    return sheet.bytes()
