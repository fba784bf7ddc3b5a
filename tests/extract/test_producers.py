"""PDFs that other programs made than the usual one: what looks the same on the page is read the same."""

from __future__ import annotations

import pypdfium2.raw as pdfium
import pytest
from pdfs import Sheet
from reportlab.pdfbase import pdfmetrics

from ingest.extract import pdf_lines
from ingest.extract.pdf import extract_pdf

from .conftest import texts

PROSE = "Lines of the usual distance, of which there are the most."


def test_a_bold_font_may_say_so_in_its_name_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its weight is a guess from the width of its stems, and some programs give a low one."""
    monkeypatch.setattr(pdfium, "FPDFText_GetFontWeight", lambda *_: 380)
    sheet = Sheet()
    for _ in range(5):
        sheet.line(PROSE)
    sheet.heading("Areas that they looked at")
    sheet.paragraph(["Staff are clear."])
    assert texts(extract_pdf(sheet.bytes()), "heading") == ["Areas that they looked at"]


def test_where_fonts_are_called_bold_thick_stems_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfium, "FPDFText_GetFontWeight", lambda *_: 665)
    sheet = Sheet()
    for _ in range(5):
        sheet.line(PROSE)
    sheet.heading("Areas that they looked at")
    assert texts(extract_pdf(sheet.bytes()), "heading") == ["Areas that they looked at"]


def test_where_no_font_is_called_bold_thick_stems_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_lines, "_font", lambda *_: b"TT12E0t00")
    thick = {12.0: 400, 12.5: 690}
    monkeypatch.setattr(
        pdfium, "FPDFText_GetFontWeight", lambda raw, char: thick[pdfium.FPDFText_GetFontSize(raw, char)]
    )
    sheet = Sheet()
    for _ in range(5):
        sheet.line(PROSE)
    sheet.line("Areas that they looked at", size=12.5, gap=28)
    body = sheet.bytes()
    assert texts(extract_pdf(body), "heading") == ["Areas that they looked at"]
    thick[12.0] = 690
    assert texts(extract_pdf(body), "heading") == []


def test_a_letter_of_a_font_of_symbols_is_a_bullet(monkeypatch: pytest.MonkeyPatch) -> None:
    def font(raw: object, char: int) -> bytes:
        return (
            b"ABCDEF+Wingdings-Regular" if pdfium.FPDFText_GetUnicode(raw, char) == ord("n") else b"Helvetica"
        )

    monkeypatch.setattr(pdf_lines, "_font", font)
    sheet = Sheet()
    sheet.bullets([["Plans of the council."], ["A child is heard."]], mark="n")
    sheet.line("n", gap=20)
    sheet.at("Reviews are on time.", 93, sheet.y + 3)
    sheet.line("a plan", gap=40)
    assert texts(extract_pdf(sheet.bytes()), "bullet") == [
        "Plans of the council.",
        "A child is heard.",
        "Reviews are on time.",
    ]


def test_type_that_is_scaled_with_its_page_has_its_size_on_the_page() -> None:
    sheet = Sheet(scale=0.5)
    sheet.new_page()
    for _ in range(3):
        sheet.paragraph(["Staff are clear about what they have to do,", "and so are their managers"])
    assert len(texts(extract_pdf(sheet.bytes()), "paragraph")) == 3


def test_the_cells_of_a_row_may_be_centred() -> None:
    sheet = Sheet()
    for _ in range(5):
        sheet.line(PROSE)
    for label in ("Children", "Care leavers"):
        sheet.line(label, gap=60)
        sheet.line("and their progress")
        for nth, text in enumerate(("Requires", "improvement", "to be good")):
            sheet.at(text, 303, sheet.y + 21.6 - 14.4 * nth)
    assert texts(extract_pdf(sheet.bytes()), "row") == [
        "Children and their progress\tRequires improvement to be good",
        "Care leavers and their progress\tRequires improvement to be good",
    ]


def test_the_lines_of_a_cell_stand_as_far_apart_as_those_of_the_text() -> None:
    sheet = Sheet()
    for _ in range(5):
        sheet.line(PROSE, gap=20)
    sheet.line("The council and", gap=40)
    sheet.line("health services", gap=20)
    sheet.at("Leaders must act on", 224, sheet.y + 20)
    sheet.at("waiting times.", 224, sheet.y)
    assert texts(extract_pdf(sheet.bytes()), "row") == [
        "The council and health services\tLeaders must act on waiting times."
    ]


def test_a_page_that_cuts_a_row_of_grades_may_cut_its_label() -> None:
    sheet = Sheet()
    sheet.paragraph([PROSE] * 5)
    sheet.line("Children looked after", gap=48)
    sheet.line("and achieving")
    sheet.at("Good", 303, sheet.y + 14.4)
    sheet.new_page()
    sheet.line("permanence")
    sheet.paragraph(["Staff are clear."])
    read = extract_pdf(sheet.bytes())
    assert texts(read, "row") == ["Children looked after and achieving permanence\tGood"]
    assert texts(read, "paragraph")[-1] == "Staff are clear."


def test_the_words_of_a_line_that_is_set_to_full_width_are_no_cells() -> None:
    sheet = Sheet()
    for _ in range(5):
        sheet.line(PROSE)
    sheet.new_page()
    sheet.line("Most plans are reviewed in time.", gap=28)
    sheet.at("2", 240, sheet.y + 4, size=7)
    sheet.at("The council", 253, sheet.y)
    sheet.line("knows which are late.")
    read = extract_pdf(sheet.bytes())
    assert texts(read, "row") == []
    assert "in time. The council knows which are late." in read.text


@pytest.mark.parametrize("mark", ["o", "–"])
def test_a_line_left_of_the_text_of_a_bullet_is_no_part_of_it(mark: str) -> None:
    sheet = Sheet()
    sheet.paragraph([PROSE] * 5)
    sheet.line(f"{mark} Plans are clear, and those who have to act on them", gap=24)
    sheet.line("know them.", x=93)
    sheet.line("Adoption performance", x=80)
    read = extract_pdf(sheet.bytes())
    assert texts(read, "bullet") == ["Plans are clear, and those who have to act on them know them."]


def test_the_text_of_a_bullet_overleaf_may_stand_close_to_its_mark() -> None:
    sheet = Sheet()
    sheet.paragraph([PROSE] * 5)
    sheet.line("•", gap=24)
    sheet.at("Children are heard by all who work with them.", 78, sheet.y)
    sheet.new_page()
    sheet.line("Their words are in their plans.", x=78)
    assert texts(extract_pdf(sheet.bytes()), "bullet") == [
        "Children are heard by all who work with them. Their words are in their plans."
    ]


@pytest.mark.parametrize("mark", ["o", "–"])
def test_bullets_below_an_item_may_stand_as_close_as_lines(mark: str) -> None:
    sheet = Sheet()
    sheet.paragraph([PROSE] * 5)
    sheet.line("• Of this number, 20 live elsewhere", gap=24)
    sheet.line(f"{mark} 12 live with foster families", x=84, gap=16.5)
    sheet.line(f"{mark} two live with parents", x=84, gap=16.5)
    read = extract_pdf(sheet.bytes())
    assert [block.level for block in read.blocks if block.kind == "bullet"] == [1, 2, 2]


def test_a_numbered_item_overleaf_does_not_go_on_with_a_plain_heading() -> None:
    sheet = Sheet()
    sheet.paragraph([PROSE] * 5)
    sheet.line("Leadership and governance", gap=28)
    sheet.new_page()
    sheet.line("1. Give leaders time to lead.")
    assert texts(extract_pdf(sheet.bytes()), "paragraph")[-2:] == [
        "Leadership and governance",
        "Give leaders time to lead.",
    ]


@pytest.mark.parametrize(
    ("line", "following", "joined"),
    [
        ("They help 16-", "and 17-year-olds.", "They help 16- and 17-year-olds."),
        ("They use child-", "or family-led work.", "They use child- or family-led work."),
        ("Plans are up-", "to-date.", "Plans are up-to-date."),
        ("They want ‘place’-", "based homes.", "They want ‘place’-based homes."),
    ],
)
def test_a_hyphen_at_the_end_of_a_line_stands_for_what_it_means(
    line: str, following: str, joined: str
) -> None:
    sheet = Sheet()
    for _ in range(5):
        sheet.line(PROSE)
    sheet.new_page()
    sheet.line(line, gap=28)
    sheet.line(following)
    assert texts(extract_pdf(sheet.bytes()), "paragraph")[-1] == joined


def test_a_document_whose_typesetter_divides_words_is_read_without_his_hyphens() -> None:
    sheet = Sheet()
    for word in ("children", "protection", "services", "multi-agency", "up-to-date"):
        sheet.line(f"They looked at {word} again and say how it has been since they came.")
    sheet.new_page()
    for line in (
        "Many chil-",
        "dren have protec-",
        "tion. Their ser-",
        "vices are multi-",
        "agency and rela-",
    ):
        sheet.line(line)
    for line in ("tively good. Plans are up-", "to-date for 16-", "and 17-year-olds. Chil-", "dren say so."):
        sheet.line(line)
    assert texts(extract_pdf(sheet.bytes()), "paragraph")[-1] == (
        "Many children have protection. Their services are multi-agency and relatively good. "
        "Plans are up-to-date for 16- and 17-year-olds. Children say so."
    )


def test_a_mark_of_a_footnote_is_known_by_its_size_wherever_it_stands() -> None:
    sheet = Sheet()
    sheet.paragraph(["The council is at 1 Reading Lane, Leeds LS1"])
    sheet.new_page()
    for text, mark, rest in (
        ("Some live in special schools", "1", ", of whom all"),
        ("They were here in 2019.", "12", " Then came May"),
        ("Of all children, 16%", "2", " are poor, and"),
    ):
        sheet.line(text, gap=28)
        x = 72 + pdfmetrics.stringWidth(text, "Helvetica", 12)
        sheet.at(mark, x, sheet.y + 2, size=6)
        sheet.at(rest, x + 4 * len(mark), sheet.y)
        sheet.line("there are more of them than in other places that are like it.")
    for number, y in ((1, 74), (2, 60)):
        sheet.at(str(number), 72, y + 4, size=6)
        sheet.at("A note on this.", 78, y, size=10)
    text = extract_pdf(sheet.bytes()).text
    assert "Leeds LS1" in text
    assert "special schools, of whom all there" in text
    assert "in 2019. Then came May" in text
    assert "16% are poor" in text
    assert "A note" not in text


def test_a_running_foot_with_dates_is_no_footnote_and_its_number_is_none_of_its_words() -> None:
    sheet = Sheet()
    for page in range(1, 13):
        sheet.at("Inspection of Exampleshire", 80 if page < 10 else 92, 40, size=8)
        sheet.at(f"{page}", 72, 40, size=8)
        sheet.at("2 to 13 December", 72, 30, size=8)
        sheet.paragraph(
            [f"Page {page} is as long as it has to be to be read as text. They have the form CP2"]
        )
        sheet.line("and fill it in together with those who work with the family.")
        sheet.new_page()
    text = extract_pdf(sheet.bytes()).text
    assert "Inspection of Exampleshire" not in text
    assert "December" not in text
    assert text.count("the form CP2 and fill") == 12


def test_what_the_cover_says_in_bold_may_head_a_page_of_a_long_document() -> None:
    sheet = Sheet()
    sheet.heading("Inspection of Exampleshire", size=20)
    sheet.heading("Leadership and management")
    for page in range(2, 7):
        sheet.new_page()
        if page == 4:
            sheet.at("Leadership and management", 72, 770, bold=True)
        sheet.paragraph([f"Text of page {page} is long enough to be read as the body of the page."] * 4)
    assert texts(extract_pdf(sheet.bytes()), "heading")[1:] == ["Leadership and management"] * 2
