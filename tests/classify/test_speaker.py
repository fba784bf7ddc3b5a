"""Who says it: inspectors, the council or trust about itself, children, staff, or somebody else. Texts are invented."""

from __future__ import annotations

import pytest

from ingest.classify.attribution import attribution, reported
from ingest.model import BlockKind, DocumentKind

from .conftest import document_of, stated


def test_self_praise_is_the_councils_and_quoted_ofsted_is_ofsteds() -> None:
    release = document_of(
        "Ofsted found that services are improving.",
        "“Visits are regular and plans are clear,” states the letter from Ofsted.",
        "Councillor A Example said: “We are proud that our staff do excellent work.",
        "“Our services will go on getting better and stronger.”",
        "The trust’s chief executive B Example added: “Our teams are strong and skilled.”",
    )
    found = stated(release, "press_release")
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
        for finding in stated(document_of(*parts), kind)
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


def test_children_and_staff_speak_through_the_inspectorate() -> None:
    found = stated(
        document_of(
            "Children told inspectors that they feel safe. Social workers said that they like working here."
        )
    )
    assert [(f.speaker, f.is_inspectorate) for f in found] == [("children", True), ("staff", True)]


def test_inspectors_judge_and_ofsted_asks_but_what_was_judged_is_nobodys_word() -> None:
    assert attribution("Inspectors judged the case studies accurate and good.") == "ofsted"
    assert attribution("Ofsted asks for further improvement in some areas.") == "ofsted"
    assert attribution("The council's services were judged inadequate.") is None
    assert attribution("Areas highlighted by Ofsted include plans.") == "ofsted"
    assert (
        attribution("Cllr Example, lead for children, young people and schools said: “Well done.”")
        == "authority"
    )


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


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("A union official warned that caseloads were far too high.", "other"),
        ("The MP criticised what she called a culture of delay.", "other"),
        ("The Department for Education praised the progress of the service.", "other"),
        ("The mother was told too late that plans had changed.", None),
        ("The police and inspectors said that plans were weak.", None),
        ("Care leavers told them that homes were warm.", "children"),
    ],
)
def test_who_else_is_reported_in_a_story_that_inspectors_are_carried_on_in(
    sentence: str, speaker: str | None
) -> None:
    assert reported(sentence, "ofsted") == speaker
