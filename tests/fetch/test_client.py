from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ingest.errors import ConfigError, FetchError, GoneError, RefusedError, TransientError
from ingest.fetch import Archive, Fetcher, file_etag
from ingest.model import Link, Validator

OK = {"Content-Type": "text/html; charset=windows-1252"}
HTML = b"<!DOCTYPE html><p>Visit</p>"
Make = Callable[..., Fetcher]


def item_at(url: str) -> Link:
    return Link(source_id="example", url=url)


# ------------------------------------------------------------------ pages and items


def test_a_page_comes_with_what_the_server_said_of_it(site, make_fetcher: Make, hand) -> None:
    site.routes["/news"] = (200, OK | {"ETag": '"1"', "Last-Modified": "Fri, 08 Jun 2018 10:00:00 GMT"}, HTML)
    page = make_fetcher().page(f"{site.url}/news", None)
    assert page is not None
    assert (page.url, page.final_url, page.body, page.charset) == (
        f"{site.url}/news",
        f"{site.url}/news",
        HTML,
        "windows-1252",
    )
    assert page.validator == Validator(
        url=f"{site.url}/news",
        etag='"1"',
        last_modified="Fri, 08 Jun 2018 10:00:00 GMT",
        content_hash=hashlib.sha256(HTML).hexdigest(),
        final_url=f"{site.url}/news",
        first_fetched_at=hand.clock(),
        checked_at=hand.clock(),
    )
    assert site.requests[-1][1]["user-agent"] == "ingest/0.1 (tests) (+owner@example.org)"


def test_an_unchanged_page_is_none(site, make_fetcher: Make) -> None:
    def conditional(headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        return (304, {}, b"") if headers.get("if-none-match") == '"1"' else (200, OK | {"ETag": '"1"'}, HTML)

    site.routes["/etag"] = conditional
    site.routes["/plain"] = (200, OK, HTML)
    fetcher = make_fetcher()
    for path in ("/etag", "/plain"):
        page = fetcher.page(f"{site.url}{path}")
        assert page is not None
        assert fetcher.page(f"{site.url}{path}", page.validator) is None
    site.routes["/plain"] = (200, OK, HTML + b"more")
    changed = fetcher.page(f"{site.url}/plain", page.validator)
    assert changed is not None
    assert changed.body.endswith(b"more")


def test_an_item_is_archived_sniffed_and_dated(site, make_fetcher: Make, archive: Archive, hand) -> None:
    site.routes["/letter.pdf"] = (200, {"Content-Type": "application/pdf", "ETag": '"1"'}, HTML)
    fetcher = make_fetcher()
    fetched = fetcher.item(item_at(f"{site.url}/letter.pdf"))
    assert fetched is not None
    snapshot, validator = fetched
    assert snapshot.media_type == "text/html"
    assert snapshot.charset is None
    assert (snapshot.size, snapshot.fetched_at) == (len(HTML), hand.clock())
    assert archive.read(snapshot.content_hash) == HTML
    assert validator.first_fetched_at == hand.clock()


def test_a_changed_item_keeps_its_first_time(site, make_fetcher: Make, hand) -> None:
    link = item_at(f"{site.url}/a")
    site.routes["/a"] = (200, OK, HTML)
    fetcher = make_fetcher()
    first = fetcher.item(link)
    assert first is not None
    assert fetcher.item(link, first[1]) is None
    hand.now += 3600
    site.routes["/a"] = (200, OK, HTML + b" corrected")
    second = fetcher.item(link, first[1])
    assert second is not None
    assert second[1].first_fetched_at == first[1].first_fetched_at
    assert second[0].fetched_at >= first[0].fetched_at + timedelta(hours=1)


def test_bytes_lost_from_the_archive_are_fetched_again(site, make_fetcher: Make, archive: Archive) -> None:
    link = item_at(f"{site.url}/a")
    site.routes["/a"] = lambda headers: (
        (304, {}, b"") if "if-none-match" in headers else (200, OK | {"ETag": '"1"'}, HTML)
    )
    fetcher = make_fetcher()
    fetched = fetcher.item(link)
    assert fetched is not None
    archive.path(fetched[0].content_hash).unlink()
    assert fetcher.item(link, fetched[1]) is None
    assert archive.read(fetched[0].content_hash) == HTML


def test_redirects_are_followed_within_a_limit(site, make_fetcher: Make) -> None:
    site.routes["/old"] = (301, {"Location": "/new"}, b"x" * 10)
    site.routes["/new"] = (200, OK, HTML)
    site.routes["/round"] = (302, {"Location": "/round"}, b"")
    fetcher = make_fetcher()
    fetched = fetcher.item(item_at(f"{site.url}/old"))
    assert fetched is not None
    assert fetched[0].final_url == f"{site.url}/new"
    assert fetched[0].link.url == f"{site.url}/old"
    assert fetched[1].url == f"{site.url}/old"
    with pytest.raises(FetchError, match="more than 10 redirects"):
        fetcher.page(f"{site.url}/round")


def test_compressed_bodies_are_opened_and_still_limited(site, make_fetcher: Make) -> None:
    packed = OK | {"Content-Encoding": "gzip"}
    site.routes["/small"] = (200, packed, gzip.compress(HTML))
    site.routes["/bomb"] = (200, packed, gzip.compress(b"0" * 5_000_000))
    fetcher = make_fetcher()
    page = fetcher.page(f"{site.url}/small")
    assert page is not None
    assert page.body == HTML
    with pytest.raises(RefusedError, match="100,000 bytes"):
        fetcher.page(f"{site.url}/bomb")


def test_large_bodies_are_refused(site, make_fetcher: Make) -> None:
    body = b"0" * 200_000
    site.routes["/declared"] = (200, {}, body)
    site.routes["/chunked"] = (
        200,
        {"Transfer-Encoding": "chunked"},
        b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body),
    )
    for path in ("/declared", "/chunked"):
        with pytest.raises(RefusedError, match=f"{path}: larger than 100,000 bytes"):
            make_fetcher().page(f"{site.url}{path}")


def test_a_dripping_server_is_given_up(site, make_fetcher: Make, hand) -> None:
    site.routes["/drip"] = (200, OK, HTML)
    ticks = iter(range(0, 10_000, 60))
    with pytest.raises(TransientError, match="not complete after 50 s"):
        make_fetcher(timer=lambda: next(ticks)).page(f"{site.url}/drip")


def test_an_etag_that_cannot_be_sent_back_is_not(site, make_fetcher: Make) -> None:
    site.routes["/odd"] = (200, OK | {"ETag": '"caf\xe9"'}, HTML)
    fetcher = make_fetcher()
    page = fetcher.page(f"{site.url}/odd")
    assert page is not None
    assert fetcher.page(f"{site.url}/odd", page.validator) is None
    assert "if-none-match" not in site.requests[-1][1]


# ------------------------------------------------------------------ failures


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 501, 204])
def test_other_answers_are_final(site, make_fetcher: Make, hand, status: int) -> None:
    site.routes["/gone"] = (status, {}, b"")
    with pytest.raises(FetchError, match=f"/gone: HTTP {status}") as caught:
        make_fetcher().page(f"{site.url}/gone")
    assert type(caught.value) is (GoneError if status in (404, 410) else FetchError)
    assert site.paths() == ["/gone"]


def test_busy_servers_are_asked_again_when_they_say(site, make_fetcher: Make, hand) -> None:
    site.routes["/busy"] = [(503, {"Retry-After": "7"}, b""), (429, {}, b""), (200, OK, HTML)]
    page = make_fetcher().page(f"{site.url}/busy")
    assert page is not None
    waits = [seconds for seconds in hand.sleeps if seconds > 0.1]
    assert waits[0] == 7
    assert all(seconds <= 2 for seconds in waits[1:])
    assert site.paths() == ["/busy"] * 3


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_tries_end(site, make_fetcher: Make, hand, status: int) -> None:
    site.routes["/down"] = (status, {}, b"")
    with pytest.raises(TransientError, match=f"HTTP {status}.*tries: 4"):
        make_fetcher().page(f"{site.url}/down")
    assert len(site.paths()) == 4


def test_a_host_that_asks_for_an_hour_is_left_for_the_next_run(site, make_fetcher: Make, hand) -> None:
    site.routes["/down"] = (503, {"Retry-After": "3600"}, b"")
    with pytest.raises(TransientError, match="come back in 3600 s"):
        make_fetcher().page(f"{site.url}/down")
    assert max(hand.sleeps, default=0) < 1
    assert len(site.paths()) == 1


def test_a_cut_body_is_tried_again(site, make_fetcher: Make) -> None:
    site.routes["/cut"] = [(200, OK | {"Content-Length": "5000"}, b"half"), (200, OK, HTML)]
    page = make_fetcher().page(f"{site.url}/cut")
    assert page is not None
    assert page.body == HTML


def test_a_dead_host_is_transient(make_fetcher: Make) -> None:
    with pytest.raises(TransientError, match="ConnectError"):
        make_fetcher(retries=1).page("http://127.0.0.1:9/")


@pytest.mark.parametrize(
    "url", ["file:///etc/hostname", "ftp://example.org/x", "mailto:a@example.org", "/news", ""]
)
def test_only_web_addresses_are_fetched(make_fetcher: Make, url: str) -> None:
    with pytest.raises(RefusedError, match="only http and https"):
        make_fetcher().page(url)


def test_a_redirect_out_of_the_web_is_refused(site, make_fetcher: Make) -> None:
    site.routes["/out"] = (302, {"Location": "ftp://example.org/x"}, b"")
    with pytest.raises(RefusedError, match="only http and https"):
        make_fetcher().page(f"{site.url}/out")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:port/",
        "http://127.0.0.1:99999/",
        f"http://{'a' * 70}.example/",
        "http://a\n.example/",
    ],
)
def test_a_broken_address_is_a_fetch_error(make_fetcher: Make, url: str) -> None:
    with pytest.raises(FetchError):
        make_fetcher().page(url)


def test_a_user_agent_that_cannot_be_sent_is_a_config_error(make_fetcher: Make) -> None:
    with pytest.raises(ConfigError, match="ASCII"):
        make_fetcher(contact="caf\xe9\n")


# ------------------------------------------------------------------ manners


def test_robots_txt_is_asked_once_and_obeyed(site, make_fetcher: Make) -> None:
    site.routes["/robots.txt"] = (
        200,
        {},
        b"User-agent: ingest\nDisallow: /private\n\nUser-agent: *\nDisallow: /",
    )
    site.routes["/news"] = (200, OK, HTML)
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
    site.routes["/news"] = (200, OK, HTML)
    assert make_fetcher().page(f"{site.url}/news") is not None


@pytest.mark.parametrize("status", [500, 503, 505])
def test_a_site_whose_robots_txt_fails_is_left_alone_for_now(site, make_fetcher: Make, status: int) -> None:
    site.routes["/robots.txt"] = (status, {}, b"")
    site.routes["/news"] = (200, OK, HTML)
    fetcher = make_fetcher(retries=1)
    for _ in range(2):
        with pytest.raises(TransientError, match=r"robots\.txt"):
            fetcher.page(f"{site.url}/news")
    assert site.paths() == []
    assert len(site.requests) <= 2


def test_requests_to_one_host_keep_their_distance(site, make_fetcher: Make, hand) -> None:
    site.routes["/news"] = (200, OK, HTML)
    fetcher = make_fetcher(requests_per_second=0.5)
    for _ in range(3):
        fetcher.page(f"{site.url}/news")
    assert hand.sleeps == [2, 2, 2]


def test_the_longer_of_rate_and_crawl_delay_counts(site, make_fetcher: Make, hand) -> None:
    site.routes["/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 5")
    site.routes["/news"] = (200, OK, HTML)
    fetcher = make_fetcher(requests_per_second=1.0)
    for _ in range(3):
        fetcher.page(f"{site.url}/news")
    assert hand.sleeps == [1, 5, 5]


def test_threads_share_one_queue(site, make_fetcher: Make, hand) -> None:
    site.routes["/news"] = (200, OK, HTML)

    async def noted(seconds: float) -> None:
        hand.sleeps.append(seconds)

    fetcher = make_fetcher(sleep=noted, requests_per_second=1.0)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: fetcher.page(f"{site.url}/news"), range(4)))
    assert sorted(hand.sleeps) == [1, 2, 3, 4]
    assert [path for path, _ in site.requests].count("/robots.txt") == 1


def test_a_proxy_answers_for_every_host(site, make_fetcher: Make) -> None:
    site.routes["http://news.example/a"] = (200, OK, HTML)
    page = make_fetcher(proxy=site.url).page("http://news.example/a")
    assert page is not None
    assert page.final_url == "http://news.example/a"
    assert site.requests[0][0] == "http://news.example/robots.txt"


# ------------------------------------------------------------------ local files


def test_a_local_file_is_read_once(tmp_path: Path, make_fetcher: Make, archive: Archive) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"%PDF-1.4 letter")
    link = Link(source_id="folder", url="https://files.example/1", path=str(path))
    fetcher = make_fetcher()
    fetched = fetcher.item(link)
    assert fetched is not None
    snapshot, validator = fetched
    assert (snapshot.media_type, snapshot.final_url) == ("application/pdf", link.url)
    assert archive.read(snapshot.content_hash) == b"%PDF-1.4 letter"
    assert validator.etag == file_etag(path)
    size, _, modified = (validator.etag or "").partition("-")
    assert (size, modified) == ("15", str(path.stat().st_mtime_ns))
    path.chmod(0)
    assert fetcher.item(link, validator) is None
    path.chmod(0o600)
    os.utime(path, ns=(0, 0))
    touched = fetcher.item(link, validator)
    assert touched is not None
    assert touched[0] is None
    assert fetcher.item(link, touched[1]) is None
    path.write_bytes(b"%PDF-1.4 changed")
    changed = fetcher.item(link, validator)
    assert changed is not None
    assert changed[1].first_fetched_at == validator.first_fetched_at


def test_unusable_local_files_are_named(tmp_path: Path, make_fetcher: Make) -> None:
    link = Link(source_id="folder", url="file:a.txt", path=str(tmp_path / "a.txt"))
    with pytest.raises(FetchError, match=r"a\.txt: cannot be read: No such file"):
        make_fetcher().item(link)
    (tmp_path / "a.txt").write_bytes(b"0" * 200_000)
    with pytest.raises(RefusedError, match="max_bytes"):
        make_fetcher().item(link)
    with pytest.raises(FetchError, match="cannot be read"):
        make_fetcher().item(replace(link, path=str(tmp_path)))
