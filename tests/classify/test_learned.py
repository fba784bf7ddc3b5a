"""The words of a sentence as the learned model sees them, and what it may overrule."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.classify.learned import learned, worded
from ingest.classify.polarity import judge, likelihoods


def test_words_and_pairs_are_known_by_their_rows() -> None:
    vocabulary = learned().vocabulary
    row, followers = vocabulary["social"]
    assert worded("Social workers").rows[0] == row
    assert followers["workers"] in worded("Social workers").rows
    assert followers["workers"] not in worded("Workers are social").rows


def test_words_count_once() -> None:
    rows = worded("Children, children and children").rows
    assert len(rows) == len(set(rows))


def test_unknown_words_leave_the_verdict_to_the_cues() -> None:
    assert worded("Zzyzx qwfpgj").rows == ()
    assert judge("Zzyzx is poor.").polarity == "concern"


def test_the_words_may_overrule_the_cues_and_are_named() -> None:
    verdict = judge("Roughly 41,000 people of school age have their home in the county.")
    assert verdict.polarity == "neutral"
    assert verdict.rule.startswith("context: words: ")
    assert not verdict.is_cued


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_has_one_polarity(text: str) -> None:
    weighed = likelihoods(text)
    assert abs(sum(share for _, share in weighed) - 1) < 1e-4
    assert [share for _, share in weighed] == sorted((share for _, share in weighed), reverse=True)
    assert 1 <= len(judge(text).clauses) <= 2
