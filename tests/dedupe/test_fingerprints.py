"""Runs, fingerprints, the exact comparison and the index that finds what to compare."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dedupe import Matcher, fingerprints, index
from ingest.dedupe.fingerprints import FEWEST, MOST, RUN, likeness, text_runs
from ingest.dedupe.index import FingerprintIndex
from ingest.model import IndexPart

WORDS = [f"word{number}" for number in range(4000)]


def words(seed: int, count: int = 300) -> list[str]:
    return random.Random(seed).choices(WORDS, k=count)


def edited(seed: int, source: list[str], rate: float) -> list[str]:
    chance = random.Random(seed)
    return [chance.choice(WORDS) if chance.random() < rate else word for word in source]


def matched(*texts: str) -> dict[tuple[str, str], tuple[float, bool, bool]]:
    """Compare texts one after the other, as they arrive."""
    matcher = Matcher((), lambda numbers: {number: (f"t{number}", texts[number]) for number in numbers})
    found = {}
    for number, text in enumerate(texts):
        for overlap in matcher.add({number: (f"t{number}", text)})[1]:
            held = overlap.one_is_held, overlap.other_is_held
            found[overlap.one, overlap.other] = (overlap.jaccard, *held)
    return found


@given(st.text(max_size=200), st.text(max_size=200))
@settings(max_examples=60, deadline=None)
def test_a_text_has_the_same_runs_alone_and_among_others(one: str, other: str) -> None:
    alone, together = text_runs([one]), text_runs([other, one, "", other])
    assert np.array_equal(alone[0], together[1])
    assert len(together[2]) == 0


@given(st.lists(st.sampled_from(["care", "leavers", "plan", "élan", "ﬁne", "a", "ß"]), max_size=12))
@settings(max_examples=60, deadline=None)
def test_runs_are_those_of_the_words_however_they_are_set(given_words: list[str]) -> None:
    plain = text_runs([" ".join(given_words)])[0]
    assert np.array_equal(plain, text_runs(["— " + ", ".join(given_words).upper().casefold() + "! \n"])[0])
    count = len(given_words)
    assert len(plain) == (count - RUN + 1 if count >= RUN else min(count, 1))
    by_words = {tuple(given_words[i : i + RUN]) for i in range(max(count - RUN + 1, min(count, 1)))}
    assert len(np.unique(plain)) == len({tuple(w.casefold() for w in run) for run in by_words})


def test_a_batch_larger_than_the_memory_allowed_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [" ".join(words(seed)) for seed in range(6)]
    whole = text_runs(texts)
    monkeypatch.setattr(fingerprints, "_LETTERS", 3000)
    assert all(np.array_equal(one, other) for one, other in zip(whole, text_runs(texts), strict=True))


@pytest.mark.parametrize("count", [1, 30, 200, 3000, 60_000])
def test_fingerprints_are_the_smallest_runs_and_their_number_is_bounded(count: int) -> None:
    runs = text_runs([" ".join(words(1, count))])[0]
    found = fingerprints.fingerprints(runs)
    distinct = np.unique(runs)
    assert np.array_equal(found, distinct[: len(found)])
    assert min(FEWEST, len(distinct)) <= len(found) <= MOST


def test_a_passage_brings_its_fingerprints_along() -> None:
    passage = words(2, 400)
    runs = text_runs([" ".join(passage), " ".join(words(3, 500) + passage + words(4, 600))])
    small, large = (set(fingerprints.fingerprints(one).tolist()) for one in runs)
    assert len(small & large) >= 0.9 * len(small)


def test_likeness_counts_all_runs_exactly() -> None:
    one, other = words(5, 100), words(6, 100)
    runs = text_runs([" ".join(one + other), " ".join(one)])
    found = likeness(*runs)
    common, total = 97, 197
    assert found.jaccard == pytest.approx(common / total)
    assert found.shares == pytest.approx((97 / 197, 1.0))
    assert found.held == (False, True)


def test_copies_of_every_sort_are_found() -> None:
    text = words(7)
    sentences = [text[i : i + 15] for i in range(0, 300, 15)]
    random.Random(1).shuffle(sentences)
    copies = {
        "reordered": [word for sentence in sentences for word in sentence],
        "a tenth changed": edited(8, text, 0.1),
        "a fifth changed": edited(9, text, 0.2),
    }
    for what, copy in copies.items():
        ((_, *held),) = matched(" ".join(text), " ".join(copy)).values()
        assert held == [True, True], what


@pytest.mark.parametrize("release_first", [True, False])
def test_a_release_inside_an_article_is_held_by_it_whichever_comes_first(release_first: bool) -> None:
    release = " ".join(words(10))
    article = " ".join(words(11, 250) + words(10) + words(12, 250))
    texts = (release, article) if release_first else (article, release)
    ((_, first_is_held, second_is_held),) = matched(*texts).values()
    assert (first_is_held, second_is_held) == (release_first, not release_first)


def test_a_shared_quotation_or_footer_makes_no_pair() -> None:
    quotation, footer = words(13, 60), words(14, 140)
    assert matched(
        " ".join(words(15, 120) + quotation + words(16, 180)),
        " ".join(quotation + words(17)),
        " ".join(words(18) + footer),
        " ".join(words(19) + footer),
    ) == {}  # fmt: skip


def test_a_quoted_statement_alone_is_not_held() -> None:
    short = words(20, 30)
    assert matched(" ".join(short), " ".join(words(21) + short)) == {}


def test_a_fingerprint_of_many_texts_leads_to_no_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "COMMON", 5)
    texts = text_runs([" ".join(words(22, 300) + words(30 + n, 300)) for n in range(9)])
    found = FingerprintIndex()
    pairs = []
    for number, runs in enumerate(texts):
        marks = [fingerprints.fingerprints(runs)]
        found.add(number, marks)
        pairs.append(len(found.pairs(number, marks)))
    assert pairs == [0, 1, 2, 3, 4, 0, 0, 0, 0]


@given(
    st.lists(st.frozensets(st.integers(0, 40), min_size=1, max_size=9), min_size=1, max_size=12),
    st.integers(1, 12),
)
@settings(max_examples=60, deadline=None)
def test_the_index_finds_every_pair_that_shares_enough(sets: list[frozenset[int]], cut: int) -> None:
    marks = [np.array(sorted(one), np.uint64) for one in sets]
    found = FingerprintIndex()
    pairs: set[tuple[int, int]] = set()
    for start in range(0, len(marks), cut):
        found.add(start, marks[start : start + cut])
        pairs.update(found.pairs(start, marks[start : start + cut]))
    wanted = {
        (one, other)
        for one in range(len(sets))
        for other in range(one)
        if len(sets[one] & sets[other]) >= min(2, len(sets[one]), len(sets[other]))
    }
    assert pairs == wanted


def test_an_index_goes_on_from_stored_parts() -> None:
    marks = [
        fingerprints.fingerprints(runs)
        for runs in text_runs([" ".join(words(seed)) for seed in (40, 41, 40)])
    ]
    keys = np.concatenate(marks[:2])
    order = np.argsort(keys)
    numbers = np.repeat(np.array([0, 1], np.uint32), [len(one) for one in marks[:2]])
    stored = IndexPart(0, np.array([len(one) for one in marks[:2]], np.uint16), keys[order], numbers[order])
    found = FingerprintIndex([stored])
    found.add(2, marks[2:])
    assert found.pairs(2, marks[2:]) == [(2, 0)]
