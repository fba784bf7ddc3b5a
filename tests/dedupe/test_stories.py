"""Which stories a document belongs to: those of its visits, what came of one, or one of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ingest.dedupe import resolve_visits, ruled, story_links
from ingest.dedupe.followups import followup_rule
from ingest.dedupe.stories import event_title
from ingest.model import (
    AuthorityMatch,
    Document,
    Extracted,
    Inspection,
    InspectionEvent,
    Link,
    Reading,
    Ruling,
    Snapshot,
    StoryLink,
    VisitClaim,
)
from ingest.reference import load

HERE, THERE = "E08000025", "E06000038"
INADEQUATE = InspectionEvent(f"{HERE}-ilacs-2023-03", HERE, date(2023, 5, 2), frozenset({"inadequate"}))
VISIT = InspectionEvent(f"{HERE}-focused_visit-2023-09", HERE, date(2023, 10, 9))


def document(
    name: str,
    title: str = "Progress for care leavers",
    *subjects: str,
    inspections: tuple[Inspection, ...] = (),
    published: date = date(2023, 11, 1),
    kind: str = "news_article",
) -> Document:
    link = Link("news", f"https://news.example/{name}", title, published)
    snapshot = Snapshot(link, link.url, "0", "text/html", None, 1, datetime(2024, 1, 1, tzinfo=UTC))
    matches = tuple(AuthorityMatch(gss, "subject", "", "test") for gss in subjects or (HERE,))
    reading = Reading(kind, published, matches, inspections)  # type: ignore[arg-type]
    return Document(snapshot, Extracted(title, "Text.", ()), reading)


def told(
    *documents: Document, events: tuple[InspectionEvent, ...] = (INADEQUATE, VISIT)
) -> dict[str, list[StoryLink]]:
    claims = [
        VisitClaim(d.document_id, claim, claim.inspection_id)
        for d in documents
        for claim in d.reading.inspections
    ]
    found: dict[str, list[StoryLink]] = {}
    for link in story_links(documents, resolve_visits(claims), load(), events):
        found.setdefault(link.document_id, []).append(link)
    return found


def visit(gss: str, **given: object) -> Inspection:
    return Inspection(gss, "monitoring_visit", month=date(2018, 5, 1), reported_on=date(2018, 6, 8), **given)  # type: ignore[arg-type]


def test_an_article_about_two_authorities_belongs_to_two_stories() -> None:
    both = document("a", "Two visits", HERE, THERE, inspections=(visit(HERE), visit(THERE)))
    links = told(both)[both.document_id]
    assert [link.title for link in links] == [
        "Birmingham: Ofsted monitoring visit, May 2018",
        "Reading: Ofsted monitoring visit, May 2018",
    ]
    assert all(0 < link.score <= 1 and link.reasons for link in links)


def test_notice_release_and_article_about_one_appointment_are_one_story_that_follows_the_inspection() -> None:
    notice = document(
        "n", "Commissioner appointed to Birmingham children's services", kind="government_notice"
    )
    article = document(
        "a", "Birmingham gets a commissioner after Ofsted verdict", published=date(2023, 11, 3)
    )
    found = told(notice, article)
    ((one,), (other,)) = found.values()
    assert one.story_id == other.story_id
    assert (one.title, one.inspection_id, one.follows) == (
        "Birmingham: commissioner",
        None,
        INADEQUATE.inspection_id,
    )
    assert "which judged services inadequate" in one.reasons


def test_a_response_follows_the_latest_inspection_and_one_of_the_same_day_is_news_of_it() -> None:
    late = document("l", "Council responds to Ofsted report")
    assert told(late)[late.document_id][0].follows == VISIT.inspection_id
    claim = Inspection(HERE, "focused_visit", month=date(2023, 9, 1), reported_on=date(2023, 10, 10))
    soon = document(
        "s", "Council responds to Ofsted report", inspections=(claim,), published=date(2023, 10, 10)
    )
    (link,) = told(soon)[soon.document_id]
    assert (link.inspection_id, link.follows) == (VISIT.inspection_id, None)


def test_a_follow_up_waits_for_its_inspection() -> None:
    early = document("e", "Statutory direction issued to Birmingham City Council", kind="government_notice")
    (link,) = told(early, events=())[early.document_id]
    assert (link.follows, link.followup) == (None, "direction")
    assert told(early)[early.document_id][0].follows == INADEQUATE.inspection_id


@pytest.mark.parametrize(
    ("title", "rule"),
    [
        ("Children's services commissioner named for Exampleshire", "commissioner"),
        ("Improvement notice issued to Exampleshire County Council: March 2024", "improvement_notice"),
        ("Direction issued to Exampleshire County Council", "direction"),
        ("Exampleshire publishes improvement plan", "plan"),
        ("Trust responds to Ofsted's findings", "response"),
        ("Children's Commissioner visits Exampleshire", None),
        ("Police and crime commissioner praises care leavers", None),
        ("Ofsted praises multi-agency response to neglect", None),
        ("Progress for care leavers, Ofsted finds", None),
    ],
)
def test_titles_of_follow_ups(title: str, rule: str | None) -> None:
    found = followup_rule(title)
    assert (found.rule_id if found else None) == rule


def test_what_a_person_says_moves_a_document_and_leaves_its_other_authority_alone() -> None:
    both = document("a", "Two visits", HERE, THERE, inspections=(visit(HERE), visit(THERE)))
    anchor = document("x", "Council's own news", HERE)
    found = told(both, anchor)
    links = tuple(link for of in found.values() for link in of)
    joined = ruled(links, [Ruling(both.document_id, anchor.document_id, True, "correction: so it is")], {})
    moved = [link for link in joined if link.document_id == both.document_id]
    assert {link.story_id for link in moved} == {
        found[anchor.document_id][0].story_id,
        next(link.story_id for link in found[both.document_id] if link.gss == THERE),
    }
    assert moved[0].reasons == ("correction: so it is",)


def test_a_document_that_leaves_its_only_story_gets_one_of_its_own() -> None:
    one, other = (document(name, inspections=(visit(HERE),)) for name in ("a", "b"))
    found = told(one, other)
    links = tuple(link for of in found.values() for link in of)
    parted = ruled(links, [Ruling(one.document_id, other.document_id, False, "correction: no")], {})
    stories = {link.document_id: link.story_id for link in parted}
    assert stories[one.document_id] != stories[other.document_id] == found[other.document_id][0].story_id


@pytest.mark.parametrize(
    ("days", "score"), [(2, None), (3, 1.0), (450, 0.85), (900, 0.7), (901, None)], ids=str
)
def test_a_follow_up_comes_in_time_and_the_nearer_the_likelier(days: int, score: float | None) -> None:
    assert INADEQUATE.told_on
    title = "Direction issued to Birmingham City Council"
    notice = document("n", title, published=INADEQUATE.told_on + timedelta(days=days))
    (link,) = told(notice, events=(INADEQUATE,))[notice.document_id]
    assert (link.follows is not None) is (score is not None)
    assert link.score == (1.0 if score is None else score)
    assert link.reasons[1:2] == (
        () if score is None else (f"{days} days after the inspection was published",)
    )


def test_a_follow_up_that_needs_no_grade_is_no_surer_for_one() -> None:
    notice = document("n", "Improvement notice issued to Birmingham City Council", published=date(2023, 5, 5))
    (link,) = told(notice, events=(INADEQUATE,))[notice.document_id]
    assert link.score == 0.8
    assert len(link.reasons) == 2


def test_what_an_article_about_a_visit_says_of_another_authority_is_no_story() -> None:
    article = document("a", "A visit", HERE, THERE, inspections=(visit(HERE),))
    assert [link.gss for link in told(article)[article.document_id]] == [HERE]
    plain = document("p", "Two councils", HERE, THERE)
    assert [(link.gss, link.title) for link in told(plain)[plain.document_id]] == [
        (HERE, "Two councils"),
        (THERE, "Two councils"),
    ]


def test_what_is_about_nobody_has_a_story_of_its_own_which_is_called_by_its_address_at_worst() -> None:
    page = document("p")
    bare = replace(page.snapshot, link=replace(page.snapshot.link, title=""))
    nobody = Document(bare, replace(page.extracted, title=""), replace(page.reading, authorities=()))
    (link,) = told(nobody)[nobody.document_id]
    assert (link.gss, link.title) == (None, "https://news.example/p")


def test_an_inspection_is_called_by_its_month_or_by_that_of_the_report() -> None:
    dated, reported = visit(HERE), Inspection(HERE, "area_send", reported_on=date(2018, 6, 8))
    assert event_title(dated, load()) == "Birmingham: Ofsted monitoring visit, May 2018"
    assert event_title(reported, load()) == "Birmingham: area SEND inspection, reported June 2018"
    assert event_title(replace(reported, reported_on=None), load()) == "Birmingham: area SEND inspection"


def test_a_ruling_on_what_is_not_stored_changes_nothing() -> None:
    one = document("a", inspections=(visit(HERE),))
    links = tuple(told(one)[one.document_id])
    for ruling in (Ruling(one.document_id, "gone", True, "r"), Ruling("gone", one.document_id, True, "r")):
        assert ruled(links, [ruling], {}) == links


def test_who_joins_a_story_of_several_authorities_joins_its_own() -> None:
    both = document("a", "Two visits", HERE, THERE, inspections=(visit(HERE), visit(THERE)))
    there = document("t", "Reading's own news", THERE)
    found = told(both, there)
    links = tuple(link for of in found.values() for link in of)
    (joined,) = (
        link
        for link in ruled(links, [Ruling(there.document_id, both.document_id, True, "r")], {})
        if link.document_id == there.document_id
    )
    assert (joined.gss, joined.score, joined.title) == (
        THERE,
        1.0,
        "Reading: Ofsted monitoring visit, May 2018",
    )
