"""Which headings hold findings, and which only describe the area, the method or the scale."""

from __future__ import annotations

from pdfs import Sheet

from ingest.classify.sections import Sections
from ingest.extract.pdf import extract_pdf


def test_only_what_describes_the_area_or_the_scale_is_background() -> None:
    sheet = Sheet()
    sheet.line("Inspection of services for children in need of help and protection", size=26)
    sheet.line("Inspection date: 18 February to 12 March 2014", gap=30)
    sheet.paragraph(
        ["Children in Leeds wait for too long, and their parents have to tell their story again."]
    )
    for heading, size in (
        ("Information about this local authority area", 20),
        ("Children and young people living in this area", 16),
        ("Inspection judgements about the local authority", 20),
        ("Leadership, management and governance are good", 16),
        ("Capacity to improve", 20),
        ("Grade 4 (inadequate)", 16),
        ("What the inspection judgements mean", 20),
        ("The local authority", 20),
        ("Information about this inspection", 20),
        ("Executive summary", 16),
    ):
        sheet.heading(heading, size=size)
        sheet.paragraph(["Children are helped in good time by people whom they know well."])
    sections = Sections(extract_pdf(sheet.bytes())).all
    assert [section.heading for section in sections if not section.is_background][2:] == [
        "Inspection judgements about the local authority",
        "Leadership, management and governance are good",
        "Capacity to improve",
        "Capacity to improve",  # the grade alone says not what the text is about
        "Executive summary",
    ]


def test_the_head_of_a_part_with_its_grade_beside_it_begins_a_section() -> None:
    sheet = Sheet()
    for page in range(1, 5):
        sheet.line("The experiences and progress of", gap=28)
        sheet.line("children who need help and protection")
        sheet.at("Requires", 400, sheet.y + 14.4)
        sheet.at("improvement", 400, sheet.y)
        sheet.paragraph([f"Children of page {page} are helped in good time by people whom they know well."])
        sheet.heading("Summary for children" if page == 3 else "Summary")
        sheet.paragraph(["Leadership, management and governance are what a sentence may begin with, too."])
        sheet.new_page()
    assert [section.heading for section in Sections(extract_pdf(sheet.bytes())).all] == [
        "",
        "Summary",
        "Summary",
        "The experiences and progress of children who need help and protection Requires improvement",
        "Summary for children",
        "The experiences and progress of children who need help and protection Requires improvement",
        "The experiences and progress of children who need help and protection Requires improvement",
    ]


def test_the_summary_and_the_findings_of_a_part_stand_under_the_head_of_the_part() -> None:
    sheet = Sheet()
    wanted = []
    for heading, stands in (
        ("Executive summary", "Executive summary"),
        ("Recommendations", "Recommendations"),
        ("Leadership, management and governance", "Leadership, management and governance"),
        ("Summary", "Leadership, management and governance"),
        ("Inspection findings", "Leadership, management and governance"),
        ("The Local Safeguarding Children Board is good", "The Local Safeguarding Children Board is good"),
        ("Executive summary", "The Local Safeguarding Children Board is good"),
        ("Recommendations", "Recommendations"),
        ("Inspection findings", "The Local Safeguarding Children Board is good"),
        ("Progress since the last inspection", "Progress since the last inspection"),
        ("Summary", "Summary"),
    ):
        sheet.heading(heading)
        sheet.paragraph(["Children are helped in good time by people whom they know well."])
        wanted.append(stands)
    assert [section.heading for section in Sections(extract_pdf(sheet.bytes())).all][1:] == wanted
