"""Findings of whole documents: places, clauses, speakers, the authority in force. Texts are invented."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.classify.authorities import assign
from ingest.classify.explain import explain, explain_lines
from ingest.classify.findings import not_a_finding, statements
from ingest.errors import ConfigError
from ingest.model import AuthorityMatch, Block, BlockKind, DocumentKind, Extracted, Finding, Link

WIGAN, LEEDS = "E08000010", "E08000035"


def _document(*parts: str | tuple[BlockKind, str]) -> Extracted:
    blocks, texts, start = [], [], 0
    for part in parts:
        kind, text = ("paragraph", part) if isinstance(part, str) else part
        blocks.append(Block(kind, start, start + len(text), page=1))
        texts.append(text)
        start += len(text) + 2
    return Extracted(title="Example", text="\n\n".join(texts), blocks=tuple(blocks), page_starts=(0,))


def _stated(
    extracted: Extracted,
    kind: DocumentKind = "ofsted_letter",
    *codes: str,
    skip: tuple[tuple[int, int], ...] = (),
) -> list[Finding]:
    authorities = [AuthorityMatch(code, "subject", "", "") for code in codes or (WIGAN,)]
    found = statements(extracted, kind, authorities, skip=skip)
    for finding in found:
        assert extracted.text[finding.start : finding.end] == finding.quote
    return list(found)


def test_sentences_and_bullets_are_findings_headings_are_not() -> None:
    letter = _document(
        ("heading", "Main findings are good"),
        "Children looked after",
        "Visits are regular. Plans often drift.",
        ("bullet", "Audits are clear."),
    )
    assert [(f.quote, f.polarity, f.page) for f in _stated(letter)] == [
        ("Visits are regular.", "strength", 1),
        ("Plans often drift.", "concern", 1),
        ("Audits are clear.", "strength", 1),
    ]


def test_clauses_that_disagree_are_two_findings() -> None:
    found = _stated(_document("While supervision is regular, it is not always recorded well."))
    assert [(f.quote, f.polarity) for f in found] == [
        ("supervision is regular", "strength"),
        ("it is not always recorded well.", "concern"),
    ]


def test_skipped_spans_and_sections() -> None:
    letter = _document("Visits are always regular.", "Plans are always clear.")
    assert [f.quote for f in _stated(letter, skip=((0, 10),))] == ["Plans are always clear."]
    authority = AuthorityMatch(WIGAN, "subject", "", "")
    found = statements(letter, "ofsted_letter", [authority], section_of=lambda _place: "Main findings")
    assert {f.section for f in found} == {"Main findings"}


def test_without_an_authority_there_is_no_finding() -> None:
    assert statements(_document("Visits are always regular."), "news_article", ()) == ()


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
    assert _stated(_document(sentence), "news_article") == []


def test_the_authority_in_force_follows_the_text() -> None:
    article = _document(
        "Ofsted found that visits in Leeds are regular.",
        "Meanwhile, Wigan Council was also visited by inspectors. Inspectors noted that plans are clear.",
        "But the letter adds that audits are weak.",
    )
    found = _stated(article, "news_article", LEEDS, WIGAN)
    assert [f.gss for f in found] == [LEEDS, WIGAN, WIGAN]


@pytest.mark.parametrize(
    ("name", "code"), [("Dorset", "E10000009"), ("Somerset County Council", "E06000066")]
)
def test_an_authority_in_force_is_known_by_the_code_it_is_filed_under(name: str, code: str) -> None:
    day = date(2018, 1, 1)
    article = _document(
        "Ofsted found that visits in Leeds are regular.",
        f"{name} was also visited by inspectors. Inspectors noted that plans are clear.",
    )
    authorities, _ = assign(article, Link("example", "file:a.txt"), "news_article", day)
    assert [f.gss for f in statements(article, "news_article", authorities, on=day)] == [LEEDS, code]


def test_self_praise_is_the_councils_and_quoted_ofsted_is_ofsteds() -> None:
    release = _document(
        "Ofsted found that services are improving.",
        "“Visits are regular and plans are clear,” states the letter from Ofsted.",
        "Councillor A Example said: “We are proud that our staff do excellent work.",
        "“Our services will go on getting better and stronger.”",
        "The trust’s chief executive B Example added: “Our teams are strong and skilled.”",
    )
    found = _stated(release, "press_release")
    assert [(f.speaker, f.is_inspectorate) for f in found] == [
        ("ofsted", True),
        ("ofsted", True),
        ("authority", False),
        ("authority", False),
        ("provider", False),
    ]


def _voices(kind: DocumentKind, *parts: str | tuple[BlockKind, str]) -> list[tuple[str, str, bool]]:
    return [
        (finding.quote, finding.speaker, finding.is_inspectorate)
        for finding in _stated(_document(*parts), kind)
    ]


def test_who_else_speaks_in_a_story_of_an_inspection_is_told_from_the_inspectors() -> None:
    found = _voices(
        "news_article",
        "Inspectors visited Exampleshire in May and found that staff are kind.",
        "Visits are too often late.",
        "A union official said caseloads were far too high.",
        "The inspectors also found good schools.",
        "Social workers told inspectors that they felt well supported.",
        "Care leavers told inspectors that their homes were warm.",
        "The Department for Education said that progress was too slow.",
        "Cllr Ann Example, cabinet member for children, insisted that services were good.",
        "“We have excellent staff,” she told the paper.",
        "She admitted that too few homes are near.",
    )
    assert [(speaker, is_finding) for _, speaker, is_finding in found] == [
        ("ofsted", True),
        ("ofsted", True),
        ("other", False),
        ("ofsted", True),
        ("staff", True),
        ("children", True),
        ("other", False),
        ("authority", False),
        ("authority", False),
        ("authority", False),
    ]


def test_a_quotation_is_whose_name_the_paragraph_before_explains() -> None:
    found = _voices(
        "news_article",
        "The trust's chief executive Sam Example described the letter as encouraging.",
        "“We know that there is a long way to go,” said Ms Example.",
        "The council's leader, speaking after the report came out, said that services were good.",
    )
    assert [speaker for _, speaker, _ in found][-2:] == ["provider", "authority"]


def test_a_chief_executive_in_a_release_of_a_trust_speaks_for_the_trust() -> None:
    found = _voices(
        "press_release",
        "The Example Trust is pleased that the trust has good staff. The trust thanks all.",
        "Chief executive Sam Example said that good progress has been made.",
    )
    assert found[-1][1] == "provider"


def test_the_background_of_a_story_is_no_finding() -> None:
    assert (
        _voices(
            "government_notice",
            "Since April an independent trust has run children's social care for Exampleshire.",
            "The trust is called Exampleshire Children's Trust. It is the largest of its kind so far.",
            "Ofsted has rated its services inadequate since 2012. Its monitoring visits go on.",
        )
        == []
    )
    assert (
        _voices(
            "news_article", 'The services have carried an "inadequate" rating since 2012. Plans are good.'
        )
        == []
    )


def test_inspectors_must_be_named_once_and_are_carried_on() -> None:
    found = _voices(
        "news_article",
        "Staff are skilled and plans are good.",
        "Inspectors found that visits are regular. Every family has one worker.",
        "Plans are clear.",
        "Most people live in the north.",
        "The council leader said that its staff are excellent.",
        "Thresholds are clear.",
    )
    assert found == [
        ("Inspectors found that visits are regular.", "ofsted", True),
        ("Every family has one worker.", "ofsted", True),
        ("Plans are clear.", "ofsted", True),
        ("The council leader said that its staff are excellent.", "authority", False),
    ]


def test_what_follows_the_visit_is_what_it_found() -> None:
    assert _voices(
        "news_article", "Inspectors looked only at help for care leavers.", "Plans are not clear."
    ) == [("Plans are not clear.", "ofsted", True)]


def test_a_release_speaks_for_itself_in_a_new_paragraph() -> None:
    found = _voices(
        "press_release",
        "The report notes that advisers are good. They are also timely.",
        "The council is proud of its excellent staff.",
        "It also found that:",
        ("bullet", "Plans are clear"),
        "Areas for development include supervision.",
    )
    assert found == [
        ("The report notes that advisers are good.", "ofsted", True),
        ("They are also timely.", "ofsted", True),
        ("The council is proud of its excellent staff.", "authority", False),
        ("Plans are clear", "ofsted", True),
        ("Areas for development include supervision.", "ofsted", True),
    ]


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("The trust's chief executive said that Ofsted's letters keep praising good work.", "provider"),
        ("The letter to the council says that plans are good.", "ofsted"),
        ("Summing up, Ofsted told the trust that plans are good.", "ofsted"),
        ("Plans are good, according to the inspectors.", "ofsted"),
        ("The largest trust of all has made good progress, Ofsted has found.", "ofsted"),
        ("Services are good, said Councillor A Example.", "authority"),
        ("Staff were found to be skilled.", "ofsted"),
        ("Staff are skilled.", None),
    ],
)
def test_who_is_named_as_the_one_who_says_it(sentence: str, speaker: str | None) -> None:
    found = _voices("news_article", sentence)
    assert [who for _, who, _ in found] == ([speaker] if speaker else [])


def test_a_sentence_that_goes_on_keeps_the_themes_of_the_one_before() -> None:
    found = _stated(_document("Return home interviews are late. They are not thorough."))
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
        _stated(extracted, kind)
    explain(text)


def test_children_and_staff_speak_through_the_inspectorate() -> None:
    found = _stated(
        _document(
            "Children told inspectors that they feel safe. Social workers said that they like working here."
        )
    )
    assert [(f.speaker, f.is_inspectorate) for f in found] == [("children", True), ("staff", True)]


def test_a_list_that_goes_on_inherits() -> None:
    found = _stated(
        _document("Several areas require improvement. These include the plans and the audits of the trust.")
    )
    assert [f.polarity for f in found] == ["concern", "concern"]


def test_a_list_that_judges_for_itself_inherits_nothing() -> None:
    found = _stated(
        _document(
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
    _stated(extracted, "press_release")
    _stated(extracted, "ofsted_report")


def test_explain_answers_with_the_words_that_decided() -> None:
    answer = explain("A Leeds-based charity says that plans in Wigan are not yet clear.")
    assert answer.as_json("1") == {
        "id": "1",
        "authorities": [WIGAN],
        "polarity": "concern",
        "themes": ["assessment_planning"],
    }
    assert "not yet" in answer.polarity_rule
    assert [item.rule for item in answer.rejected] == ["based_in"]
    assert explain("Plans are clear.", gss="E08000035").as_json(2)["authorities"] == [LEEDS]


def test_explain_lines_keeps_order_and_names_a_bad_line() -> None:
    rows = [{"id": n, "text": text} for n, text in enumerate(["Plans drift badly.", "", "Ünïcödé \ud800"])]
    answers = [json.loads(line) for line in explain_lines(json.dumps(row) + "\n" for row in rows)]
    assert [answer["id"] for answer in answers] == [0, 1, 2]
    with pytest.raises(ConfigError, match="line 2"):
        list(explain_lines(['{"id": 1, "text": "x"}', "{"]))
    with pytest.raises(ConfigError, match="line 1: text is not a string"):
        list(explain_lines(['{"id": 1, "text": 3}']))
    with pytest.raises(ConfigError, match="line 1: gss is not a string"):
        list(explain_lines(['{"id": 1, "text": "Plans drift.", "gss": 3}']))


def test_what_explain_lines_answers_can_be_written_whatever_the_id() -> None:
    (answer,) = explain_lines([json.dumps({"id": "\ud800", "text": "Plans drift."})])
    assert json.loads(answer.encode())["id"] == "\ud800"


@pytest.mark.parametrize("text", ["", " \n", "12."])
def test_a_text_without_a_sentence_says_nothing(text: str) -> None:
    answer = explain(text)
    assert (answer.polarity, answer.themes, answer.clauses) == ("neutral", (), ())


def test_inspectors_judge_and_ofsted_asks_but_what_was_judged_is_nobodys_word() -> None:
    from ingest.classify.speaker import attribution

    assert attribution("Inspectors judged the case studies accurate and good.") == "ofsted"
    assert attribution("Ofsted asks for further improvement in some areas.") == "ofsted"
    assert attribution("The council's services were judged inadequate.") is None
    assert attribution("Areas highlighted by Ofsted include plans.") == "ofsted"
    assert (
        attribution("Cllr Example, lead for children, young people and schools said: “Well done.”")
        == "authority"
    )


def test_the_same_quotation_has_the_same_key_wherever_it_stands_and_short_ones_have_none() -> None:
    words = "We have made significant progress and our staff now support children well every day"
    first, second = (
        _stated(_document(f"Leeds council was visited. {text}"), "news_article")[-1]
        for text in (f"The council leader said: “{words}.”", f"“{words},” said the council leader.")
    )
    assert first.quotation_key == second.quotation_key is not None
    short = _stated(_document("Inspectors said Leeds made “good progress”."), "news_article")
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
