"""When sources and items are asked for again: rules on values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ingest.load import Poll
from ingest.model import Source, Validator
from ingest.steps.polling import next_poll, split_due
from ingest.steps.rechecking import (
    FIRST_RETRY,
    LONGEST_PAUSE,
    is_due,
    is_second_address,
    kept_homes,
    retry_time,
)
from ingest.steps.running import Fetched

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
NEWS = Source("news", "News", "Post", "feed", "http://news.example/feed")
FOLDER = Source("files", "Files", "", "folder", "/in")
HOUR = timedelta(hours=1)


def after(news: list[bool], floor: float = 60, ceiling: float = 1440) -> Poll:
    poll: Poll | None = None
    for has_news in news:
        poll = next_poll(poll, Fetched(NEWS), has_news=has_news, now=NOW, floor=floor, ceiling=ceiling)
    assert poll is not None
    return poll


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_the_interval_stays_between_floor_and_ceiling(news: list[bool]) -> None:
    assert 60 <= after(news).minutes <= 1440


def test_a_quiet_source_is_asked_less_and_one_with_news_more() -> None:
    assert after([True]).minutes == 60
    assert after([True, False]).minutes == 90
    assert after([True, *[False] * 20]).minutes == 1440
    assert after([True, *[False] * 20, True]).minutes == 720
    assert after([True, *[False] * 3]).last_new_at == NOW


def test_a_source_that_failed_stays_due() -> None:
    before = Poll("news", 90, NOW - HOUR, NOW, is_whole=True)
    failed = Fetched(NEWS, error="HTTP 503")
    assert next_poll(before, failed, has_news=False, now=NOW, floor=60, ceiling=1440) is before
    assert next_poll(None, failed, has_news=False, now=NOW, floor=60, ceiling=1440) is None


def test_only_sources_that_are_due_are_asked() -> None:
    polls = {"news": Poll("news", 60, NOW + HOUR), "files": Poll("files", 60, NOW + HOUR)}
    assert split_due([NEWS, FOLDER], polls, NOW) == ((FOLDER,), (polls["news"],))
    assert split_due([NEWS, FOLDER], {}, NOW) == ((NEWS, FOLDER), ())
    # A schedule may come some minutes early.
    assert split_due([NEWS], polls, NOW + HOUR - timedelta(minutes=5)) == ((NEWS,), ())


def test_an_item_is_looked_at_ever_less_often_and_once_after_its_days_are_over() -> None:
    looked, validator = [], Validator("u", first_fetched_at=NOW, checked_at=NOW, content_hash="0")
    for hour in range(24 * 60):
        now = NOW + hour * HOUR
        if is_due(NEWS, validator, now):
            looked.append(hour)
            validator = Validator("u", first_fetched_at=NOW, checked_at=now, content_hash="0")
    assert looked == [12, 24, 48, 96, 192, 384]
    never = Validator("u", first_fetched_at=NOW, checked_at=NOW)
    assert is_due(NEWS, never, NOW + timedelta(days=100))
    assert is_due(FOLDER, validator, NOW)


def test_what_failed_for_now_is_asked_for_ever_less_often_and_never_given_up() -> None:
    asked, validator = [], Validator("u")
    for minutes in range(0, 5 * 24 * 60, 10):
        now = NOW + timedelta(minutes=minutes)
        if validator.retry_at is None or is_due(NEWS, validator, now):
            asked.append(minutes / 60)
            validator = Validator(
                "u", first_fetched_at=NOW, checked_at=now, retry_at=retry_time(validator, now, 0)
            )
    assert asked == [0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 55.5, 79.5, 103.5]


@given(st.floats(0, 600), st.none() | st.floats(0.1, 200))
def test_a_host_gets_the_pause_that_it_asks_for(asked: float, last: float | None) -> None:
    before = Validator("u", checked_at=NOW - HOUR, retry_at=NOW - HOUR + HOUR * last) if last else None
    pause = retry_time(before, NOW, asked * 3600) - NOW
    assert pause >= max(min(asked * HOUR, LONGEST_PAUSE), FIRST_RETRY)
    assert pause <= LONGEST_PAUSE


def test_a_page_that_names_another_address_as_its_own_is_kept_once() -> None:
    def seen(url: str, home: str | None = None) -> Validator:
        return Validator(url, content_hash="0", same_as=home)

    known = {
        v.url: v for v in (seen("/a?utm_source=rss", "/a"), seen("/a"), seen("/b?cmp=1", "/b"), seen("/c"))
    }
    homes = kept_homes(known, known)
    assert homes == {"/a": "/a", "/b": "/b?cmp=1", "/c": "/c"}
    assert is_second_address("/a?utm_source=rss", known, homes)
    assert not is_second_address("/a", known, homes)
    # The address that a stored page named is announced later on: it is the same page.
    assert is_second_address("/b", known, homes)
    assert not is_second_address("/new", known, homes)
