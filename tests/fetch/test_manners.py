"""What a host sees of us: turns, pauses, slots, and peace when it is down."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from ingest.errors import FetchError, RefusedError, TransientError
from ingest.fetch import Fetcher
from ingest.fetch.hosts import Hosts
from ingest.fetch.robots import ROBOTS_BYTES, Robots

Make = Callable[..., Fetcher]
OK = (200, {"Content-Type": "text/html"}, b"<!doctype html><p>Visit</p>")


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
        async with hosts.turn(name, 1) as seconds:
            return seconds

    assert asyncio.run(waited("news.example")) == 30
    assert asyncio.run(waited("other.example")) == 0


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


def test_one_host_gets_few_requests_at_once_others_theirs(site, other_site, make_fetcher: Make) -> None:
    lock = threading.Lock()
    running: dict[str, int] = {"a": 0, "b": 0}
    most: dict[str, int] = {"a": 0, "b": 0}

    def slow(name: str) -> Callable[[dict[str, str]], tuple[int, dict[str, str], bytes]]:
        def answer(headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
            with lock:
                running[name] += 1
                most[name] = max(most[name], running[name])
            time.sleep(0.03)
            with lock:
                running[name] -= 1
            return OK

        return answer

    site.routes["/a"], other_site.routes["/b"] = slow("a"), slow("b")
    fetcher = make_fetcher(at_once=2)
    with ThreadPoolExecutor(8) as pool:
        urls = [f"{site.url}/a", f"{other_site.url}/b"] * 8
        assert all(pool.map(fetcher.page, urls))
    assert max(most.values()) == 2
    assert min(most.values()) >= 1


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
    site.routes["/robots.txt"] = (404, {}, b"")
    for path in ("/a", "/b"):
        site.routes[path] = (200, {"Content-Length": "500"}, b"cut")
    fetcher = make_fetcher(retries=3)
    for path in ("/a", "/b"):
        with pytest.raises(TransientError, match="RemoteProtocolError"):
            fetcher.page(f"{site.url}{path}")
    assert site.paths() == ["/a"] * 4 + ["/b"]


def test_a_host_that_asks_for_an_hour_gets_it(site, make_fetcher: Make, hand) -> None:
    site.routes["/busy"] = (429, {"Retry-After": "3600"}, b"")
    site.routes["/news"] = OK
    fetcher = make_fetcher()
    with pytest.raises(TransientError, match="come back in 3600 s"):
        fetcher.page(f"{site.url}/busy")
    with pytest.raises(TransientError, match=r"left alone .*3600 s"):
        fetcher.page(f"{site.url}/news")
    hand.now += 3601
    assert fetcher.page(f"{site.url}/news") is not None


# ------------------------------------------------------------------ robots.txt


class RobotsOf:
    """robots.txt of one host; `asked` are the times at which it was fetched."""

    def __init__(self, body: bytes, hand) -> None:
        self.asked: list[float] = []

        async def fetch(origin: str) -> bytes:
            self.asked.append(hand.now)
            return body

        self._robots = Robots("ingest", fetch, hand.timer)

    def check(self, url: str) -> float:
        return asyncio.run(self._robots.check("http://a.example", url))


def test_the_longest_rule_wins_and_wildcards_count(hand) -> None:
    robots = RobotsOf(
        b"\xef\xbb\xbfUser-Agent: INGEST\r\nDisallow: /news\r\nAllow: /news/council\r\nDisallow: /*.pdf$\r\n",
        hand,
    )
    for path in ("/news/council/1", "/about", "/a.pdf?x"):
        robots.check(f"http://a.example{path}")
    for path in ("/news", "/news/2", "/letters/a.pdf", "/news?page=2"):
        with pytest.raises(RefusedError, match=r"robots\.txt"):
            robots.check(f"http://a.example{path}")


def test_only_the_first_500_kib_count_and_no_half_line(hand) -> None:
    filler = b"#" + b"x" * 98 + b"\n"
    start = b"User-agent: *\nDisallow: /\n"
    body = start + filler * ((ROBOTS_BYTES - len(start)) // 100)
    cut = (body + b"#" * (ROBOTS_BYTES - len(body) - 9) + b"\nAllow: /public")[:ROBOTS_BYTES]
    assert cut.endswith((b"Allow: /", b"Allow: "))
    with pytest.raises(RefusedError):
        RobotsOf(cut, hand).check("http://a.example/private")


def test_a_huge_robots_txt_is_read_so_far_only(site, make_fetcher: Make) -> None:
    body = b"User-agent: *\nDisallow: /private\n" + b"# filler\n" * 80_000
    site.routes["/robots.txt"] = (200, {}, body + b"Disallow: /\n")
    site.routes["/news"] = OK
    fetcher = make_fetcher()
    assert fetcher.page(f"{site.url}/news") is not None
    with pytest.raises(RefusedError):
        fetcher.page(f"{site.url}/private")


def test_a_moved_robots_txt_counts_for_the_host_that_was_asked(site, other_site, make_fetcher: Make) -> None:
    site.routes["/robots.txt"] = (301, {"Location": f"{other_site.url}/moved.txt"}, b"")
    other_site.routes["/moved.txt"] = (200, {}, b"User-agent: *\nDisallow: /private")
    site.routes["/news"] = OK
    fetcher = make_fetcher()
    assert fetcher.page(f"{site.url}/news") is not None
    with pytest.raises(RefusedError, match=r"robots\.txt"):
        fetcher.page(f"{site.url}/private")


@pytest.mark.parametrize("target", ["/robots.txt", "http://169.254.169.254/robots.txt", "ftp://a.example/"])
def test_a_robots_txt_that_leads_nowhere_is_none(site, make_fetcher: Make, target: str) -> None:
    site.routes["/robots.txt"] = (301, {"Location": target}, b"")
    site.routes["/news"] = OK
    assert make_fetcher().page(f"{site.url}/news") is not None


@pytest.mark.parametrize(
    "reply", [(429, {}, b""), (200, {"Content-Length": "500"}, b"User-agent"), (503, {}, b"")]
)
def test_a_host_that_cannot_answer_for_robots_txt_is_left_alone(
    site, make_fetcher: Make, reply: object
) -> None:
    site.routes["/robots.txt"] = reply
    site.routes["/news"] = OK
    with pytest.raises(TransientError, match=r"robots\.txt gave no answer"):
        make_fetcher(retries=1).page(f"{site.url}/news")
    assert site.paths() == []


def test_robots_txt_is_asked_for_again_after_a_day(hand) -> None:
    robots = RobotsOf(b"", hand)
    for now in (0, 1000, 80_000, 90_000):
        hand.now = now
        robots.check("http://a.example/news")
    assert robots.asked == [0, 90_000]


@pytest.mark.parametrize("delay", ["nan", "inf", "-1", "1e999", "soon"])
def test_a_crawl_delay_that_is_no_number_is_none(hand, delay: str) -> None:
    body = b"User-agent: *\nCrawl-delay: " + delay.encode()
    assert RobotsOf(body, hand).check("http://a.example/") == 0


def test_a_rule_of_many_wildcards_costs_no_time(hand) -> None:
    robots = RobotsOf(b"User-agent: *\nDisallow: /" + b"*a" * 200 + b"*b\n", hand)
    robots.check("http://a.example/" + "a" * 7000)
