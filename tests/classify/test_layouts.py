"""However a table of grades breaks over its lines, and a list over its pages, the same is read.

The documents that are at hand have some of the layouts that there are; these are drawn at random.
"""

from __future__ import annotations

import re
import textwrap
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from pdfs import Run, Sheet

from ingest.classify import read
from ingest.extract.pdf import extract_pdf
from ingest.model import Link

LABELS = {
    "leaders": "The impact of leaders on social work practice with children and families",
    "help_and_protection": "The experiences and progress of children who need help and protection",
    "children_in_care": "The experiences and progress of children in care",
    "care_leavers": "The experiences and progress of care leavers",
    "overall": "Overall effectiveness",
}
GRADES = {
    "outstanding": ("Outstanding",),
    "good": ("Good",),
    "requires_improvement": ("Requires improvement to be good", "Requires improvement"),
    "inadequate": ("Inadequate",),
}
SUMMARY = (
    "Most children now benefit from timely and effective help. Senior leaders know their services well. Overall "
    "effectiveness is supported by a stable workforce, and the impact of leaders is good and outstanding in parts."
)
COVERS = (
    (("Inspection of Leeds children’s services", 26),),
    (("Leeds City Council", 26), ("Inspection of children’s social care services", 16)),
    (("Leeds Inspection of", 26), ("children’s social care services", 26)),
)
"""Lines of the title and their size; in the last, council and title are one block."""


@st.composite
def tables(draw: st.DrawFn) -> tuple[bytes, dict[str, str]]:
    """A report whose cells are wrapped, aligned and spaced anyhow, and its grades."""
    sheet = Sheet()
    for text, size in draw(st.sampled_from(COVERS)):
        sheet.line(text, size=size, gap=31)
    sheet.line("Inspection dates: 6 to 17 December 2021", gap=30)
    sheet.line("Lead inspector: Ada Example, Her Majesty’s Inspector", gap=24)
    sheet.line("Judgement", gap=40, x=77, bold=True)
    width, grade_width = draw(st.sampled_from([30, 36, 42])), draw(st.sampled_from([12, 16, 22, 40]))
    place = draw(st.sampled_from([0.0, 0.5, 1.0]))  # of the shorter cell beside the longer
    pitch, gap = draw(st.sampled_from([13.0, 14.4, 16.0])), draw(st.sampled_from([20, 28, 34]))
    stop = draw(st.sampled_from(["", "", "."]))
    given_grades = {}
    drawn: list[Run] = []
    for area in draw(st.permutations(list(LABELS))):
        given_grades[area] = draw(st.sampled_from(list(GRADES)))
        cells = (
            (77, textwrap.wrap(LABELS[area] + stop, width)),
            (340, textwrap.wrap(draw(st.sampled_from(GRADES[given_grades[area]])), grade_width)),
        )
        tallest = max(len(lines) for _, lines in cells)
        top = sheet.y - gap
        for x, lines in cells:
            for nth, text in enumerate(lines):
                drawn.append((text, x, top - (place * (tallest - len(lines)) + nth) * pitch))
        sheet.y = top - (tallest - 1) * pitch
    order = draw(st.sampled_from(["text last", "text overleaf", "table last"]))
    if order == "table last":
        sheet.paragraph(textwrap.wrap(SUMMARY, 80))
    for run in drawn:
        sheet.at(*run)
    if order == "text overleaf":
        sheet.new_page()
    if order != "table last":
        sheet.paragraph(textwrap.wrap(SUMMARY, 80))
    return sheet.bytes(), given_grades


@settings(max_examples=60, deadline=None)
@given(tables())
def test_the_grades_of_any_table_are_read(table: tuple[bytes, dict[str, str]]) -> None:
    body, expected = table
    reading = read(extract_pdf(body), Link("s", "https://files.example/1", published_on=date(2022, 2, 11)))
    (inspection,) = reading.inspections
    assert inspection.gss == "E08000035"
    assert (inspection.started_on, inspection.ended_on) == (date(2021, 12, 6), date(2021, 12, 17))
    assert {judgement.area: judgement.grade for judgement in inspection.judgements} == expected


ITEMS = (
    "The timeliness and quality of assessments, so that children’s needs are understood before plans are made",
    "Management oversight and supervision",
    "Return home interviews when children go missing from home or care, including the sharing of what is learned with "
    "the police, schools and others who know the child",
    "The use of chronologies in multi-agency meetings",
    "The recording of decisions about thresholds, including step-up and step-down, and of the rationale for no "
    "further action when contacts are closed",
    "Care leavers’ access to their health histories",
)
TITLE = "Focused visit to Leeds children’s services"
PROSE = "Social workers know their children well and visit them often, and most plans are clear about what must change."


class Letter(Sheet):
    """A letter that goes on to the next page where the page ends, with a head and a number on each."""

    def __init__(self, foot: float, head: str, number_at: tuple[float, float]) -> None:
        super().__init__()
        self._foot, self._head, self._number_at, self._page = foot, head, number_at, 1
        self.late: list[tuple[str, float]] = []
        """Marks of bullets that are drawn after all the text of their page, and their heights."""

    def flow(self, text: str, *, x: float = 72, bold: bool = False, gap: float = 14.4) -> None:
        """Write a line, here or overleaf."""
        if self.y - gap < self._foot:
            self.draw_marks()
            self.new_page()
            self._page += 1
            self.at(str(self._page), *self._number_at)
            if self._head:
                self.at(self._head, 72, 810, size=9)
        self.line(text, x=x, bold=bold, gap=gap)

    def draw_marks(self) -> None:
        """Draw what was left for the end of the page."""
        for mark, y in self.late:
            self.at(mark, 72, y)
        self.late.clear()


@st.composite
def letters(draw: st.DrawFn) -> tuple[bytes, list[str]]:
    """A letter with a list that may stand anywhere on its pages, and the items of the list."""
    head = draw(st.sampled_from(["", TITLE]))
    letter = Letter(
        draw(st.sampled_from([90.0, 110.0, 130.0])),
        head,
        draw(st.sampled_from([(518, 59), (300, 59), (518, 800)])),
    )
    letter.flow(TITLE, bold=True)
    letter.flow("This letter summarises the findings of the focused visit to Leeds", gap=28)
    letter.flow("children’s services on 27 and 28 October 2021.")

    def prose(count: int) -> None:
        for _ in range(count):
            for nth, text in enumerate(textwrap.wrap(PROSE, 76)):
                letter.flow(text, gap=14.4 if nth else 26)

    bold = draw(st.booleans())
    letter.flow("Headline findings", bold=bold, gap=26)
    prose(draw(st.integers(1, 16)))
    letter.flow(draw(st.sampled_from(["What needs to improve?", "Areas for improvement"])), bold=bold, gap=26)
    items = draw(st.lists(st.sampled_from(ITEMS), min_size=1, unique=True))
    mark, end = draw(st.sampled_from("•-■▪o")), draw(st.sampled_from(["", "."]))
    gap, under = draw(st.sampled_from([15.0, 18.0, 26.0])), draw(st.sampled_from([90.0, 72.0]))
    late, mark_size, mark_bold = draw(st.booleans()), draw(st.sampled_from([9, 12, 16])), draw(st.booleans())
    for item in items:
        for nth, text in enumerate(textwrap.wrap(item + end, 72)):
            letter.flow(text, x=under if nth else 90, gap=14.4 if nth else gap)
            if nth == 0 and late:
                letter.late.append((mark, letter.y))
            elif nth == 0:
                letter.at(mark, 72, letter.y, size=mark_size, bold=mark_bold)
    letter.flow("Main findings", bold=bold, gap=26)
    prose(draw(st.integers(1, 6)))
    letter.draw_marks()
    return letter.bytes(), items


@settings(max_examples=60, deadline=None)
@given(letters())
def test_the_items_of_any_list_are_read_whole_and_in_order(letter: tuple[bytes, list[str]]) -> None:
    body, expected = letter
    reading = read(extract_pdf(body), Link("s", "https://files.example/1", published_on=date(2021, 12, 1)))
    listed = [finding.quote for finding in reading.findings if finding.kind != "statement"]
    assert [re.sub(r"\s+", " ", quote).rstrip(".") for quote in listed] == expected
