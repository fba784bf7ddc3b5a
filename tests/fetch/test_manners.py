"""What a host sees of us: turns, pauses, slots, and peace when it is down."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import NoReturn

import pytest

from ingest.errors import FetchError, TransientError
from ingest.fetch import Fetcher
from ingest.fetch.hosts import Hosts
from ingest.model import Link

Make = Callable[..., Fetcher]
OK = (200, {"Content-Type": "text/html"}, b"<!doctype html><p>Visit</p>")


# ------------------------------------------------------------------ distance


def test_requests_to_one_host_keep_their_distance(site, make_fetcher: Make, hand) -> None:
    site.routes["/news"] = OK
    fetcher = make_fetcher(requests_per_second=0.5)
    for _ in range(3):
        fetcher.page(f"{site.url}/news")
    assert hand.sleeps == [2, 2, 2]


def test_threads_share_one_queue(site, make_fetcher: Make, hand) -> None:
    site.routes["/news"] = OK

    async def noted(seconds: float) -> None:
        hand.sleeps.append(seconds)

    fetcher = make_fetcher(sleep=noted, requests_per_second=1.0)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: fetcher.page(f"{site.url}/news"), range(4)))
    assert sorted(hand.sleeps) == [1, 2, 3, 4]
    assert [path for path, _ in site.requests].count("/robots.txt") == 1


def test_a_host_sees_no_two_requests_closer_than_the_interval(hand) -> None:
    """However long a request takes to arrive there: the interval counts from the answer on."""
    hosts = Hosts(hand.timer, hand.sleep, at_once=3, failures=5)
    arrivals: list[float] = []

    async def request(way: float) -> None:
        async with hosts.turn("news.example", 10) as turn:
            await hand.sleep(way)
            arrivals.append(hand.now)
            await hand.sleep(1)
            turn.over()

    async def several() -> None:
        await asyncio.gather(*(request(way) for way in (8, 0, 5, 0)))

    asyncio.run(several())
    assert arrivals == [8, 19, 35, 46]


def test_waiting_for_a_turn_is_no_time_of_the_answer(site, make_fetcher: Make, hand) -> None:
    site.routes["/a"] = site.routes["/b"] = OK
    fetcher = make_fetcher(requests_per_second=1 / 60, timeout=1.0, retries=0)
    for path in ("/a", "/b"):
        assert fetcher.page(f"{site.url}{path}") is not None
    assert max(hand.sleeps) == 60


def test_a_request_that_is_never_answered_gives_its_turn_back(hand) -> None:
    hosts = Hosts(hand.timer, hand.sleep, at_once=2, failures=5)

    async def several() -> None:
        for _ in range(3):
            with pytest.raises(OSError, match="unreachable"):
                async with hosts.turn("news.example", 5):
                    raise OSError("unreachable")

    asyncio.run(several())
    assert hand.now == 10


# ------------------------------------------------------------------ pauses


def test_a_host_says_when_to_come_back_as_a_date(site, make_fetcher: Make, hand) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    site.routes["/busy"] = [(503, {"Retry-After": soon}, b""), OK]
    assert make_fetcher().page(f"{site.url}/busy") is not None
    assert 50 < max(hand.sleeps) <= 60


@pytest.mark.parametrize(
    "asked", ["-5", "soon", "", "9" * 5000, "Fri, 99 Foo 2018", "Mon, 01 Jan 1990 00:00:00 GMT"]
)
def test_nonsense_in_retry_after_leaves_the_usual_backoff(site, make_fetcher: Make, hand, asked: str) -> None:
    site.routes["/busy"] = [(503, {"Retry-After": asked}, b""), OK]
    fetcher = make_fetcher()
    if len(asked) > 1000:
        with pytest.raises(FetchError):
            fetcher.page(f"{site.url}/busy")
    else:
        assert fetcher.page(f"{site.url}/busy") is not None
    assert max(hand.sleeps) <= 2


@pytest.mark.parametrize("luck", [0.1, 0.5, 1.0])
def test_backoff_doubles_with_full_jitter(
    site, make_fetcher: Make, hand, luck: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: low + luck * (high - low))
    site.routes["/down"] = (500, {}, b"")
    with pytest.raises(TransientError):
        make_fetcher().page(f"{site.url}/down")
    waits = [seconds for seconds in hand.sleeps if seconds > 0.05]
    assert waits == pytest.approx([luck, 2 * luck, 4 * luck])


def test_all_threads_wait_when_a_host_asks_one_of_them_to(hand) -> None:
    hosts = Hosts(hand.timer, hand.sleep, at_once=2, failures=5)
    hosts.pause("news.example", 30)

    async def waited(name: str) -> float:
        async with hosts.turn(name, 1) as turn:
            return turn.waited

    assert asyncio.run(waited("news.example")) == 30
    assert asyncio.run(waited("other.example")) == 0


def test_what_a_host_asks_of_one_request_holds_for_all(site, make_fetcher: Make) -> None:
    """In real time: hands would move the clock for the others too."""
    arrivals: list[float] = []

    def busy(headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        arrivals.append(time.monotonic())
        return (503, {"Retry-After": "1"}, b"") if len(arrivals) == 1 else OK

    wanted = [f"/{number}.html" for number in range(4)]
    for path in wanted:
        site.routes[path] = busy
    fetcher = make_fetcher(at_once=1, sleep=asyncio.sleep, timer=time.monotonic)
    fetcher.items([(Link("example", f"{site.url}{path}"), None) for path in wanted])
    assert len(arrivals) == 5
    # One more may have been on its way when the answer came.
    assert min(arrivals[2:]) - arrivals[0] >= 1


def test_a_turn_that_was_given_out_waits_when_the_host_asks_meanwhile(hand) -> None:
    async def sleep(seconds: float) -> None:
        if not hand.sleeps:
            hosts.pause("news.example", 60)
        await hand.sleep(seconds)

    hosts = Hosts(hand.timer, sleep, at_once=2, failures=5)

    async def two_turns() -> None:
        for _ in range(2):
            async with hosts.turn("news.example", 5):
                pass

    asyncio.run(two_turns())
    assert hand.now == 60


def test_a_turn_that_is_too_far_off_is_left_for_the_next_run(site, make_fetcher: Make, hand) -> None:
    site.routes["/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 86400")
    site.routes["/news"] = OK
    fetcher = make_fetcher()
    assert fetcher.page(f"{site.url}/news") is not None
    with pytest.raises(TransientError, match="allowed in 86400 s"):
        fetcher.page(f"{site.url}/news")
    assert max(hand.sleeps) < 1


# ------------------------------------------------------------------ slots


def test_few_answers_of_one_host_arrive_at_a_time(hand) -> None:
    hosts = Hosts(hand.timer, hand.sleep, at_once=2, failures=5)
    under_way: dict[str, int] = {"a.example": 0, "b.example": 0}
    most = dict(under_way)

    async def request(name: str) -> None:
        async with hosts.turn(name, 1) as turn:
            turn.over()
            under_way[name] += 1
            most[name] = max(most[name], under_way[name])
            for _ in range(20):
                await asyncio.sleep(0)
            under_way[name] -= 1

    async def several() -> None:
        await asyncio.gather(*(request(name) for name in [*under_way] * 6))

    asyncio.run(several())
    assert most == {"a.example": 2, "b.example": 2}


# ------------------------------------------------------------------ circuit breaker


def test_a_host_that_keeps_failing_is_left_alone(site, other_site, make_fetcher: Make) -> None:
    for number in range(9):
        site.routes[f"/{number}"] = (500, {}, b"")
    other_site.routes["/news"] = OK
    fetcher = make_fetcher(retries=1, failures=3)
    for number in range(3):
        with pytest.raises(TransientError, match="HTTP 500"):
            fetcher.page(f"{site.url}/{number}")
    before = len(site.requests)
    for number in range(3, 9):
        with pytest.raises(TransientError, match=r"left alone .* 3 requests in a row failed, .*HTTP 500"):
            fetcher.page(f"{site.url}/{number}")
    assert len(site.requests) == before
    assert fetcher.page(f"{other_site.url}/news") is not None


def test_one_good_answer_sets_the_count_back(site, make_fetcher: Make) -> None:
    site.routes["/bad"], site.routes["/news"] = (500, {}, b""), OK
    fetcher = make_fetcher(retries=0, failures=2)
    for _ in range(4):
        with pytest.raises(TransientError, match="HTTP 500"):
            fetcher.page(f"{site.url}/bad")
        assert fetcher.page(f"{site.url}/news") is not None


def test_a_missing_page_is_no_failure_of_the_host(site, make_fetcher: Make) -> None:
    fetcher = make_fetcher(retries=0, failures=2)
    for _ in range(5):
        with pytest.raises(FetchError, match="HTTP 404"):
            fetcher.page(f"{site.url}/gone")


def test_a_silent_host_is_tried_once_only_from_the_second_request_on(site, make_fetcher: Make) -> None:
    def silent(headers: dict[str, str]) -> NoReturn:
        raise ConnectionError("hangs up")

    site.routes["/a"] = site.routes["/b"] = silent
    fetcher = make_fetcher(retries=3)
    for path in ("/a", "/b"):
        with pytest.raises(TransientError, match="RemoteProtocolError"):
            fetcher.page(f"{site.url}{path}")
    assert site.paths() == ["/a"] * 4 + ["/b"]


def test_half_an_answer_is_no_silence(site, make_fetcher: Make) -> None:
    """One damaged file costs the next one none of its tries."""
    site.routes["/damaged"] = (200, {"Content-Length": "500"}, b"cut")
    site.routes["/busy"] = [(503, {}, b""), OK]
    fetcher = make_fetcher(retries=1)
    with pytest.raises(TransientError, match="RemoteProtocolError"):
        fetcher.item(Link("example", f"{site.url}/damaged"))
    assert fetcher.item(Link("example", f"{site.url}/busy")) is not None


def test_a_host_that_asks_for_an_hour_gets_it(site, make_fetcher: Make, hand) -> None:
    site.routes["/busy"] = (429, {"Retry-After": "3600"}, b"")
    site.routes["/news"] = OK
    fetcher = make_fetcher()
    with pytest.raises(TransientError, match="come back in 3600 s") as caught:
        fetcher.page(f"{site.url}/busy")
    assert caught.value.wait == 3600
    assert max(hand.sleeps, default=0) < 1
    with pytest.raises(TransientError, match=r"left alone .*3600 s") as caught:
        fetcher.page(f"{site.url}/news")
    assert not caught.value.was_asked
    hand.now += 3601
    assert fetcher.page(f"{site.url}/news") is not None
