"""Equal and reprinted texts fold into one original; shared phrases do not."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dedupe import find_duplicates, shingles
from ingest.dedupe.duplicates import SIMILAR, SKETCH
from ingest.model import Candidate, make_id

WORDS = [f"word{number}" for number in range(3000)]


def article(seed: int, length: int = 300) -> list[str]:
    return random.Random(seed).choices(WORDS, k=length)


def candidate(
    name: str, words: list[str] | str, kind: str = "news_article", day: int | None = 1
) -> Candidate:
    text = words if isinstance(words, str) else " ".join(words)
    published = date(2024, 1, day) if day else None
    return Candidate(name, kind, published, text, make_id(text.casefold()))  # type: ignore[arg-type]


def decide(*candidates: Candidate) -> dict[str, str | None]:
    pairs = [(one, other) for nth, one in enumerate(candidates) for other in candidates[nth + 1 :]]
    found = find_duplicates([candidate.document_id for candidate in candidates], pairs)
    return {duplicate.document_id: duplicate.duplicate_of for duplicate in found}


def test_equal_texts_are_one_and_the_earliest_is_the_original() -> None:
    assert decide(candidate("b", article(1), day=2), candidate("a", article(1), day=3)) == {
        "a": "b",
        "b": None,
    }


def test_ofsteds_own_document_is_the_original_even_if_it_came_later() -> None:
    found = decide(candidate("n", article(1), day=1), candidate("o", article(1), "ofsted_letter", 9))
    assert found == {"n": "o", "o": None}


def test_a_release_reprinted_with_small_changes_is_a_duplicate() -> None:
    words = article(2)
    edited = [*words[:100], "changed", *words[101:200], "again", *words[201:], "by", "our", "reporter"]
    assert decide(candidate("release", words, "press_release"), candidate("reprint", edited)) == {
        "release": None,
        "reprint": "release",
    }


def test_a_shared_quotation_does_not_make_two_articles_one() -> None:
    quotation = article(3, 60)
    one, other = article(4), article(5)
    found = decide(candidate("a", one + quotation), candidate("b", quotation + other))
    assert found == {"a": None, "b": None}


def test_three_copies_share_one_original() -> None:
    found = decide(*(candidate(name, article(6), day=day) for name, day in (("a", 3), ("b", 2), ("c", 1))))
    assert found == {"a": "c", "b": "c", "c": None}


def test_a_document_without_a_partner_is_an_original() -> None:
    assert [d.duplicate_of for d in find_duplicates(["alone"], [])] == [None]


@given(st.permutations([0, 1, 2, 3]), st.integers(0, 50))
@settings(max_examples=30)
def test_the_order_of_documents_does_not_matter(order: list[int], seed: int) -> None:
    words = article(seed, 80)
    copies = [candidate(f"d{n}", [*words[n:], *(["x"] * n)], day=n + 1) for n in range(4)]
    assert decide(*(copies[n] for n in order)) == decide(*copies)


@given(st.text(max_size=300))
@settings(max_examples=60)
def test_shingles_are_sorted_bounded_and_blind_to_case_and_spacing(text: str) -> None:
    found = shingles(text)
    assert list(found) == sorted(set(found))
    assert len(found) <= SKETCH
    assert found == shingles("  " + text.replace(" ", "  "))


def test_similar_texts_share_a_third_of_their_sketch() -> None:
    """What the candidate search relies on: it looks for texts that share a third of the smaller sketch."""
    words = article(7, 600)
    for cut in (20, 60, 100):
        other = words[cut:] + article(8, cut // 4)
        left, right = set(shingles(" ".join(words))), set(shingles(" ".join(other)))
        assert len(left & right) >= len(left) / 3
    assert SIMILAR > 0.5


def test_the_sketch_is_the_smallest_of_all_runs_however_long_the_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = [" ".join(article(seed, length)) for seed, length in enumerate((1, 3, 4, 5, 130, 500, 9000))]
    texts.append("the same words again " * 4000)
    sketches = [shingles(text) for text in texts]
    monkeypatch.setattr("ingest.dedupe.duplicates.SKETCH", 10**6)
    for text, sketch in zip(texts, sketches, strict=True):
        whole = shingles(text)
        assert sketch == whole[:SKETCH]
        assert all(0 <= run < 1 << 64 for run in whole)
    assert len(sketches[-1]) == 4
