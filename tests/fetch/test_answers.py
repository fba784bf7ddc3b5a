"""Answers that are none: refused, busy, cut short, too large, too slow, or under no usable address."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from ingest.errors import FetchError, GoneError, RefusedError, TransientError
from ingest.fetch import Archive, Fetcher
from ingest.model import Link, Validator

OK = {"Content-Type": "text/html; charset=windows-1252"}
HTML = b"<!DOCTYPE html><p>Visit</p>"
Make = Callable[..., Fetcher]


def item_at(url: str) -> Link:
    return Link(source_id="example", url=url)


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


def test_a_cut_body_is_tried_again(site, make_fetcher: Make) -> None:
    site.routes["/cut"] = [(200, OK | {"Content-Length": "5000"}, b"half"), (200, OK, HTML)]
    page = make_fetcher().page(f"{site.url}/cut")
    assert page is not None
    assert page.body == HTML


def test_a_page_that_never_comes_whole_is_taken_as_far_as_it_came(site, make_fetcher: Make) -> None:
    packed = gzip.compress(HTML * 99)
    site.routes["/cut"] = (200, OK | {"Content-Length": "5000"}, HTML)
    site.routes["/packed"] = (200, OK | {"Content-Encoding": "gzip"}, packed[:-9])
    for path, words in (("/cut", "RemoteProtocolError"), ("/packed", "cut short")):
        page = make_fetcher(retries=1).page(f"{site.url}{path}")
        assert page is not None
        assert page.body.startswith(HTML)
        assert words in page.cut
        # What the next run would compare it with is not known: it asks for the whole.
        assert page.validator == Validator(f"{site.url}{path}")
    assert site.paths() == ["/cut"] * 2 + ["/packed"] * 2


def test_an_item_that_never_comes_whole_is_not_kept(site, make_fetcher: Make, archive: Archive) -> None:
    site.routes["/cut"] = (200, OK | {"Content-Length": "5000"}, HTML)
    with pytest.raises(TransientError, match="RemoteProtocolError") as caught:
        make_fetcher(retries=0).item(item_at(f"{site.url}/cut"))
    assert caught.value.was_asked
    assert not list(archive.files())


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
