"""Who is told, of what, and what counts as news of a story that was told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.alerts import match

LATE = "Plans for care leavers are written too late."
CALM = "Caseloads are manageable."


def test_a_new_story_is_told_once(newsroom, told_again):
    watch, update = newsroom.watch(), newsroom.update()
    (alert,) = told_again(watch, [update, update])
    assert alert.update == ()
    assert alert.reason == "you watch Exampleshire"
    assert (alert.watch_id, alert.story_id, alert.gss) == ("Exampleshire", "story1", "E10000099")
    assert told_again(watch, [update], (alert,)) == ()


def test_other_authorities_are_not_told(newsroom, told_again):
    assert told_again(newsroom.watch(), [newsroom.update(gss="E10000098", authority="Sampleton")]) == ()
    (alert,) = told_again(newsroom.watch(authorities=None), [newsroom.update(gss="E10000098")])
    assert alert.reason == "you watch all authorities"


def test_filters_keep_only_what_they_name(newsroom, told_again):
    findings = (
        newsroom.finding(LATE),
        newsroom.finding(CALM, polarity="strength", themes=("workforce_caseloads",)),
    )
    watch = newsroom.watch(themes={"care_leavers_pathway": "Care leavers"}, polarity=("concern",))
    (alert,) = told_again(watch, [newsroom.update(findings=findings)])
    assert alert.reason == "you watch Exampleshire; theme Care leavers; concern"
    assert len(alert.told.findings) == 1
    assert told_again(watch, [newsroom.update(findings=findings[1:])]) == ()


def test_the_reason_names_the_kinds_that_matched(newsroom, told_again):
    watch = newsroom.watch(kinds=("news", "ilacs", "focused_visit"))
    (alert,) = told_again(
        watch, [newsroom.update(inspection_kind="focused_visit", documents=(newsroom.article(),))]
    )
    assert alert.reason == "you watch Exampleshire; focused visit"
    (alert,) = told_again(watch, [newsroom.update(inspection_kind="ilacs_short")])
    assert alert.reason == "you watch Exampleshire; ilacs"


def test_a_mixed_finding_is_both(newsroom, told_again):
    update = newsroom.update(findings=(newsroom.finding(LATE, polarity="mixed"),))
    assert told_again(newsroom.watch(polarity=("concern",)), [update])
    assert told_again(newsroom.watch(polarity=("strength",)), [update])
    assert not told_again(newsroom.watch(polarity=("recommendation",)), [update])


def test_without_filters_a_story_without_findings_is_told(newsroom, told_again):
    update = newsroom.update(findings=())
    assert told_again(newsroom.watch(), [update])
    assert not told_again(newsroom.watch(polarity=("concern",)), [update])


@pytest.mark.parametrize(
    ("first", "published", "began", "is_told"),
    [
        (date(2018, 6, 8), date(2018, 6, 8), date(2018, 6, 8), True),
        (date(2018, 6, 8), date(2018, 6, 8), date(2018, 6, 9), False),
        (date(2018, 6, 8), date(2018, 6, 10), date(2018, 6, 9), True),
        (date(2018, 6, 8), None, date(2018, 6, 9), False),
        (None, None, date(2018, 6, 9), True),
    ],
)
def test_nothing_from_before_the_watch_began(newsroom, told_again, first, published, began, is_told):
    documents = (newsroom.letter(published_on=published),)
    update = newsroom.update(first_published_on=first, documents=documents)
    assert bool(told_again(newsroom.watch(), [update], began=began)) is is_told


def test_since_goes_before_the_day_first_seen(newsroom, told_again):
    watch = newsroom.watch(since=date(2018, 6, 1))
    assert told_again(watch, [newsroom.update()], began=date(2020, 1, 1))


def test_a_watch_never_seen_before_begins_today(newsroom):
    assert match([newsroom.watch()], [newsroom.update()], {}, [], "run1", newsroom.now) == ()


def test_an_old_story_that_was_not_told_stays_untold_when_corrected(newsroom, told_again):
    update = newsroom.update(documents=(newsroom.letter(version=2),))
    assert told_again(newsroom.watch(), [update], began=date(2019, 1, 1)) == ()


# ---------------------------------------------------------------- what is told again


@pytest.fixture
def press(newsroom):
    return newsroom.update(
        documents=(newsroom.article(),),
        findings=(newsroom.finding(LATE, "article"),),
        first_published_on=date(2018, 6, 9),
    )


def test_the_letter_after_the_press(newsroom, told_again, press):
    first = told_again(newsroom.watch(), [press])
    both = replace(
        press,
        documents=(newsroom.article(), newsroom.letter()),
        findings=(*press.findings, newsroom.finding(LATE), newsroom.finding(CALM, polarity="strength")),
    )
    second = told_again(newsroom.watch(), [both], first)
    assert [alert.update for alert in second] == [("Ofsted's letter has come", "1 new finding")]
    assert told_again(newsroom.watch(), [both], first + second) == ()


def test_the_letter_is_news_even_where_it_adds_no_finding(newsroom, told_again, press):
    first = told_again(newsroom.watch(), [press])
    report = newsroom.letter(kind="ofsted_report")
    both = replace(
        press, documents=(newsroom.article(duplicate_of="letter"), report), findings=press.findings
    )
    assert [alert.update for alert in told_again(newsroom.watch(), [both], first)] == [
        ("Ofsted's report has come",)
    ]


def test_the_story_may_get_another_id_with_its_letter(newsroom, told_again, press):
    first = told_again(newsroom.watch(), [press])
    assert told_again(newsroom.watch(), [replace(press, story_id="story2")], first) == ()


def test_a_corrected_text(newsroom, told_again, press):
    first = told_again(newsroom.watch(), [press])
    corrected = replace(
        press,
        documents=(newsroom.article(version=2),),
        findings=(newsroom.finding("Plans for care leavers are written on time.", "article"),),
    )
    second = told_again(newsroom.watch(), [corrected], first)
    assert [alert.update for alert in second] == [("text corrected", "1 finding reworded")]
    assert second[0].said["changed"] == [[LATE, "Plans for care leavers are written on time."]]
    assert told_again(newsroom.watch(), [corrected], first + second) == ()
    back = replace(press, documents=(newsroom.article(version=3),))
    third = told_again(newsroom.watch(), [back], first + second)
    assert [alert.update for alert in third] == [("text corrected", "1 finding withdrawn")]


def test_a_withdrawn_concern_is_told_though_nothing_else_is_left(newsroom, told_again, press):
    watch = newsroom.watch(polarity=("concern",))
    first = told_again(watch, [press])
    empty = replace(press, documents=(newsroom.article(version=2),), findings=())
    assert [alert.update for alert in told_again(watch, [empty], first)] == [
        ("text corrected", "1 finding withdrawn")
    ]


def test_a_corrected_comma_is_not_news(newsroom, told_again, press):
    first = told_again(newsroom.watch(), [press])
    finding = newsroom.finding("Plans, for care leavers, are written TOO late", "article")
    comma = replace(press, documents=(newsroom.article(version=2),), findings=(finding,))
    assert told_again(newsroom.watch(), [comma], first) == ()


def test_newer_rules_over_the_same_text_are_not_news(newsroom, told_again, press):
    first = told_again(newsroom.watch(), [press])
    reread = replace(
        press,
        findings=(newsroom.finding(CALM, "article"),),
        judgements=(("overall", "good", None),),
    )
    assert told_again(newsroom.watch(), [reread], first) == ()


def test_a_reprint_is_not_news(newsroom, told_again, press):
    first = told_again(newsroom.watch(), [press])
    copy = newsroom.article(document_id="reprint", publisher="Other News", duplicate_of="article")
    twice = replace(
        press,
        documents=(newsroom.article(), copy),
        findings=(*press.findings, newsroom.finding("Plans for care leavers come much too late.", "reprint")),
    )
    assert told_again(newsroom.watch(), [twice], first) == ()


def test_an_alert_leads_to_the_original_of_a_reprint(newsroom, told_again, press):
    copy = newsroom.article(document_id="reprint", url="https://wire.example/1", duplicate_of="article")
    (alert,) = told_again(newsroom.watch(), [replace(press, documents=(copy, newsroom.article()))])
    assert json.loads(alert.content)["url"] == newsroom.article().url


def test_a_second_article_is_news_by_its_findings_only(newsroom, told_again, press):
    first = told_again(newsroom.watch(), [press])
    other = newsroom.article(document_id="other", publisher="Other News")
    silent = replace(press, documents=(newsroom.article(), other))
    assert told_again(newsroom.watch(), [silent], first) == ()
    speaking = replace(silent, findings=(*press.findings, newsroom.finding(CALM, "other")))
    assert [alert.update for alert in told_again(newsroom.watch(), [speaking], first)] == [("1 new finding",)]


def test_after_the_letter_the_press_only_restates_it(newsroom, told_again):
    first = told_again(newsroom.watch(), [newsroom.update()])
    documents = (newsroom.letter(), newsroom.article())
    restated = newsroom.finding("Care leavers wait too long for plans, Ofsted said.", "article")
    after = newsroom.update(documents=documents, findings=(newsroom.finding(LATE), restated))
    assert told_again(newsroom.watch(), [after], first) == ()
    answer = newsroom.finding("We have a plan.", "article", speaker="authority", is_inspectorate=False)
    answered = newsroom.update(documents=documents, findings=(newsroom.finding(LATE), answer))
    assert [alert.update for alert in told_again(newsroom.watch(), [answered], first)] == [("1 new finding",)]


def test_a_new_judgement(newsroom, told_again, press):
    first = told_again(newsroom.watch(), [press])
    judged = replace(
        press,
        documents=(newsroom.article(version=2),),
        judgements=(("leaders", "good", None), ("overall", None, "framework of 2026")),
    )
    assert [alert.update for alert in told_again(newsroom.watch(), [judged], first)] == [
        ("1 new judgement",),
    ]


@pytest.mark.parametrize("turned", [False, True])
def test_what_two_documents_said_is_withdrawn_once_in_whichever_order_they_were_told(
    newsroom, told_again, turned
):
    watch, words = newsroom.watch(), "Plans come late."
    stories = [
        newsroom.update(findings=(newsroom.finding(words),)),
        newsroom.update(
            story_id="story2", documents=(newsroom.article(),), findings=(newsroom.finding(words, "article"),)
        ),
    ]
    told = [alert for story in stories for alert in told_again(watch, [story])]
    told = told[::-1] if turned else told
    other = newsroom.finding("Nothing of the kind.", "article")
    merged = newsroom.update(documents=(newsroom.article(version=2),), findings=(other,))
    (news,) = told_again(watch, [merged], told)
    assert news.update == ("text corrected", "1 new finding", "1 finding withdrawn")
    assert told_again(watch, [merged], (*told[::-1], news)) == ()


def test_two_watches_are_told_apart(newsroom):
    watches = [newsroom.watch(name="A"), newsroom.watch(name="B")]
    began = {"A": date(2018, 1, 1), "B": date(2018, 1, 1)}
    alerts = match(watches, [newsroom.update()], began, [], "run1", newsroom.now)
    assert [alert.watch_id for alert in alerts] == ["A", "B"]
    assert alerts[0].alert_id != alerts[1].alert_id
    assert alerts[0].content_key == alerts[1].content_key


# ---------------------------------------------------------------- invariants


def _states(newsroom):
    """Any state that a story may be in: documents in versions, some of them copies, some findings of each."""
    document = st.builds(
        newsroom.article,
        document_id=st.sampled_from(["a", "b", "c"]),
        version=st.integers(1, 3),
        is_primary=st.booleans(),
        duplicate_of=st.sampled_from([None, None, "a"]),
    )
    finding = st.builds(
        newsroom.finding,
        st.sampled_from([f"Sentence number {n}." for n in range(5)]),
        st.sampled_from(["a", "b", "c"]),
        polarity=st.sampled_from(["concern", "strength"]),
        is_inspectorate=st.booleans(),
    )
    return st.builds(
        newsroom.update,
        story_id=st.sampled_from(["s1", "s2"]),
        documents=st.lists(document, max_size=3, unique_by=lambda d: d.document_id).map(tuple),
        findings=st.lists(finding, max_size=4).map(tuple),
        judgements=st.sampled_from([(), (("overall", "good", None),), (("overall", "inadequate", None),)]),
    )


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_content_is_told_twice_in_any_order(newsroom, data):
    watches = [newsroom.watch(), newsroom.watch(name="Concerns", polarity=("concern",))]
    began = {watch.name: date(2018, 1, 1) for watch in watches}
    states = data.draw(st.lists(_states(newsroom), min_size=1, max_size=5))
    runs = data.draw(st.lists(st.lists(st.sampled_from(states), max_size=4), max_size=5))
    alerts = []
    for number, run in enumerate(runs):
        told = data.draw(st.permutations([alert.told for alert in alerts]))
        alerts += match(watches, run, began, told, f"run{number}", newsroom.now)
        repeated = match(watches, run[-1:], began, [a.told for a in alerts], "again", newsroom.now)
        assert repeated == ()
    keys = [(alert.watch_id, alert.story_id, alert.content_key) for alert in alerts]
    assert len(keys) == len(set(keys))
    assert len({alert.alert_id for alert in alerts}) == len(alerts)
