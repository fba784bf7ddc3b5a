"""Moved pages and canonical links: one page stays one, and no site's carelessness makes many pages one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ingest.fetch import Fetcher
from ingest.fetch.addresses import canonical_link, is_same_page
from ingest.model import Link, Validator

OK = {"Content-Type": "text/html; charset=utf-8"}
Make = Callable[..., Fetcher]


@pytest.mark.parametrize(
    ("page", "header", "found"),
    [
        (b"<link rel=canonical href=/a>", "", "http://n.example/a"),
        (
            b"<LINK href='https://n.example/a?x=1&amp;y=2#top' data-x rel=\"canonical\">",
            "",
            "https://n.example/a?x=1&y=2",
        ),
        (
            b"<link rel=stylesheet href=/s.css><p>",
            '<http://n.example/h>; rel="canonical"',
            "http://n.example/h",
        ),
        (b"<link rel='alternate' href='/feed'>", "</s.css>; rel=preload", None),
        (b"<link rel=canonical>", "", None),
        (b"<link rel=canonical href='http://[bad'>", "", None),
    ],
)
def test_the_canonical_link_is_read(page: bytes, header: str, found: str | None) -> None:
    assert canonical_link(page, header, "http://n.example/a?utm_source=x") == found


@pytest.mark.parametrize(
    ("url", "canonical", "same"),
    [
        ("http://www.n.example/a/?utm_source=rss&at_medium=x", "https://n.example/a", True),
        ("http://n.example/a?id=1&fbclid=9", "http://n.example/a?id=1", True),
        ("http://n.example/a?id=1", "http://n.example/a", False),
        ("http://n.example/a", "http://n.example/", False),
        ("http://n.example/a", "http://other.example/a", False),
        ("http://n.example:8080/a", "http://n.example/a", False),
        ("http://n.example:x/a", "http://n.example/a", False),
    ],
)
def test_only_marks_of_a_readers_way_are_set_aside(url: str, canonical: str, same: bool) -> None:
    assert is_same_page(url, canonical) is same


def test_a_page_that_moved_for_good_is_asked_for_where_it_is(site, make_fetcher: Make) -> None:
    site.routes["/old"] = (301, {"Location": "/newer"}, b"")
    site.routes["/newer"] = (308, {"Location": "/now"}, b"")
    site.routes["/now"] = (200, OK, b"<!doctype html><p>1</p>")
    fetcher = make_fetcher()
    link = Link("news", f"{site.url}/old")
    first = fetcher.item(link)
    assert first is not None
    assert (first[1].moved_to, first[1].same_as) == (f"{site.url}/now", f"{site.url}/now")
    site.routes["/now"] = (200, OK, b"<!doctype html><p>2</p>")
    second = fetcher.item(link, first[1])
    assert second is not None
    assert second[0] is not None
    assert second[1].moved_to == f"{site.url}/now"
    assert site.paths() == ["/old", "/newer", "/now", "/now"]
    # The page left its new place too: the old address may know more.
    site.routes["/now"] = (404, {}, b"")
    site.routes["/old"] = (200, OK, b"<!doctype html><p>3</p>")
    third = fetcher.item(link, second[1])
    assert third is not None
    assert third[1].moved_to is None


def test_a_redirect_for_now_is_not_remembered(site, make_fetcher: Make) -> None:
    site.routes["/a"] = (302, {"Location": "/b"}, b"")
    site.routes["/b"] = (200, OK, b"<!doctype html><p>1</p>")
    arrived = make_fetcher().item(Link("news", f"{site.url}/a"))
    assert arrived is not None
    assert (arrived[1].moved_to, arrived[1].same_as) == (None, None)


def test_a_page_with_marks_in_its_address_names_its_home(site, make_fetcher: Make) -> None:
    site.routes["/a?utm_source=rss"] = (200, OK, b"<!doctype html><link rel=canonical href=/a><p>1</p>")
    site.routes["/b"] = (200, OK, b"<!doctype html><link rel=canonical href=/><p>1</p>")
    fetcher = make_fetcher()
    homes = []
    for path in ("/a?utm_source=rss", "/b"):
        arrived = fetcher.item(Link("news", f"{site.url}{path}"))
        assert arrived is not None
        homes.append(arrived[1].same_as)
    assert homes == [f"{site.url}/a", None]


def test_what_moved_is_asked_with_the_marks_of_its_own_server_only(
    site, other_site, make_fetcher: Make
) -> None:
    other_site.routes["/a"] = (200, OK, b"<!doctype html><p>1</p>")
    site.routes["/a"] = (200, OK, b"<!doctype html><p>1</p>")
    moved = Validator(
        f"{site.url}/a",
        etag='"1"',
        final_url=f"{site.url}/a",
        moved_to=f"{other_site.url}/a",
        content_hash=None,
    )
    make_fetcher().item(Link("news", f"{site.url}/a"), moved)
    assert all("if-none-match" not in headers for _, headers in other_site.requests)
