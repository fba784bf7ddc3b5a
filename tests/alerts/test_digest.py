"""When a watch is mailed, and that the same alerts make the same mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ingest.alerts import compose, due, match


@pytest.fixture
def alerts(newsroom):
    def make(watches, updates, told=()):
        began = {watch.name: date(2018, 1, 1) for watch in watches}
        return match(watches, updates, began, [alert.told for alert in told], "run1", newsroom.now)

    return make


def test_immediate_is_always_due(newsroom, alerts):
    watch = newsroom.watch()
    waiting = alerts([watch], [newsroom.update()])
    assert due(waiting, [watch], {"Exampleshire": newsroom.now}, newsroom.now) == waiting


@pytest.mark.parametrize(
    ("last", "now", "is_due"),
    [
        (None, datetime(2018, 6, 11, 7, tzinfo=UTC), True),
        (datetime(2018, 6, 11, 7, tzinfo=UTC), datetime(2018, 6, 11, 20, tzinfo=UTC), False),
        # 23:30 UTC is 00:30 of the next day in London while summer time lasts
        (datetime(2018, 6, 11, 7, tzinfo=UTC), datetime(2018, 6, 11, 23, 30, tzinfo=UTC), True),
        (datetime(2018, 6, 10, 23, 30, tzinfo=UTC), datetime(2018, 6, 11, 7, tzinfo=UTC), False),
        (datetime(2018, 12, 11, 7, tzinfo=UTC), datetime(2018, 12, 11, 23, 30, tzinfo=UTC), False),
        # the day of 25 hours on which the clocks go back
        (datetime(2018, 10, 27, 23, 30, tzinfo=UTC), datetime(2018, 10, 28, 23, 30, tzinfo=UTC), False),
        # a clock that jumps back does not mail again
        (datetime(2018, 6, 12, 7, tzinfo=UTC), datetime(2018, 6, 11, 7, tzinfo=UTC), False),
    ],
)
def test_daily_is_due_once_a_day_of_london(newsroom, alerts, last, now, is_due):
    watch = newsroom.watch(frequency="daily")
    waiting = alerts([watch], [newsroom.update()])
    deliveries = {"Exampleshire": last} if last else {}
    assert bool(due(waiting, [watch], deliveries, now)) is is_due


def test_alerts_of_a_removed_watch_wait(newsroom, alerts):
    waiting = alerts([newsroom.watch()], [newsroom.update()])
    assert due(waiting, [newsroom.watch(name="Other")], {}, newsroom.now) == ()
    assert compose(waiting, [newsroom.watch(name="Other")], [newsroom.update()], [], {}) == ()


def test_one_mail_per_watch(newsroom, alerts):
    watches = [newsroom.watch(), newsroom.watch(name="All", authorities=None, recipients=("b@example.org",))]
    updates = [newsroom.update(), newsroom.update(story_id="s2", gss="E10000098", authority="Sampleton")]
    waiting = alerts(watches, updates)
    mails = compose(waiting, watches, updates, [], {})
    assert [(mail.watch_id, len(mail.alert_ids)) for mail in mails] == [("Exampleshire", 1), ("All", 2)]
    assert mails[1].recipients == ("b@example.org",)
    assert mails[1].subject == "Exampleshire and Sampleton: 2 concerns"


def test_the_same_alerts_make_the_same_delivery(newsroom, alerts):
    watch = newsroom.watch(authorities=None)
    updates = [newsroom.update(), newsroom.update(story_id="s2", gss="E10000098", authority="Sampleton")]
    waiting = alerts([watch], updates)
    later = [replace(alert, run_id="run2", created_at=datetime(2019, 1, 1, tzinfo=UTC)) for alert in waiting]
    assert compose(waiting, [watch], updates, [], {}) == compose(later[::-1], [watch], updates[::-1], [], {})


def test_an_alert_whose_story_is_not_given_waits(newsroom, alerts):
    watch = newsroom.watch()
    updates = [newsroom.update(), newsroom.update(story_id="s2", documents=(), findings=())]
    waiting = alerts([watch], updates)
    (mail,) = compose(waiting, [watch], updates[:1], [], {})
    assert mail.alert_ids == (waiting[0].alert_id,)


def test_a_story_and_its_update_in_one_digest_are_one_item(newsroom, alerts):
    watch = newsroom.watch(frequency="daily")
    press = newsroom.update(
        documents=(newsroom.article(),), findings=(newsroom.finding("Plans come late.", "article"),)
    )
    both = replace(press, documents=(newsroom.article(), newsroom.letter()))
    first = alerts([watch], [press])
    second = alerts([watch], [both], told=first)
    (mail,) = compose(first + second, [watch], [both], [], {})
    assert len(mail.alert_ids) == 2
    assert mail.subject == "Exampleshire: Ofsted monitoring visit, May 2018: 1 concern"
    (update,) = compose(second, [watch], [both], [], {})
    assert (
        update.subject == "Exampleshire: Ofsted monitoring visit, May 2018 (update): Ofsted's letter has come"
    )
