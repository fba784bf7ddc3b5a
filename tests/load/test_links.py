"""Candidates for duplicates, the duplicates found, and the stories."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.load import Warehouse
from ingest.model import Duplicate, StoryLink


def rows(warehouse, sql):
    return warehouse.reader.query(sql)[1]


def pair_ids(pairs):
    return [(one.document_id, other.document_id) for one, other in pairs]


def test_candidates_share_text_or_a_third_of_the_smaller_set(warehouse, build):
    names = ["a", "b", "c", "d"]
    a, b, c, d = (build.document(f"https://{n}.example", text=f"Text of {n}.") for n in names)
    shingles = {
        a.document_id: (1, 2, 3, 2**64 - 1),
        b.document_id: (2, 9, 10),
        c.document_id: (3, 20, 21, 22),
        d.document_id: (),
    }
    warehouse.store(build.batch(a, b, c, d, shingles=shingles), "r1", build.now)
    assert pair_ids(warehouse.candidates([a.document_id])) == [(a.document_id, b.document_id)]
    assert pair_ids(warehouse.candidates([b.document_id])) == [(b.document_id, a.document_id)]
    both = sorted([a.document_id, b.document_id])
    assert pair_ids(warehouse.candidates([b.document_id, a.document_id])) == [tuple(both)]
    assert warehouse.candidates([d.document_id]) == ()
    assert warehouse.candidates([]) == ()
    twin = build.document("https://twin.example", text="text of d!  https d example")
    same = build.document("https://same.example", text="Text of d.")
    warehouse.store(build.batch(twin, same, shingles={}), "r1", build.now)
    ((one, other),) = warehouse.candidates([same.document_id])
    assert (one.document_id, other.document_id) == (same.document_id, d.document_id)
    assert one.text == same.extracted.text
    assert other.text_hash == d.text_hash
    assert other.published_on == date(2024, 4, 2)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.frozensets(st.integers(0, 12), max_size=8), min_size=2, max_size=7),
    st.sets(st.integers(0, 6)),
)
def test_candidates_are_all_pairs_that_share_enough(tmp_path_factory, build, sets, chosen):
    documents = [build.document(f"https://{i}.example", text=f"Text {i}.") for i in range(len(sets))]
    shingles = {d.document_id: tuple(sorted(s)) for d, s in zip(documents, sets, strict=True)}
    given_ids = {documents[i].document_id for i in chosen if i < len(documents)}
    expected = {
        frozenset((x, y))
        for x in given_ids
        for y in shingles
        if x != y
        and shingles[x]
        and shingles[y]
        and (common := len(set(shingles[x]) & set(shingles[y])))
        and 3 * common >= min(len(shingles[x]), len(shingles[y]))
    }
    with Warehouse.open(tmp_path_factory.mktemp("pairs") / "w.duckdb") as warehouse:
        warehouse.store(build.batch(*documents, shingles=shingles), "r1", build.now)
        found = pair_ids(warehouse.candidates(sorted(given_ids)))
    assert len(found) == len(set(map(frozenset, found)))
    assert set(map(frozenset, found)) == expected
    assert all(one in given_ids for one, _ in found)


def test_only_current_versions_are_candidates(warehouse, build):
    old = build.document("https://a.example", text="Shared words.")
    twin = build.document("https://b.example", text="Shared words.")
    new = build.document("https://a.example", text="Quite different now.")
    for document in (old, twin, new):
        shingles = {document.document_id: (len(document.extracted.text),)}
        warehouse.store(build.batch(document, shingles=shingles), "r1", build.now)
    assert warehouse.candidates([twin.document_id]) == ()


def test_duplicates_are_set_and_taken_back(warehouse, build):
    one, two = build.document("https://a.example"), build.document("https://b.example")
    warehouse.store(build.batch(one, two), "r1", build.now)
    sql = "SELECT duplicate_of, similarity FROM document WHERE url = 'https://b.example'"
    warehouse.set_duplicates([Duplicate(two.document_id, one.document_id, 0.93)])
    assert rows(warehouse, sql) == [(one.document_id, 0.93)]
    assert rows(warehouse, "SELECT DISTINCT url FROM finding_current") == [("https://a.example",)]
    assert warehouse.reader.counts().duplicates == 1
    warehouse.set_duplicates([Duplicate(two.document_id, None, None)])
    assert rows(warehouse, sql) == [(None, None)]
    warehouse.set_duplicates([])


def test_stories_take_title_and_date_from_their_earliest_document(warehouse, build):
    late = build.document("https://a.example", published_on=date(2024, 4, 9))
    early = build.document("https://b.example", published_on=date(2024, 4, 1))
    warehouse.store(build.batch(late, early), "r1", build.now)
    warehouse.set_stories([StoryLink("s", "Late title", None, late.document_id, build.gss, "test")])
    sql = "SELECT story_id, title, first_published_on FROM story ORDER BY story_id"
    assert rows(warehouse, sql) == [("s", "Late title", date(2024, 4, 9))]
    warehouse.set_stories([StoryLink("s", "Early title", None, early.document_id, build.gss, "test")])
    assert rows(warehouse, sql) == [("s", "Early title", date(2024, 4, 1))]
    assert warehouse.reader.unlinked() == ()


def test_a_document_leaves_its_old_stories_and_empty_ones_go(warehouse, build):
    document = build.document()
    warehouse.store(build.batch(document), "r1", build.now)

    def link(story_id):
        return StoryLink(story_id, story_id.upper(), None, document.document_id, build.gss, "test")

    warehouse.set_stories([link("second"), link("first")])
    assert rows(warehouse, "SELECT story_id FROM document") == [("second",)]
    assert rows(warehouse, "SELECT story_id FROM story ORDER BY 1") == [("first",), ("second",)]
    warehouse.set_stories([link("first"), link("third")])
    assert rows(warehouse, "SELECT story_id FROM document") == [("first",)]
    assert rows(warehouse, "SELECT story_id FROM story ORDER BY 1") == [("first",), ("third",)]
    assert warehouse.reader.check() == ()
