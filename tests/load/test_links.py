"""Texts and their overlaps, the index in files, the duplicates found, and the stories."""

from __future__ import annotations

from datetime import date

import numpy as np

from ingest.dedupe import find_duplicates
from ingest.model import Duplicate, Overlap, StoryLink


def rows(warehouse, sql):
    return warehouse.reader.query(sql)[1]


def compare(warehouse, *documents, overlaps=()):
    """Number the documents' texts as a comparison does, and note overlaps of them."""
    texts = warehouse.new_texts([document.document_id for document in documents])
    marks = {n: (text_hash, np.array([n, 2**64 - 1], np.uint64)) for n, (text_hash, _) in texts.items()}
    warehouse.add_texts(marks, overlaps)
    return {text_hash: number for number, (text_hash, _) in texts.items()}


def copy(one, other, jaccard=0.8):
    return Overlap(one.text_hash, other.text_hash, jaccard, 0.9, 0.9, True, True)


def ids(candidates):
    return {candidate.document_id for candidate in candidates}


def test_each_text_is_new_once_and_keeps_its_number(warehouse, build):
    one, twin, other = (
        build.document(f"https://{n}.example", text=text)
        for n, text in (("a", "Same."), ("b", "Same."), ("c", "Other."))
    )
    warehouse.store(build.batch(one, twin, other), "r1", build.now)
    numbers = compare(warehouse, one, twin, other)
    assert sorted(numbers.values()) == [0, 1]
    assert warehouse.new_texts([one.document_id, twin.document_id, other.document_id]) == {}
    late = build.document("https://d.example", text="Late.")
    warehouse.store(build.batch(late), "r1", build.now)
    assert warehouse.new_texts([late.document_id, one.document_id]) == {
        2: (late.text_hash, late.extracted.text)
    }
    texts = warehouse.numbered_texts({numbers[one.text_hash], 99})
    assert texts == {numbers[one.text_hash]: (one.text_hash, one.extracted.text)}


def test_a_text_that_no_document_has_any_more_is_not_given(warehouse, build):
    old = build.document("https://a.example", text="Old words.")
    warehouse.store(build.batch(old), "r1", build.now)
    (number,) = compare(warehouse, old).values()
    warehouse.store(build.batch(build.document("https://a.example", text="New words.")), "r1", build.now)
    assert warehouse.numbered_texts({number}) == {}


def test_the_index_is_kept_in_files_and_written_anew_when_they_are_gone(warehouse, build, monkeypatch):
    monkeypatch.setattr("ingest.load.fingerprints.STEP", 2)
    documents = [build.document(f"https://{n}.example", text=f"Text {n}.") for n in range(7)]
    warehouse.store(build.batch(*documents), "r1", build.now)
    numbers = {}
    for start in (0, 3):
        numbers |= compare(warehouse, *documents[start : start + 4])

    def known():
        parts = warehouse.index_parts()
        assert [part.first for part in parts] == [0, 4, 6]
        assert [len(part.sizes) for part in parts] == [4, 2, 1]
        assert all(np.all(part.keys[:-1] <= part.keys[1:]) for part in parts)
        return sorted(
            (int(k), int(n)) for part in parts for k, n in zip(part.keys, part.numbers, strict=True)
        )

    first = known()
    assert first == sorted((key, n) for n in range(7) for key in (n, 2**64 - 1))
    folder = warehouse.place.with_suffix(".fingerprints")
    files = sorted(path.name for path in folder.iterdir())
    assert len(files) == 6
    for path in folder.iterdir():
        path.unlink()
    (folder / "0000000000000000-0-4.keys").write_bytes(b"of another copy")
    assert known() == first
    assert sorted(path.name for path in folder.iterdir()) == files


def test_alike_is_what_shares_an_address_a_text_or_an_overlap(warehouse, build):
    a, b, c, d = (build.document(f"https://{n}.example", text=f"Text of {n}.") for n in "abcd")
    tracked = build.document("https://www.a.example/?utm_source=feed", text="Text of a, corrected.")
    twin = build.document("https://twin.example", text="TEXT of c")
    warehouse.store(build.batch(a, b, c, d, tracked, twin), "r1", build.now)
    compare(warehouse, a, b, c, d, tracked, twin, overlaps=[copy(a, b), copy(b, c)])
    members, overlaps = warehouse.alike([a.document_id])
    assert len(overlaps) == 2
    assert ids(members) == {document.document_id for document in (a, b, c, tracked, twin)}
    assert ids(warehouse.alike([d.document_id])[0]) == set()
    (one,) = (candidate for candidate in members if candidate.document_id == a.document_id)
    assert one.subjects == {build.gss}
    assert one.visits == {(f"{build.gss} focused_visit", date(2024, 3, 1))}
    assert warehouse.alike([]) == ((), ())


def test_what_repeated_a_document_is_decided_again_when_its_text_changes(warehouse, build):
    one, two = (build.document(f"https://{n}.example", text="Same words.", content=n) for n in "ab")
    warehouse.store(build.batch(one, two), "r1", build.now)
    warehouse.set_duplicates([], [Duplicate(two.document_id, one.document_id, 1.0)])
    warehouse.store(
        build.batch(build.document("https://a.example", text="Quite different.", content="c")),
        "r1",
        build.now,
    )
    members, _ = warehouse.alike([one.document_id])
    warehouse.set_duplicates([one.document_id, two.document_id], find_duplicates(members, ()))
    assert rows(warehouse, "SELECT count(duplicate_of) FROM document WHERE is_current") == [(0,)]


def test_duplicates_are_set_and_taken_back(warehouse, build):
    one, two = build.document("https://a.example"), build.document("https://b.example")
    warehouse.store(build.batch(one, two), "r1", build.now)
    sql = "SELECT duplicate_of, similarity FROM document WHERE url = 'https://b.example'"
    warehouse.set_duplicates([], [Duplicate(two.document_id, one.document_id, 0.93)])
    assert rows(warehouse, sql) == [(one.document_id, 0.93)]
    assert rows(warehouse, "SELECT DISTINCT url FROM finding_current") == [("https://a.example",)]
    assert warehouse.reader.counts().duplicates == 1
    warehouse.set_duplicates([], [Duplicate(two.document_id, None, None)])
    assert rows(warehouse, sql) == [(None, None)]
    warehouse.set_duplicates([], [])


def test_stories_take_title_and_date_from_their_earliest_document(warehouse, build):
    late = build.document("https://a.example", published_on=date(2024, 4, 9))
    early = build.document("https://b.example", published_on=date(2024, 4, 1))
    warehouse.store(build.batch(late, early), "r1", build.now)
    warehouse.set_stories([StoryLink("s", "Late title", None, late.document_id, build.gss, ("test",))])
    sql = "SELECT story_id, title, first_published_on FROM story ORDER BY story_id"
    assert rows(warehouse, sql) == [("s", "Late title", date(2024, 4, 9))]
    warehouse.set_stories([StoryLink("s", "Early title", None, early.document_id, build.gss, ("test",))])
    assert rows(warehouse, sql) == [("s", "Early title", date(2024, 4, 1))]
    assert warehouse.reader.unlinked() == ()


def test_a_document_leaves_its_old_stories_and_empty_ones_go(warehouse, build):
    document = build.document()
    warehouse.store(build.batch(document), "r1", build.now)

    def link(story_id):
        return StoryLink(story_id, story_id.upper(), None, document.document_id, build.gss, ("test",))

    warehouse.set_stories([link("second"), link("first")])
    assert rows(warehouse, "SELECT story_id FROM document") == [("second",)]
    assert rows(warehouse, "SELECT story_id FROM story ORDER BY 1") == [("first",), ("second",)]
    warehouse.set_stories([link("first"), link("third")])
    assert rows(warehouse, "SELECT story_id FROM document") == [("first",)]
    assert rows(warehouse, "SELECT story_id FROM story ORDER BY 1") == [("first",), ("third",)]
    assert warehouse.reader.check() == ()
