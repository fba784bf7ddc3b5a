"""When a watch is mailed, who gets which mail, and that the same alerts make the same mail."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.alerts import compose, due, match, quiet
from ingest.alerts.windows import LONDON, is_due, last_window, sent_at, window_end, window_start


@pytest.fixture
def alerts(newsroom):
    def make(watches, updates, told=(), now=newsroom.now):
        began = {watch.name: date(2018, 1, 1) for watch in watches}
        return match(watches, updates, began, [alert.told for alert in told], "run1", now)

    return make


@pytest.fixture
def mails(newsroom):
    def make(waiting, watches, updates, sources=()):
        return compose(waiting, watches, updates, sources, {}, newsroom.now)

    return make


# ---------------------------------------------------------------- windows


def test_immediate_is_always_due(newsroom, alerts):
    waiting = alerts([newsroom.watch()], [newsroom.update()])
    assert due(waiting, [newsroom.watch()], newsroom.now) == waiting


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("frequency", "found", "sent"),
    [
        ("daily", "2018-06-11T06:59", "2018-06-11T07:30"),  # summer: 08:00 in London is 07:00 UTC
        ("daily", "2018-06-11T07:00", "2018-06-12T07:30"),
        ("daily", "2018-12-11T07:59", "2018-12-11T08:30"),
        ("daily", "2018-03-24T09:00", "2018-03-25T07:30"),  # the clocks go forward in that night
        ("daily", "2018-10-27T09:00", "2018-10-28T08:30"),  # and back in that one
        ("weekly", "2018-06-11T12:00", "2018-06-16T07:30"),
        ("weekly", "2018-06-16T06:59", "2018-06-16T07:30"),
        ("weekly", "2018-06-16T07:00", "2018-06-23T07:30"),
        ("weekly", "2018-10-27T07:30", "2018-11-03T08:30"),
        ("weekly", "2018-03-24T09:00", "2018-03-31T07:30"),
    ],
)
def test_digests_go_at_half_past_eight_in_london(frequency, found, sent):
    assert sent_at(window_end(at(found), frequency)).astimezone(UTC) == at(sent)
    assert not is_due(at(found), frequency, at(sent) - timedelta(minutes=1))
    assert is_due(at(found), frequency, at(sent))


@settings(max_examples=200)
@given(
    st.datetimes(datetime(2017, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["daily", "weekly"]),
)
def test_windows_meet_without_gap_or_overlap(moment, frequency):
    end = window_end(moment, frequency)
    start = window_start(end, frequency)
    assert start.timestamp() <= moment.timestamp() < end.timestamp()
    assert window_end(start.astimezone(UTC), frequency) == end
    assert (end.astimezone(LONDON).hour, end.astimezone(LONDON).minute) == (8, 0)
    newest = last_window(moment, frequency)
    assert sent_at(newest[1]).timestamp() <= moment.timestamp()
    assert sent_at(window_end(newest[1].astimezone(UTC), frequency)).timestamp() > moment.timestamp()


def test_a_daily_watch_waits_for_its_window(newsroom, alerts):
    watch = newsroom.watch(frequency="daily")
    waiting = alerts([watch], [newsroom.update()])
    assert due(waiting, [watch], newsroom.now + timedelta(hours=24)) == ()
    assert due(waiting, [watch], newsroom.now + timedelta(hours=25)) == waiting
    assert due(waiting, [replace(watch, paused=True)], newsroom.now + timedelta(hours=25)) == ()


# ---------------------------------------------------------------- who gets what


def test_alerts_of_a_removed_watch_wait(newsroom, alerts, mails):
    waiting = alerts([newsroom.watch()], [newsroom.update()])
    assert due(waiting, [newsroom.watch(name="Other")], newsroom.now) == ()
    assert mails(waiting, [newsroom.watch(name="Other")], [newsroom.update()]) == ()


def test_one_mail_per_person(newsroom, alerts, mails):
    both = ("a@example.org", "b@example.org")
    watches = [
        newsroom.watch(recipients=both),
        newsroom.watch(
            name="Concerns anywhere", authorities=None, polarity=("concern",), recipients=both[1:]
        ),
    ]
    updates = [newsroom.update(), newsroom.update(story_id="s2", gss="E10000098", authority="Sampleton")]
    made = mails(alerts(watches, updates), watches, updates)
    assert [(mail.recipients, mail.watches, len(mail.alert_ids)) for mail in made] == [
        (("a@example.org",), ("Exampleshire",), 1),
        (("b@example.org",), ("Exampleshire", "Concerns anywhere"), 3),
    ]
    assert made[1].subject == "Exampleshire and Sampleton: 2 concerns"
    why = " ".join(made[1].text.split())
    assert "Why: your watch “Exampleshire”: you watch Exampleshire" in why
    assert "Why: your watch “Concerns anywhere”: you watch all authorities; concern" in why


def test_a_digest_and_an_immediate_watch_of_one_person_are_two_mails(newsroom, alerts, mails):
    watches = [newsroom.watch(), newsroom.watch(name="Daily", frequency="daily")]
    made = mails(alerts(watches, [newsroom.update()]), watches, [newsroom.update()])
    assert [(mail.kind, mail.watches) for mail in made] == [
        ("alert", ("Exampleshire",)),
        ("digest", ("Daily",)),
    ]


def test_each_window_is_a_mail_of_its_own(newsroom, alerts, mails):
    watch = newsroom.watch(frequency="daily", authorities=None)
    updates = [newsroom.update(), newsroom.update(story_id="s2", gss="E10000098", authority="Sampleton")]
    first = alerts([watch], updates[:1])
    second = alerts([watch], updates[1:], now=newsroom.now + timedelta(days=1))
    made = mails([*first, *second], [watch], updates)
    assert [mail.alert_ids for mail in made] == [(first[0].alert_id,), (second[0].alert_id,)]


def test_a_webhook_gets_the_same_as_json(newsroom, alerts, mails):
    watch = newsroom.watch(recipients=(), webhook="https://hooks.example.org/x")
    (made,) = mails(alerts([watch], [newsroom.update()]), [watch], [newsroom.update()])
    assert (made.channel, made.recipients, made.html) == ("webhook", ("https://hooks.example.org/x",), "")
    body = json.loads(made.text)
    assert body["delivery_id"] == made.delivery_id
    assert body["stories"][0]["counts"] == {"concern": 1}
    assert body["stories"][0]["findings"][0]["url"] == "https://files.example.org/file/50000001#page=2"


def test_the_same_alerts_make_the_same_delivery(newsroom, alerts, mails):
    watch = newsroom.watch(authorities=None)
    updates = [newsroom.update(), newsroom.update(story_id="s2", gss="E10000098", authority="Sampleton")]
    waiting = alerts([watch], updates)
    later = [replace(alert, run_id="run2") for alert in waiting]
    assert mails(waiting, [watch], updates) == mails(later[::-1], [watch], updates[::-1])


def test_an_alert_whose_story_is_not_given_waits(newsroom, alerts, mails):
    watch = newsroom.watch()
    updates = [
        newsroom.update(),
        newsroom.update(story_id="s2", documents=(newsroom.article(),), findings=()),
    ]
    waiting = alerts([watch], updates)
    (mail,) = mails(waiting, [watch], updates[:1])
    assert mail.alert_ids == (waiting[0].alert_id,)


def test_a_story_and_its_update_in_one_digest_are_one_item(newsroom, alerts, mails):
    watch = newsroom.watch(frequency="daily")
    press = newsroom.update(
        documents=(newsroom.article(),), findings=(newsroom.finding("Plans come late.", "article"),)
    )
    both = replace(press, documents=(newsroom.article(), newsroom.letter()))
    first = alerts([watch], [press])
    second = alerts([watch], [both], told=first)
    (mail,) = mails(first + second, [watch], [both])
    assert len(mail.alert_ids) == 2
    assert mail.subject == "Exampleshire: Ofsted monitoring visit, May 2018: 1 concern"
    (update,) = mails(second, [watch], [both])
    assert (
        update.subject == "Exampleshire: Ofsted monitoring visit, May 2018 (update): Ofsted's letter has come"
    )


# ---------------------------------------------------------------- quiet periods


def test_a_quiet_window_is_told_to_those_who_asked(newsroom, sources):
    now = at("2018-06-16T07:31")  # a Saturday
    daily = newsroom.watch(frequency="daily", quiet=True)
    weekly = newsroom.watch(name="Week", frequency="weekly", quiet=True, recipients=("w@example.org",))
    silent = newsroom.watch(name="Silent", frequency="daily", recipients=("s@example.org",))
    watches = [daily, weekly, silent, newsroom.watch(name="Now")]
    began = {watch.name: date(2018, 1, 1) for watch in watches}
    made = quiet(watches, {}, began, sources, now)
    assert [(mail.recipients, mail.subject) for mail in made] == [
        (("reader@example.org",), "Nothing new, 15 to 16 June 2018: 3 of 4 sources healthy"),
        (("w@example.org",), "Nothing new, 9 to 16 June 2018: 3 of 4 sources healthy"),
    ]
    assert "Local Gazette has not been well since 10 June 2018, 08:15" in " ".join(made[0].text.split())
    again = quiet(watches, {}, began, sources, now + timedelta(hours=5))
    assert [mail.delivery_id for mail in again] == [mail.delivery_id for mail in made]
    assert quiet(watches, {"daily": {daily.name}, "weekly": {"Week"}}, began, sources, now) == ()
    assert quiet([daily], {}, {daily.name: date(2018, 6, 16)}, sources, now) == ()


def test_one_busy_watch_of_a_person_makes_the_window_busy(newsroom):
    watches = [newsroom.watch(frequency="daily", quiet=True), newsroom.watch(name="B", frequency="daily")]
    assert (
        quiet(watches, {"daily": {"B"}}, {w.name: date(2018, 1, 1) for w in watches}, (), newsroom.now) == ()
    )
