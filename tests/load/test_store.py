"""What storing a batch writes: versions, inspections, quarantine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.load import Warehouse
from ingest.model import Duplicate, Failure, Judgement, Link, Problem, SourceCheck, StoryLink, Validator


def rows(warehouse, sql):
    return warehouse.reader.query(sql)[1]


def test_a_new_document_is_stored_with_all_its_children(warehouse, build):
    letter = build.letter()
    stored = warehouse.store(build.batch(letter), "r1", build.now)
    assert stored.new == (letter.document_id,)
    assert (stored.changed, stored.updated, stored.unchanged, stored.quarantined) == ((), (), (), ())
    assert rows(warehouse, "SELECT document_id, version, is_current, run_id FROM document") == [
        (letter.document_id, 1, True, "r1")
    ]
    assert rows(warehouse, "SELECT gss, kind, started_on, ended_on, document_id FROM inspection") == [
        (build.gss, "focused_visit", date(2024, 3, 12), date(2024, 3, 13), letter.document_id)
    ]
    assert rows(warehouse, "SELECT area, grade, reason FROM judgement") == [
        ("overall", None, "focused visits are not graded")
    ]
    assert rows(warehouse, "SELECT polarity, themes FROM finding_current ORDER BY start_char") == [
        ("strength", ["voice_engagement"]),
        ("concern", []),
    ]
    assert warehouse.reader.check() == ()


def test_storing_the_same_again_changes_nothing(warehouse, build, dump):
    batch = build.batch(build.letter(), build.document(source_id="ofsted"))
    warehouse.store(batch, "r1", build.now)
    before = dump(warehouse)
    again = warehouse.store(batch, "r1", build.now)
    assert (again.new, again.changed, again.updated) == ((), (), ())
    assert len(again.unchanged) == 2
    assert dump(warehouse) == before


def test_an_unchanged_document_keeps_its_run_and_its_first_bytes(warehouse, build):
    first = build.document(text="A page.", content="<html>token 1")
    second = build.document(text="A page.", content="<html>token 2")
    warehouse.store(build.batch(first), "r1", build.now)
    later = replace(second, snapshot=replace(second.snapshot, fetched_at=build.now + timedelta(days=1)))
    stored = warehouse.store(build.batch(later), "r2", build.now + timedelta(days=1))
    assert stored.unchanged == (first.document_id,)
    assert rows(warehouse, "SELECT run_id, content_hash FROM document") == [
        ("r1", first.snapshot.content_hash)
    ]
    assert rows(warehouse, "SELECT content_hash FROM resource") == [(second.snapshot.content_hash,)]


def test_a_changed_text_is_a_new_version_and_the_old_one_stays(warehouse, build):
    old, new = build.document(text="First words."), build.document(text="Corrected words.")
    warehouse.store(build.batch(old), "r1", build.now)
    warehouse.set_stories([StoryLink("s", "A story", None, old.document_id, build.gss, ("test",))])
    stored = warehouse.store(build.batch(new), "r2", build.now)
    assert stored.changed == (old.document_id,)
    assert rows(warehouse, "SELECT version, is_current, run_id, story_id FROM document ORDER BY version") == [
        (1, False, "r1", "s"),
        (2, True, "r2", None),
    ]
    assert rows(warehouse, "SELECT version, count(*) FROM finding GROUP BY 1 ORDER BY 1") == [(1, 2), (2, 2)]
    assert rows(warehouse, "SELECT DISTINCT version FROM inspection_document") == [(2,)]
    assert rows(warehouse, "SELECT DISTINCT version FROM finding_current") == [(2,)]
    assert warehouse.reader.unlinked() == (old.document_id,)
    back = warehouse.store(build.batch(old), "r3", build.now)
    assert back.changed == (old.document_id,)
    assert rows(warehouse, "SELECT version FROM document WHERE is_current") == [(3,)]
    assert warehouse.reader.check() == ()


def test_newer_rules_rewrite_the_same_version(warehouse, build):
    old = build.document(text="The text.", content="bytes", polarity="strength")
    read_anew = build.document(text="The text.", content="bytes", polarity="neutral")
    cut_anew = build.document(text="The same page, cut differently.", content="bytes", polarity="neutral")
    warehouse.store(build.batch(old), "r1", build.now)
    ids = rows(warehouse, "SELECT finding_id FROM finding ORDER BY start_char")
    assert warehouse.store(build.batch(read_anew), "r2", build.now).updated == (old.document_id,)
    assert rows(warehouse, "SELECT version, is_current, run_id FROM document") == [(1, True, "r1")]
    assert rows(warehouse, "SELECT finding_id FROM finding ORDER BY start_char") == ids
    assert rows(warehouse, "SELECT polarity FROM finding ORDER BY start_char") == [("neutral",), ("concern",)]
    assert warehouse.store(build.batch(cut_anew), "r3", build.now).updated == (old.document_id,)
    assert rows(warehouse, "SELECT version, text_hash FROM document") == [(1, cut_anew.text_hash)]
    assert rows(warehouse, "SELECT count(*) FROM finding") == [(2,)]
    assert warehouse.reader.check() == ()


def test_the_same_page_from_a_second_source_changes_nothing(warehouse, build):
    first = build.document(text="A page.", source_id="feed")
    second = build.document(text="A page.", source_id="listing", title="Another title")
    warehouse.store(build.batch(first), "r1", build.now)
    assert warehouse.store(build.batch(second), "r1", build.now).unchanged == (first.document_id,)
    assert rows(warehouse, "SELECT source_id, title FROM document") == [("feed", "A visit")]
    assert [link.title for link in warehouse.reader.announcements("listing")] == ["Another title"]
    assert set(warehouse.reader.validators("feed")) == {first.snapshot.link.url}


def test_an_inspection_takes_each_column_from_the_best_document(warehouse, build):
    early = build.document(
        "https://a.example",
        text="Early.",
        published_on=date(2024, 4, 1),
        inspections=(build.inspection(focus="the front door", ordinals=("first",)),),
    )
    late = build.document(
        "https://b.example",
        text="Late.",
        published_on=date(2024, 4, 9),
        inspections=(build.inspection(focus="care leavers", started_on=date(2024, 3, 1)),),
    )
    sql = "SELECT started_on, focus, ordinals, lead_inspectors, document_id FROM inspection"
    warehouse.store(build.batch(late), "r1", build.now)
    assert rows(warehouse, sql) == [(date(2024, 3, 1), "care leavers", [], [], None)]
    warehouse.store(build.batch(early), "r1", build.now)
    assert rows(warehouse, sql) == [(date(2024, 3, 12), "the front door", ["first"], [], None)]
    letter = build.letter(published_on=date(2024, 4, 20))
    warehouse.store(build.batch(letter), "r1", build.now)
    assert rows(warehouse, sql) == [
        (
            date(2024, 3, 12),
            "the front door",
            ["fifth since 2016", "first"],
            ["A. Example"],
            letter.document_id,
        )
    ]


def test_a_closer_kind_replaces_an_undecided_one(warehouse, build):
    undecided = build.letter(inspections=(build.inspection(kind="ilacs", is_primary=True),))
    told = build.document(inspections=(build.inspection(kind="ilacs_short"),))
    warehouse.store(build.batch(undecided), "r1", build.now)
    assert rows(warehouse, "SELECT kind FROM inspection") == [("ilacs",)]
    warehouse.store(build.batch(told), "r1", build.now)
    assert rows(warehouse, "SELECT kind FROM inspection") == [("ilacs_short",)]


def test_an_inspection_that_nobody_tells_of_any_more_goes(warehouse, build):
    letter = build.letter(text="Words.", content="bytes")
    warehouse.store(build.batch(letter), "r1", build.now)
    silent = build.letter(text="Words.", content="bytes", inspections=())
    assert warehouse.store(build.batch(silent), "r2", build.now).updated == (letter.document_id,)
    for table in ("inspection", "judgement", "inspection_document"):
        assert rows(warehouse, f"SELECT count(*) FROM {table}") == [(0,)]


def test_of_two_letters_the_original_is_the_primary_source(warehouse, build):
    one = build.letter("https://ofsted.example/1", text="Letter.")
    two = build.letter("https://ofsted.example/2", text="Letter.")
    warehouse.store(build.batch(one, two), "r1", build.now)
    (first,), (other,) = sorted([(one.document_id,), (two.document_id,)])
    assert rows(warehouse, "SELECT document_id FROM inspection") == [(first,)]
    warehouse.set_duplicates([], [Duplicate(first, other, 1.0)])
    assert rows(warehouse, "SELECT document_id FROM inspection") == [(other,)]
    assert rows(warehouse, "SELECT DISTINCT document_id FROM judgement") == [(other,)]
    warehouse.set_duplicates([], [Duplicate(first, None, None)])
    assert rows(warehouse, "SELECT document_id FROM inspection") == [(first,)]


def test_judgements_said_twice_count_once(warehouse, build):
    twice = tuple(Judgement("leaders", grade, "x") for grade in ("good", "inadequate"))
    inspection = build.inspection(kind="ilacs_short", is_primary=True, judgements=twice)
    warehouse.store(build.batch(build.letter(inspections=(inspection, inspection))), "r1", build.now)
    assert len(rows(warehouse, "SELECT * FROM judgement")) == 1


def test_quarantine_opens_closes_and_opens_again(warehouse, build):
    document = build.document()
    url = document.snapshot.link.url
    failure = Failure("news", url, "extract", "UnreadableError", "not a PDF", content_hash="ab")
    state = "SELECT first_run_id, last_run_id, resolved_run_id FROM quarantine"
    failing = build.batch(source_id="news", failures=(failure,))
    assert warehouse.store(failing, "r1", build.now).quarantined == (failure,)
    assert warehouse.store(failing, "r2", build.now).quarantined == ()
    assert rows(warehouse, state) == [("r1", "r2", None)]
    assert warehouse.reader.quarantine() == (failure,)
    answered = build.batch(source_id="news", validators=(Validator(url, etag='"2"'),))
    warehouse.store(answered, "r2", build.now)
    assert warehouse.reader.quarantine() == (failure,), "an answer does not make the bytes readable"
    warehouse.store(build.batch(document), "r3", build.now)
    assert rows(warehouse, state) == [("r1", "r2", "r3")]
    assert warehouse.reader.quarantine() == ()
    assert warehouse.store(failing, "r4", build.now).quarantined == (failure,)


def test_a_fetch_failure_is_settled_by_an_answer(warehouse, build):
    failure = Failure("news", "https://news.example/feed", "fetch", "TransientError", "503", retryable=True)
    warehouse.store(build.batch(source_id="news", failures=(failure,)), "r1", build.now)
    warehouse.store(build.batch(source_id="news", validators=(Validator(failure.url),)), "r2", build.now)
    assert warehouse.reader.quarantine() == ()


def test_half_a_character_does_not_take_the_batch_with_it(warehouse, build):
    sound, broken = (
        build.document("https://a.example"),
        build.document("https://b.example", text="half \ud800"),
    )
    stored = warehouse.store(build.batch(sound, broken), "r1", build.now)
    assert stored.new == (sound.document_id,)
    (failure,) = stored.quarantined
    assert (failure.url, failure.stage) == ("https://b.example", "load")


def test_half_a_character_in_what_is_only_told_becomes_a_question_mark(warehouse, build):
    """A JSON feed may hold one in a title, the name of a file in a path, and so a message about either."""
    link = Link("news", "https://a.example", title="half \ud800", path="/in/caf\udce9.txt")
    failure = Failure("news", link.url, "extract", "UnreadableError", "caf\udce9.txt: not a PDF")
    check = SourceCheck("news", "News", "failed", problems=(Problem("failed", "error", "caf\udce9.txt"),))
    warehouse.store(
        build.batch(source_id="news", links=(link,), failures=(failure,), check=check), "r1", build.now
    )
    assert rows(warehouse, "SELECT title, path FROM announcement") == [("half ?", "/in/caf?.txt")]
    assert rows(warehouse, "SELECT message FROM quarantine") == [("caf?.txt: not a PDF",)]
    assert rows(warehouse, "SELECT problems[1].message FROM source_check") == [("caf?.txt",)]


def test_the_first_fetch_is_never_forgotten(warehouse, build):
    early, late = build.now, build.now + timedelta(days=3)
    for at in (late, early, late):
        validator = Validator("https://x.example", etag=str(at), first_fetched_at=at)
        warehouse.store(build.batch(source_id="news", validators=(validator,)), "r1", build.now)
    found = warehouse.reader.validators("news")["https://x.example"]
    assert (found.first_fetched_at, found.etag) == (early, str(late))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_order_of_batches_does_not_matter(tmp_path_factory, build, dump, data):
    days = st.dates(date(2024, 4, 1), date(2024, 4, 5)) | st.none()
    months = st.sampled_from([date(2024, 2, 1), date(2024, 3, 1)])
    documents = []
    for number in range(data.draw(st.integers(2, 5))):
        primary = data.draw(st.booleans())
        inspection = build.inspection(
            month=data.draw(months),
            started_on=data.draw(days),
            focus=data.draw(st.sampled_from([None, "care leavers"])),
            is_primary=primary,
            judgements=(Judgement("overall", data.draw(st.sampled_from(["good", "inadequate"])), "x"),),
        )
        documents.append(
            build.document(
                f"https://x.example/{number}",
                source_id=f"source-{number % 3}",
                published_on=data.draw(days),
                inspections=(inspection,),
                title=f"Title {number}",
            )
        )
    dumps = []
    for order in (documents, data.draw(st.permutations(documents))):
        file = tmp_path_factory.mktemp("order") / "w.duckdb"
        with Warehouse.open(file) as warehouse:
            for document in order:
                warehouse.store(build.batch(document), "r1", build.now)
                link = StoryLink(
                    document.reading.inspections[0].inspection_id,
                    document.extracted.title,
                    None,
                    document.document_id,
                    build.gss,
                    ("test",),
                )
                warehouse.set_stories([link])
            dumps.append(dump(warehouse, without=("applied_at",)))
    assert dumps[0] == dumps[1]
