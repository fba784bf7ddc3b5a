"""robots.txt: what it allows, when it is asked for again, and what is kept of it from run to run."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.errors import RefusedError, TransientError
from ingest.fetch import Fetcher
from ingest.fetch.robots import ROBOTS_BYTES, Robots, robots_text
from ingest.fetch.robots_store import RobotsStore, RobotsText

Make = Callable[..., Fetcher]
OK = (200, {"Content-Type": "text/html"}, b"<!doctype html><p>Visit</p>")
NOWHERE = RobotsStore(Path("/dev/null/nowhere"))


def test_robots_txt_is_asked_once_and_obeyed(site, make_fetcher: Make) -> None:
    site.routes["/robots.txt"] = (
        200,
        {},
        b"User-agent: ingest\nDisallow: /private\n\nUser-agent: *\nDisallow: /",
    )
    site.routes["/news"] = OK
    site.routes["/sneaky"] = (302, {"Location": "/private/letter"}, b"")
    fetcher = make_fetcher()
    assert fetcher.page(f"{site.url}/news") is not None
    for path in ("/private/letter", "/sneaky"):
        with pytest.raises(RefusedError, match=r"robots\.txt"):
            fetcher.page(f"{site.url}{path}")
    assert site.paths() == ["/news", "/sneaky"]
    assert [path for path, _ in site.requests].count("/robots.txt") == 1


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_site_without_robots_txt_is_open(site, make_fetcher: Make, status: int) -> None:
    site.routes["/robots.txt"] = (status, {}, b"User-agent: *\nDisallow: /")
    site.routes["/news"] = OK
    assert make_fetcher().page(f"{site.url}/news") is not None


@pytest.mark.parametrize("status", [500, 503, 505])
def test_a_site_whose_robots_txt_fails_is_left_alone_for_now(site, make_fetcher: Make, status: int) -> None:
    site.routes["/robots.txt"] = (status, {}, b"")
    site.routes["/news"] = OK
    fetcher = make_fetcher(retries=1)
    for _ in range(2):
        with pytest.raises(TransientError, match=r"robots\.txt"):
            fetcher.page(f"{site.url}/news")
    assert site.paths() == []
    assert len(site.requests) <= 2


def test_the_longer_of_rate_and_crawl_delay_counts(site, make_fetcher: Make, hand) -> None:
    site.routes["/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 5")
    site.routes["/news"] = OK
    fetcher = make_fetcher(requests_per_second=1.0)
    for _ in range(3):
        fetcher.page(f"{site.url}/news")
    assert hand.sleeps == [1, 5, 5]


class RobotsOf:
    """robots.txt of one host; `asked` are the times at which it was fetched."""

    def __init__(self, body: bytes, hand, store: RobotsStore = NOWHERE) -> None:
        self.asked: list[float] = []

        async def fetch(origin: str, kept: RobotsText | None) -> RobotsText:
            self.asked.append(hand.now)
            return RobotsText(origin, hand.clock(), robots_text(body))

        self._robots = Robots("ingest", fetch, hand.clock, store)

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


# ------------------------------------------------------------------ from run to run


def test_a_later_run_asks_again_after_a_day_and_only_for_what_changed(site, make_fetcher: Make, hand) -> None:
    rules = b"User-agent: *\nDisallow: /private"
    site.routes["/robots.txt"] = lambda headers: (
        (304, {}, b"") if headers.get("if-none-match") == '"1"' else (200, {"ETag": '"1"'}, rules)
    )
    site.routes["/news"] = OK
    asked = []
    for hours in (0, 23, 25, 40):
        hand.now = hours * 3600.0
        fetcher = make_fetcher()
        assert fetcher.page(f"{site.url}/news") is not None
        with pytest.raises(RefusedError, match=r"robots\.txt"):
            fetcher.page(f"{site.url}/private")
        asked.append(
            [headers.get("if-none-match") for path, headers in site.requests if path == "/robots.txt"]
        )
    assert asked == [[None], [None], [None, '"1"'], [None, '"1"']]


def test_a_site_that_cannot_answer_is_asked_again_by_the_next_run(site, make_fetcher: Make, hand) -> None:
    site.routes["/robots.txt"] = [(503, {}, b""), (404, {}, b"")]
    site.routes["/news"] = OK
    with pytest.raises(TransientError, match=r"robots\.txt") as caught:
        make_fetcher(retries=0).page(f"{site.url}/news")
    assert not caught.value.was_asked
    assert make_fetcher().page(f"{site.url}/news") is not None


def test_an_old_copy_does_not_stand_in_for_an_answer(site, make_fetcher: Make, hand) -> None:
    site.routes["/robots.txt"] = [(200, {}, b""), (500, {}, b"")]
    site.routes["/news"] = OK
    assert make_fetcher().page(f"{site.url}/news") is not None
    hand.now = 25 * 3600.0
    with pytest.raises(TransientError, match=r"robots\.txt"):
        make_fetcher(retries=0).page(f"{site.url}/news")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"origin": "http://a.example"}', None])
def test_what_is_kept_and_unusable_costs_one_request(tmp_path: Path, hand, text: str | None) -> None:
    store = RobotsStore(tmp_path)
    RobotsOf(b"", hand, store).check("http://a.example/")
    (path,) = tmp_path.iterdir()
    values = json.loads(path.read_text())
    path.write_text(json.dumps(values | {"origin": "http://b.example"}) if text is None else text)
    robots = RobotsOf(b"", hand, store)
    robots.check("http://a.example/")
    robots.check("http://a.example/news")
    assert len(robots.asked) == 1
    again = RobotsOf(b"", hand, store)
    again.check("http://a.example/")
    assert again.asked == []


def test_a_clock_that_was_set_back_costs_one_request(tmp_path: Path, hand) -> None:
    hand.now = 3600.0
    RobotsOf(b"", hand, RobotsStore(tmp_path)).check("http://a.example/")
    hand.now = 0.0
    robots = RobotsOf(b"", hand, RobotsStore(tmp_path))
    robots.check("http://a.example/")
    assert robots.asked == [0]
