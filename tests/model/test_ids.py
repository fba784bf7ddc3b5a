"""Ids depend on their parts alone, however they are made."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from ingest.model import Document, Extracted, Link, Reading, Snapshot, make_id, make_ids

HEAD = st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=5)), min_size=1, max_size=4)
REST = st.lists(st.lists(st.one_of(st.integers(), st.text(max_size=5)), min_size=1, max_size=4).map(tuple))


@given(HEAD, REST)
def test_ids_made_under_one_head_are_those_of_all_their_parts(
    head: list[object], rest: list[tuple[str | int, ...]]
) -> None:
    assert make_ids(head, rest) == [make_id(*head, *more) for more in rest]
    assert len(make_id(*head)) == 16


def text_hash(text: str) -> str:
    snapshot = Snapshot(
        Link("s", "file:a"), "file:a", "", "text/plain", None, 0, datetime(2024, 1, 1, tzinfo=UTC)
    )
    return Document(snapshot, Extracted("", text, ()), Reading("other", None)).text_hash


def test_texts_that_differ_in_case_spaces_and_punctuation_have_one_hash() -> None:
    assert text_hash("Plans drift: 12 of them.") == text_hash("plans\n\ndrift – “12” of\u00a0THEM")
    assert text_hash("Plans drift: 12 of them.") != text_hash("Plans drift: 13 of them.")


@given(st.text(max_size=60))
def test_only_letters_and_digits_make_a_hash(text: str) -> None:
    assert text_hash(text) == make_id("".join(char for char in text.casefold() if char.isalnum()))
