"""Themes by phrases and by the learned words, on invented sentences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.classify import learned
from ingest.classify.phrases import Lexicon, expand, longest
from ingest.classify.rules import read_toml
from ingest.classify.themes import Said, considered, match, match_all, read_rules
from ingest.errors import ConfigError
from ingest.model import Polarity
from ingest.reference import load_themes

GOLD = Path(__file__).parents[2].parent / "shared" / "gold"


def _themes(sentence: str, section: str | None = None) -> set[str]:
    return {theme.theme_id for theme in match(sentence, section)}


def _first(sentence: str) -> str:
    return match(sentence)[0].theme_id


@pytest.mark.parametrize(
    ("sentence", "theme"),
    [
        ("Return home interviews are late.", "missing_return_interviews"),
        ("The workforce is stable.", "workforce_caseloads"),
        ("The council was an early adopter of the second phase of the families programme.", "early_help"),
        ("Children who run away are spoken to when they come back.", "missing_return_interviews"),
        ("Some are housed in unsafe bedsits.", "accommodation_staying_put"),
        ("Children taught at home are visited each year.", "hidden_vulnerable_groups"),
        ("Parents' drinking and violence at home are understood.", "neglect_domestic_abuse"),
        ("Adopters are recruited early.", "permanence_adoption_sgo"),
        ("Initial health assessments are late.", "health_camhs"),
        ("Age assessments of unaccompanied children are fair.", "uasc"),
        ("Children missing education are tracked.", "hidden_vulnerable_groups"),
        ("Families meet at family group conferences.", "family_contact_kinship"),
        ("IROs hold reviews on time.", "iro_reviews"),
        ("Legal planning meetings precede the public law outline.", "court_plo"),
        ("Strategy meetings are timely.", "assessment_planning"),
        ("Things are getting better.", "overall_progress"),
        ("Leaders know that supervision is late.", "management_oversight_supervision"),
        ("The voice of the child is not clear.", "voice_engagement"),
        ("Main findings Initial health assessments are late.", "health_camhs"),
        ("A minority of plans name the next review.", "assessment_planning"),
        ("Adoption panels approve matches early.", "permanence_adoption_sgo"),
    ],
)
def test_the_likeliest_theme_comes_first(sentence: str, theme: str) -> None:
    assert _first(sentence) == theme


def test_a_sentence_with_two_subjects_has_both() -> None:
    assert _themes("PAs have high caseloads.") == {"workforce_caseloads", "care_leavers_pathway"}
    assert "neet_eet" in _themes("Fewer care leavers are not in education, employment or training.")


def test_a_line_end_hyphen_does_not_hide_a_phrase() -> None:
    assert "partnership_working" in _themes("A multi-\nagency team meets.")


def test_a_section_tips_the_scale_between_hints() -> None:
    def chance(section: str | None) -> float:
        return {c.theme.theme_id: c.likelihood for c in considered("Children are helped.", section)}.get(
            "assessment_planning", 0.0
        )

    assert chance("Help and protection: assessment") > chance(None)


def test_what_it_goes_on_from_holds_where_it_has_no_words_of_its_own() -> None:
    first, second, third = match_all(
        [
            Said("Return home interviews are late."),
            Said("They are too short.", goes_on=True),
            Said("Audits are weak.", goes_on=True),
        ]
    )
    assert {t.theme_id for t in second} == {t.theme_id for t in first} == {"missing_return_interviews"}
    assert {t.theme_id for t in third} == {"quality_assurance_learning"}


def test_many_at_once_are_filed_as_one_by_one() -> None:
    texts = ["Audits are weak.", "", "PAs have high caseloads.", "xyzzy", "Plans drift. Reviews are late."]
    assert match_all([Said(text) for text in texts]) == [match(text) for text in texts]


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


@pytest.mark.parametrize(
    "body",
    [b"no model", b"", learned.MODEL.read_bytes()[:9000], learned.MODEL.read_bytes().replace(b"\0", b"\1")],
    ids=["other", "empty", "cut short", "damaged"],
)
def test_an_unreadable_model_is_named(body: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "model.npz"
    broken.write_bytes(body)
    monkeypatch.setattr(learned, "MODEL", broken)
    learned.learned.cache_clear()
    try:
        with pytest.raises(ConfigError, match=r"model\.npz cannot be read"):
            match("Audits are weak.")
    finally:
        learned.learned.cache_clear()


def test_the_model_knows_the_answers_in_use() -> None:
    assert set(learned.learned().polarity.answers) == set(get_args(Polarity))
    assert set(learned.learned().themes.answers) == {theme.theme_id for theme in load_themes()}
