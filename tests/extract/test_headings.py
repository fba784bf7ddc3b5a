"""Headings of PDFs: by their type where it tells, by their words where it does not, over lines and pages."""

from __future__ import annotations

from pdfs import Sheet

from ingest.extract.pdf import extract_pdf

from .conftest import texts


def test_a_line_that_only_begins_in_bold_is_no_heading() -> None:
    sheet = Sheet()
    for _ in range(5):
        sheet.line("Lines of the usual distance, of which there are the most.")
    sheet.heading("Practice study")
    sheet.line("Robin", bold=True, gap=28)
    sheet.at("was helped early, and the worker whom the child knew well", 110, sheet.y)
    sheet.line("went on with this.")
    sheet.line("Findings", bold=True, gap=28)
    sheet.at("2", 130, sheet.y + 4, size=7)
    sheet.line("Staff are clear.", gap=28)
    read = extract_pdf(sheet.bytes())
    assert texts(read, "heading")[0] == "Practice study"
    assert texts(read, "heading")[1].startswith("Findings")
    assert texts(read, "paragraph")[-2:] == [
        "Robin was helped early, and the worker whom the child knew well went on with this.",
        "Staff are clear.",
    ]


def test_a_case_study_has_a_heading_also_where_nothing_in_the_type_says_so() -> None:
    sheet = Sheet()
    for _ in range(5):
        sheet.line("Lines of the usual distance, of which there are the most.")
    sheet.line("Case Study: highly effective practice", gap=28)
    sheet.line("Robin was helped early.", gap=28)
    sheet.line("Practice study: area(s) for improvement", gap=28)
    sheet.line("Case study: Robin was helped late.", gap=28)
    assert texts(extract_pdf(sheet.bytes()), "heading") == [
        "Case Study: highly effective practice",
        "Practice study: area(s) for improvement",
    ]


def test_a_heading_that_a_short_page_draws_last_stands_above_its_text() -> None:
    sheet = Sheet()
    sheet.paragraph(["Text of the first page is long enough to be read as the body of the page."] * 5)
    sheet.new_page()
    sheet.at("Ensure that plans are timely, and that they say who does what by when, so", 72, 693)
    sheet.at("that nothing is left undone.", 72, 678.6)
    sheet.at("Recommendations", 79, 732, bold=True)
    read = extract_pdf(sheet.bytes())
    assert [block.kind for block in read.blocks][-2:] == ["heading", "paragraph"]


def test_a_heading_goes_on_overleaf() -> None:
    sheet = Sheet()
    sheet.paragraph(["Text of the first page is long enough to be read as the body of the page."] * 5)
    sheet.heading("The impact of leaders on social work practice with children and", size=14)
    sheet.new_page()
    sheet.line("families: good", size=14, bold=True)
    sheet.heading("Main findings", size=14)
    assert texts(extract_pdf(sheet.bytes()), "heading") == [
        "The impact of leaders on social work practice with children and families: good",
        "Main findings",
    ]


def test_a_heading_that_begins_several_pages_is_no_running_head() -> None:
    sheet = Sheet()
    sheet.paragraph(["Text of the first page is long enough to be read as the body of the page."])
    for page in range(2, 9):
        sheet.new_page()
        sheet.at("Inspection of Exampleshire", 72, 810, size=9)
        if page in (3, 6):
            sheet.at("Inspection findings", 72, 770, bold=True)
        sheet.paragraph([f"Text of page {page} is long enough to be read as the body of the page."])
    assert texts(extract_pdf(sheet.bytes()), "heading") == ["Inspection findings", "Inspection findings"]


def test_the_lines_of_a_heading_may_differ_by_a_tenth_of_a_point() -> None:
    sheet = Sheet()
    sheet.line("Inspection of Exampleshire local", size=26)
    sheet.line("authority children's services", size=25.9, gap=31)
    for _ in range(5):
        sheet.line("Lines of the usual distance, of which there are the most.", gap=14.4)
    assert texts(extract_pdf(sheet.bytes()), "heading") == [
        "Inspection of Exampleshire local authority children's services"
    ]
