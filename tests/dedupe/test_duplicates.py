"""Equal and reprinted texts fold into one original; templates and shared phrases do not."""

from __future__ import annotations

import random
from datetime import date
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dedupe import find_duplicates
from ingest.model import Candidate, Overlap

MAY, AUGUST = date(2018, 5, 1), date(2018, 8, 1)


def document(
    name: str, text: str = "", kind: str = "news_article", day: int | None = 1, **given: object
) -> Candidate:
    published = date(2024, 1, day) if day else None
    values = {"text_hash": text or name, "address": f"https://{name}.example/"} | given
    return Candidate(name, kind, published, **values)  # type: ignore[arg-type]


def copy(one: str, other: str, jaccard: float = 0.8) -> Overlap:
    return Overlap(one, other, jaccard, 0.9, 0.9, True, True)


def inside(one: str, other: str, share_of_other: float) -> Overlap:
    """`one` stands in `other`."""
    return Overlap(one, other, 0.3, 1.0, share_of_other, True, False)


def decide(*documents: Candidate, overlaps: tuple[Overlap, ...] = ()) -> dict[str, str | None]:
    return {found.document_id: found.duplicate_of for found in find_duplicates(documents, overlaps)}


def test_equal_texts_are_one_and_the_earliest_is_the_original() -> None:
    assert decide(document("b", "t", day=2), document("a", "t", day=3)) == {"a": "b", "b": None}


def test_ofsteds_own_document_is_the_original_even_if_it_came_later() -> None:
    found = decide(document("n", "t", day=1), document("o", "t", "ofsted_letter", 9))
    assert found == {"n": "o", "o": None}


def test_a_release_reprinted_with_small_changes_is_a_duplicate() -> None:
    found = find_duplicates(
        [document("release", kind="press_release", day=5), document("reprint")],
        [copy("release", "reprint", 0.71)],
    )
    assert [(d.document_id, d.duplicate_of, d.similarity) for d in found] == [
        ("release", None, None),
        ("reprint", "release", 0.71),
    ]


def test_an_article_that_is_mostly_the_release_repeats_it_and_one_that_adds_more_does_not() -> None:
    release = document("release", kind="press_release")
    mostly = decide(release, document("article"), overlaps=(inside("release", "article", 0.6),))
    assert mostly["article"] == "release"
    partly = decide(release, document("article"), overlaps=(inside("release", "article", 0.3),))
    assert partly == {"release": None, "article": None}


def test_an_excerpt_repeats_the_longer_original() -> None:
    letter, page = document("letter", kind="ofsted_letter", day=9), document("page", kind="press_release")
    assert decide(letter, page, overlaps=(inside("page", "letter", 0.2),)) == {
        "letter": None,
        "page": "letter",
    }


def test_one_address_is_one_document_and_a_claim_needs_the_text() -> None:
    one = document("a", address="https://x.example/1")
    other = document("b", address="https://x.example/1", day=2)
    assert decide(one, other) == {"a": None, "b": "a"}
    second_page = document("c", address="https://x.example/1/2", claimed="https://x.example/1", day=2)
    assert decide(one, second_page) == {"a": None, "c": None}
    longer = (inside("a", "c", 0.3),)
    assert decide(one, second_page, overlaps=longer) == {"a": None, "c": "a"}


def test_a_template_filled_in_twice_is_two_documents() -> None:
    may = document("may", visits=frozenset({("E1 monitoring_visit", MAY)}))
    august = document("august", visits=frozenset({("E1 monitoring_visit", AUGUST)}), day=9)
    assert decide(may, august, overlaps=(copy("may", "august"),)) == {"may": None, "august": None}
    here, there = document("here", subjects=frozenset({"E1"})), document("there", subjects=frozenset({"E2"}))
    assert decide(here, there, overlaps=(copy("here", "there"),)) == {"here": None, "there": None}
    nobody = document("nobody", day=9)
    assert decide(here, nobody, overlaps=(copy("here", "nobody"),)) == {"here": None, "nobody": "here"}


def test_who_resembles_only_a_duplicate_is_an_original() -> None:
    documents = [document("a", day=1), document("b", day=2), document("c", day=3)]
    assert decide(*documents, overlaps=(copy("a", "b"), copy("b", "c"))) == {"a": None, "b": "a", "c": None}


@given(
    st.permutations(range(7)),
    st.sets(
        st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] < pair[1]), max_size=9
    ),
)
@settings(max_examples=60, deadline=None)
def test_the_order_does_not_matter_and_originals_are_originals(
    order: list[int], pairs: set[tuple[int, int]]
) -> None:
    documents = [document(f"d{n}", day=random.Random(n).randint(1, 9)) for n in range(7)]
    overlaps = tuple(copy(f"d{one}", f"d{other}") for one, other in sorted(pairs))
    turned = tuple(overlap.turned() for overlap in reversed(overlaps))
    found = decide(*documents, overlaps=overlaps)
    assert decide(*(documents[n] for n in order), overlaps=turned) == found
    assert all(found[original] is None for original in found.values() if original)
    related = {frozenset((overlap.one, overlap.other)) for overlap in overlaps}
    assert all(frozenset((name, original)) in related for name, original in found.items() if original)


def test_of_equal_texts_the_original_is_that_of_the_sort_nearest_to_ofsted() -> None:
    kinds = ["ofsted_letter", "government_notice", "press_release", "news_article", "other"]
    for nearer, farther in pairwise(kinds):
        assert decide(document("z", "t", nearer, 9), document("a", "t", farther, 1)) == {"z": None, "a": "z"}
    # Among themselves a report and a letter, and all others, go by the day.
    late = decide(document("late", "t", "ofsted_report", 9), document("early", "t", "ofsted_letter", 1))
    assert late == {"late": "early", "early": None}


def test_an_undated_text_and_an_address_that_only_leads_on_come_last() -> None:
    assert decide(document("a", "t", day=None), document("b", "t", day=9)) == {"a": "b", "b": None}
    assert decide(document("a", "t", is_direct=False), document("b", "t")) == {"a": "b", "b": None}


def test_the_likeness_is_kept_with_the_decision() -> None:
    one = document("a", address="https://x.example/1")
    other = document("b", address="https://x.example/1", day=2)
    (_, same_address) = find_duplicates([one, other], [])
    assert same_address.similarity == 0.0
    (_, known) = find_duplicates([one, other], [copy("a", "b", 0.123456)])
    assert known.similarity == 0.1235
    (_, equal) = find_duplicates([document("a", "t"), document("b", "t", day=2)], [])
    assert equal.similarity == 1.0
