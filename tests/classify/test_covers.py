"""Covers of reports of 2013 to 2018: however their sentences and cells break, all grades are read."""

from __future__ import annotations

import textwrap
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from pdfs import Sheet

from ingest.classify import read
from ingest.extract.pdf import extract_pdf
from ingest.model import Link

COUNCILS = (
    "Leeds",
    "the London Borough of Camden",
    "St. Helens",
    "the Royal Borough of Kensington and Chelsea",
)
TITLES = (
    "Inspection of services for children in need of help and protection, children looked after and care leavers",
    "Review of the effectiveness of the Local Safeguarding Children Board",
)
LABELS = {
    "help_and_protection": "1. Children who need help and protection",
    "looked_after": "2. Children looked after and achieving permanence",
    "adoption": "2.1 Adoption performance",
    "care_leavers": "2.2 Experiences and progress of care leavers",
    "leadership": "3. Leadership, management and governance",
}
CELLS = {
    "outstanding": ("Outstanding",),
    "good": ("Good",),
    "requires_improvement": (
        "Requires improvement",
        "Requires Improvement",
        "Requires improvement to be good",
    ),
    "inadequate": ("Inadequate",),
    "not_judged": ("Not judged", "Not Judged"),
}
VERDICTS = {"good": "is good", "requires_improvement": "requires improvement", "inadequate": "is inadequate"}
OVERALL = (
    "Children’s services in {council} {verdict} to be good",
    "Children’s services in {council} {verdict}",
    "The overall judgement is that children’s services {verdict}",
)
BOARD = (
    "The Local Safeguarding Children Board {verdict}",
    "The effectiveness of the Local Safeguarding Children Board (LSCB) {verdict}",
    "Leeds Safeguarding Children Board {verdict}",
)
SUMMARY = (
    "The quality of the work with children is good in some teams and inadequate in others, so that too many children "
    "wait for help. Managers know this, and what they have begun to do about it is outstanding in places."
)
BECAUSE = (
    "No child was found to be at immediate risk. Some families wait for help, and the authority knows which: it has "
    "begun to act upon this, and has plans that say what is to be done by whom."
)


@st.composite
def covers(draw: st.DrawFn) -> tuple[bytes, dict[str, str]]:
    """A report with its cover, and its grades."""
    sheet = Sheet()
    council = draw(st.sampled_from(COUNCILS))
    for title, size in ((council[0].upper() + council[1:], 26), *((title, 16) for title in TITLES)):
        for text in textwrap.wrap(title, 60 if size == 16 else 30):
            sheet.line(text, size=size, gap=size * 1.2)
    sheet.line("Inspection date: 6 – 30 July 2015", gap=30)
    grades = {
        "overall": draw(st.sampled_from(sorted(VERDICTS))),
        "lscb": draw(st.sampled_from(sorted(VERDICTS))),
    }
    width = draw(st.sampled_from([40, 75]))

    def sentence(words: str, verdict: str) -> None:
        said = (
            words.format(council=council, verdict=verdict)
            if "improve" in verdict
            else words.replace(" to be good", "")
        )
        for nth, text in enumerate(textwrap.wrap(said.format(council=council, verdict=verdict), width)):
            sheet.line(text, gap=15 if nth else 30)

    sentence(draw(st.sampled_from(OVERALL)), VERDICTS[grades["overall"]])
    if draw(st.booleans()):
        sheet.paragraph(textwrap.wrap(BECAUSE, 80))
    label_width, cell_width = draw(st.sampled_from([24, 34, 60])), draw(st.sampled_from([12, 40]))
    gap, place = draw(st.sampled_from([20, 28, 34])), draw(st.sampled_from([0.0, 0.5, 1.0]))
    for area, label in LABELS.items():
        grades[area] = draw(st.sampled_from(sorted(CELLS)))
        cells = (
            (77, textwrap.wrap(label, label_width)),
            (380, textwrap.wrap(draw(st.sampled_from(CELLS[grades[area]])), cell_width)),
        )
        tallest = max(len(lines) for _, lines in cells)
        top = sheet.y - gap
        for x, lines in cells:
            for nth, text in enumerate(lines):
                sheet.at(text, x, top - (place * (tallest - len(lines)) + nth) * 14.4)
        sheet.y = top - (tallest - 1) * 14.4
    if draw(st.booleans()):
        sheet.new_page()
    sentence(draw(st.sampled_from(BOARD)), VERDICTS[grades["lscb"]])
    for _ in range(3):
        sheet.paragraph(textwrap.wrap(SUMMARY, 80))
    return sheet.bytes(), grades


@settings(max_examples=60, deadline=None)
@given(covers())
def test_the_grades_of_any_cover_are_read_and_are_no_findings(cover: tuple[bytes, dict[str, str]]) -> None:
    body, expected = cover
    reading = read(extract_pdf(body), Link("s", "https://files.example/1", published_on=date(2015, 9, 15)))
    (inspection,) = reading.inspections
    assert inspection.kind == "sif_inspection"
    assert {judgement.area: judgement.grade for judgement in inspection.judgements} == expected
    assert not any("Adoption" in finding.quote for finding in reading.findings)


def test_a_grade_beside_the_head_of_a_part_is_compared_with_the_cover() -> None:
    for grade, disputes in (("Good", 0), ("Inadequate", 1)):
        sheet = Sheet()
        sheet.line("Leeds City Council", size=26)
        sheet.line(TITLES[0][:63], size=14, gap=20)
        sheet.line("Inspection date: 6 to 30 July 2015", gap=20)
        sheet.line("Children’s services in Leeds are good", size=14, gap=20)
        for label in LABELS.values():
            sheet.line(label, gap=24)
            sheet.at("Good", 420, sheet.y)
        for _ in range(2):
            sheet.new_page()
            sheet.paragraph(["Text of the report, of which there is much more than of anything else."] * 9)
        sheet.line("Leadership, management and", gap=28)
        sheet.line("governance")
        sheet.at(grade, 420, sheet.y)
        sheet.paragraph(["Leaders know their services well."])
        reading = read(extract_pdf(sheet.bytes()), Link("s", "https://example.org/a"))
        assert len(reading.disputes) == disputes
