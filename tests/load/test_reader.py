"""What the other rooms read: announcements, snapshots, story updates, counts, SQL."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ingest.errors import ConfigError, WarehouseError
from ingest.model import Duplicate, Failure, FollowedEvent, Link, SourceCheck, StoryLink, Validator


def story(document, build, story_id="visit", inspection_id=None, gss=None, title="The visit"):
    return StoryLink(story_id, title, inspection_id, document.document_id, gss or build.gss, ("test",))


def test_validators_and_announcements_come_back_as_given(warehouse, build):
    at = datetime(2024, 5, 1, 6, 0, tzinfo=UTC)
    validator = Validator(
        "https://x.example", '"e"', "Wed, 01 May 2024 06:00:00 GMT", "ab", "https://y.example", at
    )
    link = Link(
        "news", "https://x.example", "A title", date(2024, 4, 30), "label", "Publisher",
        "press_release", build.gss, "80459", "/a/path",
    )  # fmt: skip
    batch = build.batch(source_id="news", links=(link, link), validators=(validator,))
    warehouse.store(batch, "r1", build.now)
    assert warehouse.reader.validators("news") == {"https://x.example": validator}
    assert warehouse.reader.announcements("news") == (link,)
    assert warehouse.reader.validators("other") == {}


def test_snapshots_are_those_of_current_versions_and_open_quarantine(warehouse, build):
    old, new = build.document(text="Old."), build.document(text="New.")
    unread = Failure("news", "https://bad.example", "extract", "UnreadableError", "no PDF", content_hash="cd")
    never_came = Failure("news", "https://gone.example", "fetch", "TransientError", "503")
    failing = build.batch(
        source_id="news",
        failures=(unread, never_came),
        links=(Link("news", unread.url, title="Announced"),),
    )
    for batch in (build.batch(old), build.batch(new), failing):
        warehouse.store(batch, "r1", build.now)
    found = dict(warehouse.reader.snapshots())
    by_url = {link.url: snapshot for link, snapshot in found.items()}
    assert set(by_url) == {new.snapshot.link.url, unread.url}
    assert by_url[new.snapshot.link.url] == new.snapshot
    bad = by_url[unread.url]
    assert (bad.content_hash, bad.media_type, bad.link.title) == ("cd", "", "Announced")
    assert bad.fetched_at == build.now, "the run's begin, where nothing better is known"


def test_an_update_gathers_a_story(warehouse, build):
    letter, article = build.letter(), build.document(text="The press.", published_on=date(2024, 4, 3))
    reprint = build.document("https://reprint.example", text="The press.", published_on=date(2024, 4, 4))
    warehouse.store(build.batch(article, letter, reprint), "r1", build.now)
    warehouse.set_duplicates([], [Duplicate(reprint.document_id, article.document_id, 1.0)])
    visit = letter.reading.inspections[0].inspection_id
    warehouse.set_stories([story(d, build, inspection_id=visit) for d in (article, letter, reprint)])
    (update,) = warehouse.reader.updates([article.document_id])
    assert (update.story_id, update.gss, update.authority) == ("visit", build.gss, "Birmingham")
    assert (update.inspection_id, update.inspection_kind) == (visit, "focused_visit")
    assert (update.started_on, update.first_published_on) == (date(2024, 3, 12), date(2024, 4, 2))
    assert update.judgements == (("overall", None, "focused visits are not graded"),)
    assert [(d.document_id, d.is_primary, d.duplicate_of) for d in update.documents] == [
        (letter.document_id, True, None),
        (article.document_id, False, None),
        (reprint.document_id, False, article.document_id),
    ]
    assert [f.document_id for f in update.findings] == [letter.document_id] * 2 + [article.document_id] * 2
    assert update.findings[0].themes == ("voice_engagement",)
    assert warehouse.reader.story_updates({"visit"}) == (update,)
    assert warehouse.reader.updates([]) == ()


def test_an_update_of_a_follow_up_says_of_what(warehouse, build):
    letter = build.letter()
    response = build.document("https://news.example/response", text="The council responds.", inspections=())
    warehouse.store(build.batch(letter, response), "r1", build.now)
    visit = letter.reading.inspections[0].inspection_id
    answer = replace(story(response, build, "answer"), follows=visit, followup="response")
    warehouse.set_stories([story(letter, build, inspection_id=visit), answer])
    (update,) = warehouse.reader.updates([response.document_id])
    assert update.follows == FollowedEvent("focused_visit", date(2024, 3, 12))
    (of_the_visit,) = warehouse.reader.updates([letter.document_id])
    assert of_the_visit.follows is None


def test_only_findings_of_the_current_version_are_told(warehouse, build):
    old, new = build.document(text="Old words."), build.document(text="New words.")
    for document in (old, new):
        warehouse.store(build.batch(document), "r1", build.now)
    warehouse.set_stories([story(new, build)])
    (update,) = warehouse.reader.updates([new.document_id])
    assert len(update.findings) == 2
    assert update.documents[0].version == 2


def test_one_article_about_two_visits_tells_each_story_its_own(warehouse, build):
    article = build.document()
    one, other = article.reading.findings
    visits = [build.inspection(month=date(2024, month, 1), started_on=None) for month in (2, 3)]
    reading = replace(
        article.reading,
        inspections=tuple(visits),
        findings=(
            replace(one, inspection_id=visits[0].inspection_id),
            replace(other, inspection_id=visits[1].inspection_id),
        ),
    )
    article = replace(article, reading=reading)
    warehouse.store(build.batch(article), "r1", build.now)
    warehouse.set_stories(
        [story(article, build, f"s{i}", visit.inspection_id) for i, visit in enumerate(visits)]
    )
    first, second = warehouse.reader.updates([article.document_id])
    assert [f.quote for f in first.findings] == [one.quote]
    assert [f.quote for f in second.findings] == [other.quote]


def test_a_story_of_no_authority_gives_no_update(warehouse, build):
    document = build.document()
    warehouse.store(build.batch(document), "r1", build.now)
    link = StoryLink("s", "A page", None, document.document_id, None, ("test",))
    warehouse.set_stories([link])
    assert warehouse.reader.updates([document.document_id]) == ()
    assert warehouse.reader.unlinked() == ()


def test_counts_say_what_is_stored(warehouse, build):
    failure = Failure("news", "https://bad.example", "extract", "UnreadableError", "no PDF")
    warehouse.store(build.batch(build.letter(), build.document(source_id="ofsted")), "r1", build.now)
    warehouse.store(build.batch(source_id="news", failures=(failure,)), "r1", build.now)
    counts = warehouse.reader.counts()
    assert counts.documents == {"news_article": 1, "ofsted_letter": 1}
    assert counts.findings == {"concern": 2, "strength": 2}
    assert (counts.inspections, counts.judgements, counts.stories, counts.duplicates) == (1, 1, 0, 0)
    assert counts.quarantine == (failure,)


def test_runs_are_noted_and_one_that_was_killed_counts_as_failed(warehouse, build):
    assert warehouse.reader.last_run()["status"] == "running"
    warehouse.begin_run("r2", "run", build.now + timedelta(days=1), "0.1.0")
    warehouse.end_run("r2", "done", {"new": 3}, build.now + timedelta(days=1, minutes=1))
    last = warehouse.reader.last_run()
    assert (last["run_id"], last["status"]) == ("r2", "done")
    held = {"documents": 0, "inspections": 0, "judgements": 0, "findings": 0, "stories": 0}
    assert json.loads(last["counts"]) == {"new": 3, "stored": held}
    assert warehouse.reader.query("SELECT status FROM run WHERE run_id = 'r1'")[1] == [("failed",)]


def test_the_health_of_sources_is_a_view(warehouse, build):
    bad = SourceCheck("news", "News", "failed", message="503")
    warehouse.store(build.batch(source_id="news"), "r1", build.now)
    warehouse.store(build.batch(source_id="news", check=bad), "r2", build.now + timedelta(days=1))
    _, found = warehouse.reader.query(
        "SELECT status, message, checks, failures, quarantined FROM source_health"
    )
    assert found == [("failed", "503", 2, 1, 0)]


def test_a_users_query_gives_columns_and_rows_or_a_clear_error(warehouse):
    assert warehouse.reader.query("SELECT 1 AS a, 'x' AS a") == (("a", "a"), [(1, "x")])
    with pytest.raises(ConfigError, match=r"that query does not run: .*nosuch"):
        warehouse.reader.query("SELECT * FROM nosuch")


def test_a_table_or_column_that_is_not_there_yet_is_of_another_version(warehouse):
    for sql in ("FROM nosuch", "SELECT nosuch FROM run"):
        with pytest.raises(WarehouseError, match="another version of this program made this warehouse"):
            warehouse.reader.dicts(sql)


def test_subjects_come_back_as_the_search_for_stories_needs_them(warehouse, build):
    undated = build.inspection(month=None, started_on=None, reported_on=date(2024, 4, 2))
    letter, article = build.letter(), build.document(inspections=(undated,))
    warehouse.store(build.batch(letter, article), "r1", build.now)
    found = {d.document_id: d for d in warehouse.reader.subjects([letter.document_id, article.document_id])}
    for given in (letter, article):
        subject = found[given.document_id]
        assert subject.reading.authorities == given.reading.authorities
        assert subject.extracted.text == given.extracted.text
        (told,), (original,) = subject.reading.inspections, given.reading.inspections
        assert told == replace(original, judgements=())
        assert told.inspection_id == original.inspection_id


def test_what_was_not_told_stays_untold_until_the_watches_were_asked(warehouse, build):
    first, backfill = build.document("https://a.example"), build.document("https://b.example")
    warehouse.store(build.batch(first), "r1", build.now)
    warehouse.begin_run("r2", "run", build.now, "0.1.0", alerts=False)
    warehouse.store(build.batch(backfill), "r2", build.now)
    assert warehouse.reader.untold() == (first.document_id,)
    read_anew = build.document("https://b.example", polarity="neutral")
    assert warehouse.store(build.batch(read_anew), "r1", build.now).updated
    assert warehouse.reader.untold() == (first.document_id,), "newer rules make no news"
    warehouse.record_alerts([], told_all=True)
    assert warehouse.reader.untold() == ()
    corrected = build.document("https://b.example", text="Corrected.")
    warehouse.store(build.batch(corrected), "r1", build.now)
    assert warehouse.reader.untold() == (corrected.document_id,)


def test_several_threads_may_read_while_the_writer_writes(warehouse, build):
    def read(_: int) -> set[str]:
        return set(warehouse.reader.validators("news"))

    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(read, number) for number in range(60)]
        for number in range(8):
            warehouse.store(build.batch(build.document(f"https://x.example/{number}")), "r1", build.now)
        found = [future.result() for future in futures]
    stored = {f"https://x.example/{number}" for number in range(8)}
    assert all(urls <= stored for urls in found)
    assert read(0) == stored


def test_a_quotation_from_an_earlier_story_is_marked_and_one_of_the_same_story_is_not(warehouse, build):
    days = {"first": date(2018, 6, 8), "twin": date(2018, 6, 9), "later": date(2018, 9, 10)}
    documents = {
        name: build.document(
            url=f"https://news.example/{name}",
            published_on=day,
            quotation_key="q",
        )
        for name, day in days.items()
    }
    warehouse.store(build.batch(*documents.values()), "r1", build.now)
    warehouse.set_stories(
        [story(documents[name], build, "one" if name != "later" else "two") for name in documents]
    )
    rows = warehouse.reader.query(
        "SELECT url, quoted_before_in FROM finding_current WHERE polarity = 'strength' ORDER BY published_on"
    )[1]
    assert [before for _, before in rows] == [None, None, documents["first"].document_id]
