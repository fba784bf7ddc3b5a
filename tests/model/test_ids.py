"""Ids depend on their parts alone, however they are made."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.model import ids_under, make_id

PARTS = st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=5)), min_size=1, max_size=4)


@given(PARTS, PARTS)
def test_an_id_made_under_a_head_is_that_of_all_its_parts(head: list[object], rest: list[object]) -> None:
    assert ids_under(*head)(*rest) == make_id(*head, *rest)
    assert len(make_id(*head)) == 16
