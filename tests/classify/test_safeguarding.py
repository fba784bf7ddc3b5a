"""Words that could identify a child, on invented sentences; ordinary prose about children raises nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.classify.safeguarding import flagged, identifying, rule_within
from ingest.model import Extracted, Finding, Reading

NAMING = [
    ("Child A, 14, told police.", "label_and_age"),
    ("The review of Baby J, aged six months, found gaps.", "label_and_age"),
    ("Child Q, a 15-year-old girl, was not seen alone.", "label_and_age"),
    ("A 14-year-old known as J was moved four times.", "age_and_label"),
    ("A girl of 9, referred to as Child B, was seen.", "age_and_label"),
    ("A 14-year-old known only as J was moved four times.", "age_and_label"),
    ("A girl of 9, identified only as B, was seen.", "age_and_label"),
    ("A teenager, 15, named locally as Amy, went missing.", "age_and_label"),
    ("J, aged 14, lived in six homes.", "initial_and_age"),
    ("A.B., 9, was placed far away.", "initial_and_age"),
    ("14-year-old Amy waited for months.", "age_and_name"),
    ("The case of the six-month-old boy Kai shocked the town.", "age_and_name"),
    ("Amy, 14, said that nobody heard her.", "name_and_age"),
    ("Amy Example (9) was known to services.", "name_and_age"),
    ("Amy Example, who attends Hilltop Primary School, was missing.", "name_and_school"),
    ("Oakfield Academy pupil Sam Example went missing.", "name_and_school"),
    ("Sam Example, a Year 8 pupil at St Mary's Catholic School, said so.", "name_and_school"),
    ("In Re X (A Child) the judge criticised the council.", "case_name"),
    ("Re A and B (Children: Care Proceedings) was cited.", "case_name"),
    ("In the matter of M (a child)", "case_name"),
    ("The judgment is [2018] EWFC 12.", "case_citation"),
    ("The judgment, [2019] EWHC 1234 (Fam), names the council.", "case_citation"),
    ("Case number ZC17C00123 was heard in March.", "case_number"),
]
ORDINARY = [
    "Children and young people use CAMHS when they need it.",
    "16- and 17-year-olds who present as homeless are assessed.",
    "Children aged 16 and 17 are offered a home.",
    "PA, 16 of whom are new, meet care leavers.",
    "A 14-year-old girl was helped quickly.",
    "In March, 14 children were seen.",
    "Exampleton, 14 miles away, has beds.",
    "Of 20 children, 12, were seen by IROs.",
    "The Southwark judgment (R (G) v Southwark, 2009) is followed.",
    "Cllr Jones, 54, welcomed the report.",
    "Inspectors met pupils in Year 10, 11 and 12.",
    "Sections 20, 31 and 47 of the Children Act 1989 are used well.",
    "Child protection plans, 14 of them, were late.",
    "Staff attended Hilltop School to see children.",
    "Mr Smith, who attended Hilltop Grammar School, is the director.",
    "Children (12) are waiting.",
]


@pytest.mark.parametrize(("sentence", "rule"), NAMING)
def test_what_could_identify_a_child_is_flagged(sentence: str, rule: str) -> None:
    hits = identifying(f"Services are good. {sentence} Plans are clear.")
    assert rule in {hit.rule for hit in hits}


@pytest.mark.parametrize("gap", ["\n", "\u00a0", "\t"])
@pytest.mark.parametrize(("sentence", "rule"), NAMING)
def test_a_line_end_or_a_fixed_space_hides_nothing(sentence: str, rule: str, gap: str) -> None:
    text = sentence.replace(" ", gap).replace("-", "\u2011")
    hits = identifying(text)
    assert rule in {hit.rule for hit in hits}
    assert all(text[hit.start : hit.end] == hit.words for hit in hits)


@pytest.mark.parametrize("sentence", ORDINARY)
def test_ordinary_prose_is_not(sentence: str) -> None:
    assert identifying(sentence) == ()


@given(st.text(max_size=300), st.sampled_from([sentence for sentence, _ in NAMING]))
@settings(max_examples=60)
def test_hits_are_places_in_any_text(noise: str, sentence: str) -> None:
    text = f"{noise}\n\n{sentence}"
    for hit in identifying(text):
        assert text[hit.start : hit.end] == hit.words


@given(st.data(), st.lists(st.sampled_from([sentence for sentence, _ in NAMING]), max_size=3))
@settings(max_examples=60, deadline=None)
def test_hits_of_a_sentence_do_not_depend_on_how_much_stands_around_it(
    data: st.DataObject, sentences: list[str]
) -> None:
    around = st.lists(
        st.sampled_from([*ORDINARY, "Plans are clear. " * 40, "\u0130 is one letter."]), max_size=4
    )
    parts: list[str] = []
    for sentence in sentences:
        parts += [*data.draw(around), sentence]
    text = "\n\n".join([*parts, *data.draw(around)])
    alone = [(hit.words, hit.rule) for sentence in sentences for hit in identifying(sentence)]
    assert [(hit.words, hit.rule) for hit in identifying(text)] == alone


def test_only_the_finding_with_the_words_is_flagged_and_the_document() -> None:
    good, bad = "Plans are clear.", "J, aged 14, lived in six homes."
    text = f"{good} {bad}"
    common = ("E08000035", "strength", "statement", "ofsted", True)
    findings = (
        Finding(*common, quote=good, start=0, end=len(good), rule="r"),
        Finding(*common, quote=bad, start=len(good) + 1, end=len(text), rule="r"),
    )
    reading = flagged(Extracted("", text, ()), Reading("news_article", None, findings=findings))
    assert [finding.sensitive for finding in reading.findings] == [None, "initial_and_age"]
    assert reading.sensitive == "initial_and_age"


def test_a_title_alone_flags_the_document() -> None:
    reading = flagged(Extracted("Re X (A Child)", "A judge spoke.", ()), Reading("news_article", None))
    assert reading.sensitive == "case_name"


def test_a_hit_counts_where_it_touches() -> None:
    hits = identifying("Well. Child A, 14, spoke.")
    assert rule_within(hits, 0, 5) is None
    assert rule_within(hits, 0, 10) == hits[0].rule
    assert rule_within(hits, 20, 24) is None
