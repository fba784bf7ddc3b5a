"""Pages and pasted texts: the article, and nothing of what surrounds it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import UnreadableError
from ingest.extract import extract
from ingest.extract.compose import Composer, Vocabulary, resolve_hyphen
from ingest.extract.html import decode, extract_html
from ingest.extract.plain import extract_plain
from ingest.model import Link, Snapshot

PAGE = """<!doctype html><html><head><title>Visit praised - Example News</title>
<link rel="canonical" href="https://news.example/visit">
<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2018-06-08T09:00:00+01:00"}</script>
</head><body><nav><a href="/">Home</a></nav><div class="cookie-banner">We use cookies in Otherton</div>
<article><h1>Visit praised</h1><p>Inspectors visited <em>Exampleshire</em> last month.</p>
<ul><li>Plans are better</li><li>Reviews are late</li></ul>
<aside class="related"><a href="/o">Otherton council rated inadequate</a></aside>
<p>The council said it was pleased with the progress that its staff had made over the past year.</p></article>
<footer>Otherton Media</footer></body></html>"""


def test_the_selected_article_is_read_without_its_surroundings() -> None:
    page = extract_html(PAGE, content="article")
    assert page.title == "Visit praised"
    assert page.published_on == date(2018, 6, 8)
    assert page.canonical_url == "https://news.example/visit"
    assert "Inspectors visited Exampleshire last month." in page.text
    assert "Otherton" not in page.text
    assert [block.kind for block in page.blocks] == ["heading", "paragraph", "bullet", "bullet", "paragraph"]


def test_without_a_selector_the_main_text_is_found() -> None:
    page = extract_html(PAGE)
    assert "The council said it was pleased" in page.text
    assert "cookies" not in page.text


def test_marks_of_no_width_are_left_out() -> None:
    page = "<title>Child&shy;ren</title><main><h1>Child&shy;ren</h1><p>Example&shy;shire\u200b Council met.</p></main>"
    extracted = extract_html(page, content="main")
    assert extracted.title == "Children"
    assert extracted.text == "Children\n\nExampleshire Council met."


def test_a_selector_that_matches_nothing_is_named() -> None:
    with pytest.raises(UnreadableError, match=r"'\.story' matches nothing"):
        extract_html(PAGE, content=".story")


def test_windows_1252_and_utf_8_are_decoded_by_header_or_by_bytes() -> None:
    text = "<p>the council’s – “own” words</p>"
    assert decode(text.encode("cp1252"), "windows-1252") == text
    assert decode(text.encode("utf-8"), None) == text


def test_pasted_text_has_headings_bullets_and_no_site_furniture() -> None:
    text = "Skip to content\n\nProgress made\n\nPublished on 1 August 2016\n\nIt found:\n\n  • one\n  • two\nmore\n"
    plain = extract_plain(text)
    assert plain.title == "Progress made"
    assert "Skip" not in plain.text
    assert [(b.kind, plain.text[b.start : b.end]) for b in plain.blocks][-2:] == [
        ("bullet", "one"),
        ("bullet", "two more"),
    ]


def test_the_line_that_leads_into_a_list_is_no_item_of_it() -> None:
    plain = extract_plain(
        "Ofsted found that some\nthings are late:\n- plans\n- reviews\n\nNext steps\n- more"
    )
    assert [(b.kind, plain.text[b.start : b.end]) for b in plain.blocks] == [
        ("paragraph", "Ofsted found that some\nthings are late:"),
        ("bullet", "plans"),
        ("bullet", "reviews"),
        ("heading", "Next steps"),
        ("bullet", "more"),
    ]


def snapshot(media_type: str, url: str = "https://files.example/letter.pdf") -> Snapshot:
    return Snapshot(Link("s", url), url, "0" * 64, media_type, None, 1, datetime(2024, 1, 1, tzinfo=UTC))


def test_an_error_page_under_a_pdf_name_is_refused_by_name() -> None:
    with pytest.raises(UnreadableError, match=r"an HTML page \(Page not found\) came"):
        extract(snapshot("text/html"), b"<html><title>Page not\n found</title></html>")


def test_unknown_types_and_empty_texts_are_refused() -> None:
    with pytest.raises(UnreadableError, match="no reader for image/png"):
        extract(snapshot("image/png", "https://files.example/x"), b"\x89PNG")
    with pytest.raises(UnreadableError, match="empty"):
        extract_plain(" \n \n")


def test_hyphens_at_line_ends_stay_unless_the_document_knows_the_word() -> None:
    known = Vocabulary(
        ["a multi-agency team", "their wellbeing matters", "decision-making and decisionmaking"]
    )
    assert resolve_hyphen("multi", "agency", known) == "multi-agency"
    assert resolve_hyphen("well", "being of", known) == "wellbeing of"
    assert resolve_hyphen("decision", "making", known) == "decision-making"


@given(
    st.lists(st.tuples(st.sampled_from(["heading", "paragraph", "bullet"]), st.text(min_size=1)), max_size=8)
)
def test_composed_blocks_are_their_spans(parts: list[tuple[str, str]]) -> None:
    composer = Composer()
    for kind, text in parts:
        composer.add(kind, text, prefix="• " if kind == "bullet" else "")  # type: ignore[arg-type]
    kept = [text for _, text in parts if text.strip()]
    assert [composer.text[block.start : block.end] for block in composer.blocks] == kept


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        plain = extract_plain(text)
    except UnreadableError:
        return
    assert plain.blocks
