"""PDFs become what a person reads: blocks in order, without the furniture."""

from __future__ import annotations

import io
import random

import pytest
from pdfs import Sheet, focused_visit, ilacs_report
from pypdfium2 import PdfTextPage
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ingest.errors import UnreadableError
from ingest.extract.pdf import extract_pdf

from .conftest import texts


def test_a_letter_is_read_in_order_without_letterhead_and_page_numbers() -> None:
    letter = extract_pdf(focused_visit())
    assert letter.title == "Focused visit to Exampleshire children's services"
    assert letter.pages == 2
    assert "Piccadilly" not in letter.text
    assert "gov.uk/ofsted" not in letter.text
    assert texts(letter, "heading")[1:] == [
        "Headline findings",
        "What needs to improve in this area of social work practice?",
        "Main findings",
        "Her Majesty's Inspector",
    ]
    assert texts(letter, "bullet") == [
        "Timeliness of reviews.",
        "Take-up of return home interviews when children go missing from home or care.",
    ]


def test_a_sentence_goes_on_under_a_gap_but_a_new_one_does_not() -> None:
    sheet = Sheet()
    for _ in range(5):
        sheet.line("Lines of the usual distance, of which there are the most.")
    sheet.line("Reports do not use what they have from user", gap=40)
    sheet.line("feedback and complaints.", gap=20.4)
    sheet.line("Staff are clear.", gap=20.4)
    assert [" ".join(text.split()) for text in texts(extract_pdf(sheet.bytes()), "paragraph")][-2:] == [
        "Reports do not use what they have from user feedback and complaints.",
        "Staff are clear.",
    ]


def test_a_sentence_goes_on_over_the_page() -> None:
    letter = extract_pdf(focused_visit())
    assert any(
        "this continues on the next page of this letter." in text for text in texts(letter, "paragraph")
    )


def test_the_page_of_a_place_is_known_also_inside_a_paragraph() -> None:
    sheet = Sheet()
    sheet.paragraph(["A paragraph begins on the first page and", "it goes on"])
    sheet.new_page()
    sheet.new_page()
    sheet.line("over the page. Then it ends.")
    read = extract_pdf(sheet.bytes())
    assert read.text == "A paragraph begins on the first page and it goes on over the page. Then it ends."
    assert [read.page_at(read.text.index(word)) for word in ("A par", "goes", "over", "Then")] == [1, 1, 3, 3]
    assert read.pages == 3


def test_a_table_of_grades_is_rows_and_sub_bullets_have_their_level() -> None:
    rows = [
        ("The impact of leaders on social work|practice with children and families", "Good"),
        ("The experiences and progress of|children in care", "Requires improvement to be good"),
    ]
    report = extract_pdf(ilacs_report(rows=rows))
    assert texts(report, "row") == [label.replace("|", " ") + "\t" + grade for label, grade in rows]
    assert [block.level for block in report.blocks if block.kind == "bullet"] == [1, 2, 2, 1]


def test_a_page_for_children_in_large_type_is_sentences_and_no_headings() -> None:
    sheet = Sheet()
    sheet.heading("Summary for children")
    for _ in range(20):
        sheet.line("Text in the usual type, of which there is the most.")
    sheet.new_page()
    for number, text in enumerate(
        ["Your social worker may change, and", "this can be hard. They listen to you.", "We like it."]
    ):
        sheet.line(f"\uf06e {text}" if number == 0 else text, x=72 if number == 0 else 90, size=14, gap=17)
    for number, text in enumerate(
        ["Many of you like where you", "live. You told us so. You", "can always ask for help."]
    ):
        sheet.line(text, size=14, gap=17 if number else 40)
    read = extract_pdf(sheet.bytes())
    assert texts(read, "bullet") == [
        "Your social worker may change, and this can be hard. They listen to you. We like it."
    ]
    assert (
        texts(read, "paragraph")[-1]
        == "Many of you like where you live. You told us so. You can always ask for help."
    )
    assert texts(read, "heading") == ["Summary for children"]


def test_text_behind_the_mark_of_a_footnote_stays_in_its_line() -> None:
    sheet = Sheet()
    sheet.paragraph(["Inspectors looked at the help for children in the town of Sampleton."])
    sheet.at("They came in May.", 72, 200)
    sheet.at("1", 170, 204, size=7)
    sheet.at("This time they stayed", 176, 200)
    sheet.at("for a week and spoke with many young people and their families.", 72, 185.6)
    sheet.at("1", 72, 79, size=6.5)
    sheet.at("Under the Act of that year.", 78, 74, size=10)
    sheet.new_page()
    sheet.at("Inspection of Sampleton", 72, 40, size=8)
    sheet.at("6 to 17 May 2", 72, 30, size=8)
    sheet.at("A page may begin with text that is set a little smaller than", 72, 740, size=11.5)
    sheet.at("the rest of it is.", 72, 726, size=11.5)
    text = " ".join(extract_pdf(sheet.bytes()).text.split())
    assert "They came in May. This time they stayed for a week and spoke" in text
    assert "set a little smaller than the rest of it is." in text
    assert "Under the Act" not in text


def test_a_line_of_the_text_may_begin_with_the_mark_of_a_footnote() -> None:
    sheet = Sheet()
    sheet.paragraph(["Inspectors looked at the help for children in the town of Sampleton."] * 4)
    sheet.at("Six children go to boarding schools,", 72, 300)
    sheet.at("1", 72, 289.6, size=8)
    sheet.at("three of them far from home, and a worker visits each.", 78, 285.6)
    sheet.at("1", 72, 79, size=6.5)
    sheet.at("These schools look after children for part of the year.", 78, 74, size=10)
    text = " ".join(extract_pdf(sheet.bytes()).text.split())
    assert "boarding schools, three of them far from home, and a worker visits each." in text
    assert "part of the year" not in text


def test_running_heads_footnotes_and_their_marks_are_left_out() -> None:
    sheet = Sheet()
    for page in range(1, 5):
        sheet.at("Inspection of Exampleshire", 72, 40, size=8)
        sheet.at(f"2 to 13 December 2024 {page}", 72, 30, size=8)
        sheet.paragraph(
            [f"Text of page {page} is long enough to be read as the body of the page. The Board1"]
        )
        sheet.line("meets often and its members come from every agency that works with children.")
        sheet.heading("Does the board know?1")
        sheet.at("1", 72, 79, size=6.5)
        sheet.at("This board was set up under the Act.", 78, 74, size=10)
        sheet.new_page()
    text = extract_pdf(sheet.bytes()).text
    assert "Inspection of Exampleshire" not in text
    assert "December" not in text
    assert "under the Act" not in text
    assert "The Board meets often" in text
    assert "Does the board know?\n" in text


def test_a_footnote_with_a_number_as_large_as_its_text_does_not_cut_a_sentence() -> None:
    sheet = Sheet()
    sheet.paragraph(
        ["Most children live with carers who know them well, and the plans for", "them are clear."]
    )
    sheet.paragraph(["Leaders have a strategy for the front door1, and its first results are"])
    sheet.at("1 The ‘front door’ is where concerns about children arrive.", 72, 70, size=10)
    sheet.new_page()
    sheet.line("seen in better decisions and in fewer repeated contacts from the same people.")
    assert "front door, and its first results are seen in better" in " ".join(
        extract_pdf(sheet.bytes()).text.split()
    )


def test_hyphens_of_other_kinds_and_marks_of_no_width_are_read_as_they_are_typed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The fonts at hand cannot set them, so they are put where pdfium gives the text of a page."""
    given = PdfTextPage.get_text_range
    odd = {"-": "\u2011", "~": "\u200b"}
    monkeypatch.setattr(PdfTextPage, "get_text_range", lambda page: given(page).translate(str.maketrans(odd)))
    sheet = Sheet()
    sheet.line("What needs~ to improve in multi-agency work")
    assert extract_pdf(sheet.bytes()).text == "What needs to improve in multi-agency work"


def test_spaces_of_other_kinds_and_several_in_a_row_are_one_space(monkeypatch: pytest.MonkeyPatch) -> None:
    given = PdfTextPage.get_text_range
    monkeypatch.setattr(PdfTextPage, "get_text_range", lambda page: given(page).replace("_", "\u00a0"))
    sheet = Sheet()
    sheet.line("What_needs to_ improve?")
    sheet.line("–_the quality  of_plans", gap=28)
    read = extract_pdf(sheet.bytes())
    assert texts(read, "heading") == ["What needs to improve?"]
    assert texts(read, "bullet") == ["the quality of plans"]


@pytest.mark.parametrize("number", ["2", "Page 2", "Page 2 of 3", "2/3"])
def test_the_number_of_a_page_is_no_part_of_a_sentence(number: str) -> None:
    sheet = Sheet()
    sheet.paragraph(["Leaders have a strategy for the front door, and its first results are"])
    sheet.at("Page 1 of 3", 280, 40)
    sheet.new_page()
    sheet.at(number, 280, 40)
    sheet.line("seen in better decisions.")
    text = " ".join(extract_pdf(sheet.bytes()).text.split())
    assert (
        text
        == "Leaders have a strategy for the front door, and its first results are seen in better decisions."
    )


def test_every_block_is_its_span() -> None:
    for body in (focused_visit(), ilacs_report(rows=[("Overall effectiveness", "Good")])):
        extracted = extract_pdf(body)
        ends = [0]
        for block in extracted.blocks:
            assert (
                extracted.text[block.start : block.end].strip()
                == extracted.text[block.start : block.end]
                != ""
            )
            assert block.start >= ends[-1]
            assert block.page in (1, 2)
            ends.append(block.end)


def encrypted() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption("secret", ownerPassword="owner"))
    canvas.drawString(72, 700, "closed")
    canvas.save()
    return file.getvalue()


def picture_only() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.rect(72, 600, 100, 100, fill=1)
    canvas.save()
    return file.getvalue()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (focused_visit()[:-900], "cut short"),
        (b"%PDF-1.7\nnothing here\n%%EOF", "not a readable PDF"),
        (encrypted(), "encrypted"),
        (picture_only(), "no text layer"),
    ],
    ids=["truncated", "damaged", "encrypted", "scan"],
)
def test_unreadable_files_say_why(body: bytes, words: str) -> None:
    with pytest.raises(UnreadableError, match=words):
        extract_pdf(body)


def test_what_a_server_appends_to_a_whole_file_does_not_matter() -> None:
    assert extract_pdf(focused_visit() + b"\n<!-- served by cache 7 -->" * 200).pages == 2


def test_damaged_files_are_read_or_refused_but_nothing_else() -> None:
    whole = focused_visit()
    chance = random.Random(5)
    for _ in range(150):
        body = bytearray(whole)
        for _ in range(chance.randint(1, 40)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        try:
            extracted = extract_pdf(bytes(body))
        except UnreadableError:
            continue
        assert all(block.end <= len(extracted.text) for block in extracted.blocks)
