"""What the warehouse gives the site: everything that is told, and nothing that could identify a child."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ingest.load import site_content
from ingest.load.completeness import note_counts
from ingest.model import (
    AuthorityCount,
    Correction,
    Failure,
    Problem,
    ShownJudgement,
    ShownListing,
    ShownOutage,
    SourceCheck,
    StoryLink,
)


@pytest.fixture
def told(warehouse, build):
    """A letter and an article about one visit, stored and linked."""

    def store(letter=None, article=None):
        documents = (letter or build.letter(), article or build.document(text="The press."))
        warehouse.store(build.batch(*documents), "r1", build.now)
        visit = documents[0].reading.inspections[0].inspection_id
        warehouse.set_stories(
            [StoryLink("visit", "The visit", visit, d.document_id, build.gss, "test") for d in documents]
        )
        return documents

    return store


def flagged(document, *, whole=False):
    """The document with its first finding flagged; with `whole`, the document too."""
    first, *others = document.reading.findings
    findings = (replace(first, sensitive="name_and_age"), *others)
    reading = replace(document.reading, findings=findings, sensitive="name_and_age" if whole else None)
    return replace(document, reading=reading)


def test_it_gathers_stories_visits_sources_and_runs(warehouse, build, told):
    letter, article = told()
    failure = Failure("news", "https://bad.example", "fetch", "TransientError", "503")
    warehouse.store(build.batch(source_id="news", failures=(failure,)), "r1", build.now)
    warehouse.end_run("r1", "done", {}, build.now)
    shown = site_content(warehouse.reader)
    (story,), (visit,) = shown.stories, shown.visits
    assert [d.document_id for d in story.documents] == [letter.document_id, article.document_id]
    assert (visit.kind, visit.document_id, visit.framework) == ("focused_visit", letter.document_id, "ILACS")
    assert visit.judgements == (ShownJudgement("overall", None, "focused visits are not graded", None),)
    assert visit.ordinals == ("fifth since 2016",)
    assert visit.published_on == date(2024, 4, 2)
    assert {source.source_id for source in shown.sources} == {"ofsted", "news"}
    assert [(run.run_id, run.brought, run.sources, run.failing) for run in shown.runs] == [("r1", 2, 2, 0)]
    assert shown.fresh == {letter.document_id, article.document_id}
    assert shown.waiting == (failure,)
    assert (shown.failed_checks, shown.held_back, shown.corrections, shown.unfiled) == ((), 0, 0, 0)


def test_a_sentence_that_could_identify_a_child_is_only_counted(warehouse, build, told):
    letter, _ = told(letter=flagged(build.letter(), whole=True))
    shown = site_content(warehouse.reader)
    quotes = [(f.document_id, f.quote) for f in shown.stories[0].findings]
    assert (letter.document_id, letter.reading.findings[0].quote) not in quotes
    assert (letter.document_id, letter.reading.findings[1].quote) in quotes
    assert shown.held_back == 1


def test_an_article_that_could_is_left_out_whole(warehouse, build, told):
    told(article=flagged(build.document(text="The press."), whole=True))
    shown = site_content(warehouse.reader)
    assert [d.is_primary for d in shown.stories[0].documents] == [True]
    assert shown.held_back == 2


def test_of_a_visit_that_only_others_tell_of_no_focus_is_shown(warehouse, build, told):
    heard = build.inspection(focus="care leavers")
    told(
        letter=build.document(inspections=(heard,)),
        article=build.document(text="More.", inspections=(heard,)),
    )
    (visit,) = site_content(warehouse.reader).visits
    assert (visit.document_id, visit.focus) == (None, None)


def test_broken_sources_and_gaps_in_the_listing_are_told(warehouse, build):
    check = SourceCheck(
        "news", "Example News", "failed", severity="error", state="empty", message="nothing there",
        problems=(Problem("empty", "error", "nothing there"),),
    )  # fmt: skip
    warehouse.store(build.batch(source_id="news", check=check), "r1", build.now)
    counts = [
        AuthorityCount("E08000025", "Birmingham", 5, 3, 1),
        AuthorityCount("E08000026", "Coventry", 2, 2, 0),
    ]
    warehouse.write("counts", note_counts, date(2024, 4, 1), counts[:1])
    warehouse.write("counts", note_counts, date(2024, 5, 1), counts)
    shown = site_content(warehouse.reader)
    assert [(s.severity, s.message, s.broken_since) for s in shown.sources] == [
        ("error", "nothing there", build.now)
    ]
    assert shown.outages == (ShownOutage("Example News", "nothing there", build.now, None),)
    assert shown.listing == ShownListing(date(2024, 5, 1), announced=7, stored=5, waiting=1)


def test_corrections_and_unfiled_documents_are_counted(warehouse, build, told):
    letter, _ = told()
    warehouse.add_corrections(
        [
            Correction(
                letter.document_id,
                letter.snapshot.link.url,
                "authority",
                build.gss,
                "misprint",
                "me",
                build.now,
            )
        ]
    )
    nobody = build.document(text="Nobody's.", url="https://news.example/nobody")
    nobody = replace(nobody, reading=replace(nobody.reading, authorities=(), findings=(), inspections=()))
    warehouse.store(build.batch(nobody), "r1", build.now)
    shown = site_content(warehouse.reader)
    assert (shown.corrections, shown.unfiled) == (1, 1)
