"""Themes by phrases, exclusions and sections, on invented sentences."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.classify.phrases import Lexicon, expand, longest
from ingest.classify.rules import read_toml
from ingest.classify.themes import match, read_rules
from ingest.errors import ConfigError

GOLD = Path(__file__).parents[2].parent / "shared" / "gold"


def _themes(sentence: str, section: str | None = None) -> set[str]:
    return {theme.theme_id for theme in match(sentence, section)}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Return home interviews are late.", {"missing_return_interviews"}),
        ("PAs have high caseloads.", {"workforce_caseloads", "care_leavers_pathway"}),
        ("The workforce is stable.", {"workforce_caseloads"}),
        ("Fewer care leavers are not in education, employment or training.", {"neet_eet"}),
        ("Adopters are recruited early.", {"permanence_adoption_sgo"}),
        ("Initial health assessments are late.", {"health_camhs"}),
        ("Age assessments of unaccompanied children are fair.", {"uasc"}),
        ("Children missing education are tracked.", {"hidden_vulnerable_groups"}),
        ("Families meet at family group conferences.", {"family_contact_kinship"}),
        ("IROs hold reviews on time.", {"iro_reviews"}),
        ("Legal planning meetings precede the public law outline.", {"court_plo"}),
        ("Strategy meetings are timely.", {"assessment_planning"}),
        ("Things are getting better.", {"overall_progress"}),
        ("Leaders know that supervision is late.", {"management_oversight_supervision"}),
        ("The voice of the child is not clear.", {"voice_engagement"}),
        ("Main findings Initial health assessments are late.", {"health_camhs"}),
        ("A minority of plans name the next review.", {"assessment_planning"}),
        ("Adoption panels hear the voice of the child.", {"permanence_adoption_sgo"}),
    ],
)
def test_themes(sentence: str, expected: set[str]) -> None:
    assert _themes(sentence) == expected


def test_a_line_end_hyphen_does_not_hide_a_phrase() -> None:
    assert "partnership_working" in _themes("A multi-\nagency team meets.")


def test_a_section_tips_the_scale_between_hints() -> None:
    assert _themes("Children and families are helped.", "Help and protection: assessment") == {
        "assessment_planning"
    }


def test_what_it_goes_on_from_holds_where_it_has_no_words_of_its_own() -> None:
    context = match("Return home interviews are late.")
    assert {t.theme_id for t in match("They are too short.", context=context)} == {
        "missing_return_interviews"
    }
    assert {t.theme_id for t in match("Audits are weak.", context=context)} == {"quality_assurance_learning"}


def test_every_theme_says_which_words_decided() -> None:
    for found in match("Audits are weak and supervision is late."):
        assert found.rule


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_has_a_theme(text: str) -> None:
    assert match(text)


def test_phrases_expand() -> None:
    assert list(expand("{a|b} plan*")) == ["a plan*", "b plan*"]
    assert "carers review" in set(expand("carer* review"))
    assert list(expand("{a |}multi-agency")) == ["a multi agency", "multi agency"]


def test_the_longest_phrase_silences_the_words_inside() -> None:
    lexicon = Lexicon([("delay*", "bad"), ("without delay", "good")])
    assert [hit.label for hit in longest(lexicon.hits("without delay, then delays"))] == ["good", "bad"]
    assert lexicon.hits("undelayed") == []


def test_an_open_phrase_reaches_to_the_end_of_its_word_and_the_closest_spelling_wins() -> None:
    lexicon = Lexicon([("assess*", "any"), ("assessment*", "closer")])
    hits = lexicon.hits("assessments drift")
    assert [(hit.start, hit.end) for hit in hits] == [(0, 11), (0, 11)]
    assert [hit.label for hit in longest(hits)] == ["closer"]


@pytest.mark.parametrize("phrase", ["a {b", "*", "as*sess"])
def test_a_bad_phrase_is_named(phrase: str) -> None:
    with pytest.raises(ConfigError, match="phrase"):
        Lexicon([(phrase, None)])


@pytest.mark.parametrize(
    ("theme", "key", "value", "message"),
    [
        ("no_theme", "strong", "x", "no_theme"),
        ("uasc", "stronk", "x", "stronk"),
        ("uasc", "strong", 3, "string of words"),
        ("uasc", "yields_to", "no_theme", "no theme no_theme"),
    ],
)
def test_a_bad_edit_is_named(theme: str, key: str, value: object, message: str) -> None:
    data = read_toml("themes.toml")
    data.setdefault(theme, {})[key] = value
    with pytest.raises(ConfigError, match=message):
        read_rules(data)


@pytest.mark.skipif(not GOLD.exists(), reason="the labelled sentences lie outside the repository")
def test_labelled_sentences() -> None:
    labels = {
        row["id"]: row for row in map(json.loads, (GOLD / "labels.jsonl").read_text("utf-8").splitlines())
    }
    right = wrong = missed = 0
    for row in map(json.loads, (GOLD / "sentences.jsonl").read_text("utf-8").splitlines()):
        label, have = labels[row["id"]], _themes(row["text"])
        must = set(label["themes"])
        right += len(have & must)
        wrong += len(have - must - set(label["optional_themes"]))
        missed += len(must - have)
    assert 2 * right / (2 * right + wrong + missed) >= 0.88
