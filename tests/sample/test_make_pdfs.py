"""The sample's PDFs are what the script makes, and read as a real letter does."""

from importlib.resources import files
from pathlib import Path

import pypdfium2

from ingest.sample.make_pdfs import letter_pdf, make

PAGES = Path(str(files("ingest.sample") / "pages" / "ofsted"))
HEADINGS = [
    "Focused visit to Birmingham children’s services",
    "Headline findings",
    "What needs to improve in this area of social work practice?",
    "Main findings",
    "Yours sincerely",
]


def letter_pages() -> list[str]:
    document = pypdfium2.PdfDocument(PAGES / "2021-12-01-focused-visit.pdf")
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def test_the_script_makes_the_bytes_that_are_kept(tmp_path: Path) -> None:
    made = make(tmp_path)
    assert sorted(path.name for path in made) == sorted(path.name for path in PAGES.glob("*.pdf"))
    for path in made:
        assert path.read_bytes() == (PAGES / path.name).read_bytes(), path.name


def test_the_letter_reads_in_order() -> None:
    text = "\n".join(letter_pages())
    places = [text.index(heading) for heading in HEADINGS]
    assert places == sorted(places)
    assert text.startswith("1 December 2021\n")
    assert "children’s\nservices on 27 and 28 October 2021" in text


def test_the_letter_has_the_furniture_of_a_real_one() -> None:
    first, *later = letter_pages()
    assert "Ofsted\nPiccadilly Gate\nStore Street\nManchester\nM1 2WD\n" in first
    assert first.endswith("public facts restated in our own words.")
    assert [page.split("\n")[0] for page in later] == [str(n) for n in range(2, len(later) + 2)]


def test_the_list_has_five_bullets() -> None:
    text = "\n".join(letter_pages())
    part = text[text.index(HEADINGS[2]) : text.index("Main findings")]
    assert part.count("\n• ") == 5


def test_markup_characters_are_text() -> None:
    pdf = letter_pdf("8 June 2018\n\n# Checks & <balances>\n\n- One & two\n- Three\n\nA < B.\n")
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert "Checks & <balances>" in text
    assert "• One & two" in text
    assert "A < B." in text


def test_headings_are_bold_and_the_body_is_not() -> None:
    page = pypdfium2.PdfDocument(PAGES / "2021-12-01-focused-visit.pdf")[0].get_textpage()
    text = page.get_text_range()
    weight = {
        start: pypdfium2.raw.FPDFText_GetFontWeight(page.raw, text.index(start))
        for start in ("Headline findings", "Most children in care live")
    }
    assert weight["Headline findings"] >= 600 > weight["Most children in care live"] > 0
