"""One form for the many addresses of a page."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.model import canonical_address, claimed_address, page_address

PAGE = "https://news.example.org/care/visit?id=3"


@pytest.mark.parametrize(
    "address",
    [
        "http://news.example.org/care/visit?id=3",
        "https://www.news.example.org/care/visit/?id=3",
        "https://m.news.example.org/care/visit?id=3#comments",
        "HTTPS://News.Example.org:443/care//visit?id=3&utm_source=feed&utm_medium=rss",
        "https://news.example.org/care/visit?fbclid=abc&id=3&gclid=",
        "https://news.example.org/care/visit/amp/?id=3",
        "https://news.example.org/amp/care/visit?id=3&amp=1",
        "https://news.example.org/care/visit/print?id=3&print=true",
        "https://news.example.org/care/%76isit.?id=3",
        "https://news.example.org/care/visit/index.html?id=3",
    ],
)
def test_addresses_of_one_page_have_one_form(address: str) -> None:
    assert canonical_address(address) == PAGE


@pytest.mark.parametrize(
    "address",
    [
        "https://news.example.org/care/visit?id=4",
        "https://news.example.org/care/Visit?id=3",
        "https://news.example.org/care/visit?id=3&page=2",
        "https://news.example.org:8080/care/visit?id=3",
        "https://blog.example.org/care/visit?id=3",
        "https://news.example.org/care/visit?id=3&source=council",
        "https://news.example.org/care/visit?id=3&print=edition-2",
        "https://news.example.org/blueprint/visit?id=3",
    ],
)
def test_other_pages_have_another(address: str) -> None:
    assert canonical_address(address) != PAGE


def test_what_is_no_web_address_stays_as_it_is() -> None:
    for address in ("file:///in/letter.pdf", "", "http://[::1/x", "mailto:a@example.org"):
        assert canonical_address(address) == address


def test_a_front_page_is_no_end_of_a_request() -> None:
    assert page_address("https://a.example/x", "https://a.example/?page=2") == "https://a.example?page=2"
    assert page_address("https://a.example/x?utm_source=t", "https://www.a.example/") == "https://a.example/x"
    assert page_address("https://short.example/1", "https://a.example/x/") == "https://a.example/x"


def test_a_page_names_its_canonical_address_on_its_own_site_only() -> None:
    own = "https://a.example/x/2"
    assert claimed_address(own, "http://www.a.example/x?utm_source=t") == "https://a.example/x"
    assert claimed_address(own, "/x") == "https://a.example/x"
    for careless in (None, "", "/", "https://a.example", "https://b.example/x", "http://[a"):
        assert claimed_address(own, careless) is None


@given(st.text(max_size=60))
@settings(max_examples=80, deadline=None)
def test_the_form_of_a_form_is_itself(path: str) -> None:
    once = canonical_address(f"https://a.example/{path}")
    assert canonical_address(once) == once
