"""Findings of whole documents: places, clauses, the authority in force. Texts are invented."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.classify.authorities import assign
from ingest.classify.explain import explain
from ingest.classify.findings import not_a_finding, statements
from ingest.model import AuthorityMatch, Block, DocumentKind, Extracted, Link

from .conftest import LEEDS, WIGAN, document_of, stated


def test_sentences_and_bullets_are_findings_headings_are_not() -> None:
    letter = document_of(
        ("heading", "Main findings are good"),
        "Children looked after",
        "Visits are regular. Plans often drift.",
        ("bullet", "Audits are clear."),
    )
    assert [(f.quote, f.polarity, f.page) for f in stated(letter)] == [
        ("Visits are regular.", "strength", 1),
        ("Plans often drift.", "concern", 1),
        ("Audits are clear.", "strength", 1),
    ]


def test_clauses_that_disagree_are_two_findings() -> None:
    found = stated(document_of("While supervision is regular, it is not always recorded well."))
    assert [(f.quote, f.polarity) for f in found] == [
        ("supervision is regular", "strength"),
        ("it is not always recorded well.", "concern"),
    ]


def test_skipped_spans_and_sections() -> None:
    letter = document_of("Visits are always regular.", "Plans are always clear.")
    assert [f.quote for f in stated(letter, skip=((0, 10),))] == ["Plans are always clear."]
    authority = AuthorityMatch(WIGAN, "subject", "", "")
    found = statements(letter, "ofsted_letter", [authority], section_of=lambda _place: "Main findings")
    assert {f.section for f in found} == {"Main findings"}


def test_without_an_authority_there_is_no_finding() -> None:
    assert statements(document_of("Visits are always regular."), "news_article", ()) == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "Inspectors spoke to staff and looked at files.",
        "This was the third monitoring visit since 2016.",
        "Services have been rated inadequate since 2009.",
        "The council was also visited by inspectors last month.",
        "The council has been contacted for comment.",
        "Picture: Example Council",
        "Ofsted will take the findings into account when planning the next inspection.",
        "It also found that:",
        "Main findings",
    ],
)
def test_what_is_told_but_not_found(sentence: str) -> None:
    assert not_a_finding(sentence)
    assert stated(document_of(sentence), "news_article") == []


def test_the_authority_in_force_follows_the_text() -> None:
    article = document_of(
        "Ofsted found that visits in Leeds are regular.",
        "Meanwhile, Wigan Council was also visited by inspectors. Inspectors noted that plans are clear.",
        "But the letter adds that audits are weak.",
    )
    found = stated(article, "news_article", LEEDS, WIGAN)
    assert [f.gss for f in found] == [LEEDS, WIGAN, WIGAN]


@pytest.mark.parametrize(
    ("name", "code"), [("Dorset", "E10000009"), ("Somerset County Council", "E06000066")]
)
def test_an_authority_in_force_is_known_by_the_code_it_is_filed_under(name: str, code: str) -> None:
    day = date(2018, 1, 1)
    article = document_of(
        "Ofsted found that visits in Leeds are regular.",
        f"{name} was also visited by inspectors. Inspectors noted that plans are clear.",
    )
    authorities, _ = assign(article, Link("example", "file:a.txt"), "news_article", day)
    assert [f.gss for f in statements(article, "news_article", authorities, on=day)] == [LEEDS, code]


def test_a_sentence_that_goes_on_keeps_the_themes_of_the_one_before() -> None:
    found = stated(document_of("Return home interviews are late. They are not thorough."))
    assert [[theme.theme_id for theme in finding.themes] for finding in found] == [
        ["missing_return_interviews"]
    ] * 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \u200f\u202e \u200e",
        "not " * 10_000,
        "“said " * 5_000,
        "Reading " * 20_000,
        "Inspectors found that " + "plans are good and " * 10_000,
        "\ud800 Plans are \udfff good.",
        "x" * 200_000,
        "." * 200_000,
        "(" * 50_000,
        "when " * 20_000,
    ],
)
def test_odd_text_is_read_in_bounded_time(text: str) -> None:
    extracted = Extracted("", text, (Block("paragraph", 0, len(text)),))
    kinds: tuple[DocumentKind, ...] = ("ofsted_letter", "press_release", "news_article")
    for kind in kinds:
        stated(extracted, kind)
    explain(text)


def test_a_list_that_goes_on_inherits() -> None:
    found = stated(
        document_of("Several areas require improvement. These include the plans and the audits of the trust.")
    )
    assert [f.polarity for f in found] == ["concern", "concern"]


def test_a_list_that_judges_for_itself_inherits_nothing() -> None:
    found = stated(
        document_of(
            "Leadership is strong. This includes strong oversight by managers, but too many children wait too long "
            "for a plan."
        )
    )
    assert [f.polarity for f in found] == ["strength", "strength", "concern"]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["Visits are good", "but", "Plans are not clear", ". ", ", ", "\n", "“", "”", "said: "]
        )
    )
)
def test_quotes_are_the_text_at_their_place(parts: list[str]) -> None:
    text = "".join(parts).strip() or "x"
    extracted = Extracted("t", text, (Block("paragraph", 0, len(text)),))
    stated(extracted, "press_release")
    stated(extracted, "ofsted_report")


def test_the_same_quotation_has_the_same_key_wherever_it_stands_and_short_ones_have_none() -> None:
    words = "We have made significant progress and our staff now support children well every day"
    first, second = (
        stated(document_of(f"Leeds council was visited. {text}"), "news_article")[-1]
        for text in (f"The council leader said: “{words}.”", f"“{words},” said the council leader.")
    )
    assert first.quotation_key == second.quotation_key is not None
    short = stated(document_of("Inspectors said Leeds made “good progress”."), "news_article")
    assert short[0].quotation_key is None


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("By Ada Example", "caption_or_byline"),
        ("By working closely with families, social workers find homes where children can stay.", None),
        ("Updated: 3 May 2022 at noon by the editor", "caption_or_byline"),
        ("Updated assessments are shared with all who know the child.", None),
        ("Services in Exampleshire are delivered by a trust on behalf of the council.", "background"),
        ("Timely services were provided where children needed them.", None),
        ("The full report is available on the website of the council.", "pointer"),
        ("Minutes of core groups are not made available on the electronic system in time.", None),
    ],
)
def test_only_what_tells_nothing_is_kept_out(sentence: str, rule: str | None) -> None:
    assert not_a_finding(sentence) == rule
