from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.model import Source
from ingest.sources import parse

Saved = Callable[[str], bytes]
Make = Callable[..., Source]


# ------------------------------------------------------------------ feeds


def test_rss_entries_become_links(saved: Saved, make_source: Make) -> None:
    source = make_source("feed", "http://news.example/feed", document_kind="news_article", gss="E10000003")
    found = parse(source, source.url, saved("rss.xml"))
    assert [(link.url, link.title, link.published_on) for link in found.links] == [
        (
            "http://news.example/articles/early-help?from=feed",
            "Inspectors praise early help in Exampleshire",
            date(2018, 6, 9),
        ),
        ("http://news.example/articles/response", "Council responds", date(2018, 6, 10)),
        ("http://news.example/articles/hand", "Dated by hand", None),
    ]
    assert {(link.source_id, link.publisher, link.kind, link.gss) for link in found.links} == {
        ("example", "Example Press", "news_article", "E10000003")
    }
    assert [warning.partition(": ")[2] for warning in found.warnings] == [
        "entry 3 (An item without an address) has no web address; left out",
        "entry 4 (Dated by hand) has an unreadable date 'some time in June'",
    ]


def test_a_broken_entry_costs_only_itself(saved: Saved, make_source: Make) -> None:
    source = make_source("feed", "http://news.example/feed")
    found = parse(source, source.url, saved("broken_rss.xml"))
    assert [link.title for link in found.links] == ["First", "Third & last but one", "Fourth"]
    assert [warning.partition(": ")[2] for warning in found.warnings] == [
        "entry 2 (no title) is malformed: mismatched tag; left out",
        "entry 3 (Third & last but one) is malformed: not well-formed (invalid token); taken as far as it goes",
    ]


def test_a_truncated_feed_gives_its_whole_entries(saved: Saved, make_source: Make) -> None:
    source = make_source("feed", "http://news.example/feed")
    body = saved("rss.xml")
    cut = body[: body.index(b"<pubDate>Mon")]
    found = parse(source, source.url, cut)
    assert [link.title for link in found.links][:2] == [
        "Inspectors praise early help in Exampleshire",
        "Council responds",
    ]
    assert found.warnings


def test_atom_prefers_publication_over_update(saved: Saved, make_source: Make) -> None:
    source = make_source("feed", "http://trust.example/atom/feed")
    found = parse(source, source.url, saved("atom.xml"))
    assert [(link.url, link.published_on, link.kind) for link in found.links] == [
        ("http://trust.example/news/visit-report", date(2018, 6, 20), None),
        ("http://trust.example/news/updated", date(2018, 7, 2), None),
    ]
    assert found.warnings == ()


def test_html_instead_of_a_feed_is_a_warning(saved: Saved, make_source: Make) -> None:
    source = make_source("feed", "http://news.example/feed")
    found = parse(source, source.url, saved("listing.html"))
    assert found.links == ()
    assert "http://news.example/feed: not a feed" in found.warnings[0]


def test_bytes_that_upset_the_parser_are_a_warning(make_source: Make) -> None:
    source = make_source("feed", "http://news.example/feed")
    found = parse(source, source.url, b"<?xml version='1.0' encoding='utf\xe28'?><rss version='2.0'></rss>")
    assert found.links == ()
    assert len(found.warnings) == 1


def test_the_declared_charset_decides(make_source: Make) -> None:
    source = make_source("feed", "http://news.example/feed")
    xml = (
        "<rss version='2.0'><channel><item><title>Caf\xe9 \u2013 visit</title><link>http://a.example/</link>"
    )
    body = (xml + "</item></channel></rss>").encode("cp1252")
    found = parse(source, source.url, body, charset="windows-1252")
    assert [link.title for link in found.links] == ["Caf\xe9 \u2013 visit"]


# ------------------------------------------------------------------ listings

LISTING = {"item": "li.item", "title": "h3", "date": ".date", "next": "a.next"}


def test_listing_items_become_links(saved: Saved, make_source: Make) -> None:
    source = make_source(
        "listing", "http://council.example/news/", options=LISTING, document_kind="press_release"
    )
    found = parse(source, source.url, saved("listing.html"))
    assert [(link.url, link.title, link.published_on) for link in found.links] == [
        ("http://council.example/news/fostering", "Fostering week", date(2018, 6, 8)),
        ("http://council.example/news/visit", "Inspectors visit", date(2018, 6, 9)),
        ("http://other.example/x", "Elsewhere", None),
    ]
    assert (found.follow, found.older) == ((), "http://council.example/news/?page=2")
    assert len(found.warnings) == 2
    assert "item 4" in found.warnings[0]
    assert "'soon'" in found.warnings[1]


def test_a_selector_that_matches_nothing_is_named(saved: Saved, make_source: Make) -> None:
    options = LISTING | {"item": "article", "next": "a.gone"}
    source = make_source("listing", "http://council.example/news/", options=options)
    found = parse(source, source.url, saved("listing.html"))
    assert (found.links, found.older) == ((), None)
    assert [warning.split("; ")[0] for warning in found.warnings] == [
        "http://council.example/news/: selector item = 'article' matches nothing"
    ]
    source = make_source("listing", "http://council.example/news/", options=LISTING | {"date": ".when"})
    found = parse(source, source.url, saved("listing.html"))
    assert any("selector date = '.when' matches nothing" in warning for warning in found.warnings)
    assert len(found.links) == 3


def test_a_windows_page_is_read_in_its_charset(make_source: Make) -> None:
    source = make_source("listing", "http://council.example/", options={"item": "li"})
    body = "<ul><li><a href='/a'>Children\u2019s services</a></li></ul>".encode("cp1252")
    found = parse(source, source.url, body, charset="windows-1252")
    assert found.links[0].title == "Children\u2019s services"


@pytest.mark.parametrize(
    "body",
    [b"", b"http://x.example/", b"<?xml version='1.0'?><rss/>", b"<html><meta charset='u\x00tf'><p>x</p>"],
    ids=["nothing", "an address", "a feed", "a damaged charset"],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_what_is_no_listing_is_one_warning(body: bytes, make_source: Make) -> None:
    source = make_source("listing", "http://council.example/", options={"item": "li"})
    found = parse(source, source.url, body)
    assert found.links == ()
    assert len(found.warnings) == 1


def test_a_base_address_is_respected(make_source: Make) -> None:
    source = make_source("listing", "http://council.example/", options={"item": "li"})
    body = b"<html><head><base href='http://cdn.example/n/'></head><body><ul><li><a href='a'>A</a></li></ul>"
    assert parse(source, source.url, body).links[0].url == "http://cdn.example/n/a"


# ------------------------------------------------------------------ Ofsted


def test_an_ofsted_search_leads_to_providers_and_the_next_page(saved: Saved, make_source: Make) -> None:
    source = make_source("ofsted", "http://ofsted.example/search?q=&start=0&rows=2")
    found = parse(source, source.url, saved("ofsted_search.html"))
    assert found.links == ()
    assert found.follow == (
        "http://ofsted.example/provider/44/80429",
        "http://ofsted.example/provider/44/90000",
        "http://ofsted.example/search?q=&start=2&rows=2",
    )
    assert found.warnings == ()


def test_an_ofsted_provider_page_lists_its_publications(saved: Saved, make_source: Make) -> None:
    source = make_source("ofsted", "http://ofsted.example/search", document_kind="ofsted_report")
    url = "http://ofsted.example/provider/44/80429"
    found = parse(source, url, saved("ofsted_provider.html"))
    assert [(link.url, link.label, link.published_on) for link in found.links] == [
        ("https://files.example/v1/file/101", "children's services inspection", date(2022, 4, 1)),
        ("http://ofsted.example/v1/file/102", "children's services focused visit", date(2019, 5, 3)),
        ("http://ofsted.example/v1/file/103", "joint area child protection inspection", date(2015, 1, 29)),
    ]
    assert {(link.urn, link.gss, link.kind) for link in found.links} == {("80429", "E08000025", None)}
    assert found.links[0].title == "Birmingham City Council: children's services inspection"
    assert len(found.warnings) == 1
    assert "Withdrawn report" in found.warnings[0]


def test_an_unknown_urn_and_a_new_layout_are_told(make_source: Make) -> None:
    source = make_source("ofsted", "http://ofsted.example/search")
    found = parse(source, "http://ofsted.example/provider/44/90000", b"<h1>Exampleshire</h1>")
    assert found.links == ()
    assert "URN 90000" in found.warnings[0]
    assert "li.timeline__day" in found.warnings[1]
    assert "/provider/44/" in parse(source, source.url, b"<p>Sorry</p>").warnings[0]


# ------------------------------------------------------------------ GOV.UK


def test_govuk_results_become_links(saved: Saved, make_source: Make) -> None:
    source = make_source(
        "govuk_search", "https://www.gov.uk/api/search.json?q=x", document_kind="government_notice"
    )
    found = parse(source, source.url, saved("govuk_search.json"))
    assert [(link.url, link.title, link.published_on, link.label) for link in found.links] == [
        (
            "https://www.gov.uk/government/publications/exampleshire-notice",
            "Improvement notice issued to Exampleshire",
            date(2024, 4, 1),
            "notice",
        ),
        ("https://hmi.example/report", "Elsewhere", None, "external report"),
    ]
    assert len(found.warnings) == 2


def test_govuk_addresses_are_relative_to_the_site_that_answered(saved: Saved, make_source: Make) -> None:
    source = make_source("govuk_search", "http://127.0.0.1:8000/api/search.json")
    found = parse(source, source.url, saved("govuk_search.json"))
    assert found.links[0].url.startswith("http://127.0.0.1:8000/government/")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"results": 3}', b'{"result": []}', b"\xff\xfe"])
def test_govuk_answers_of_another_form_are_warnings(body: bytes, make_source: Make) -> None:
    source = make_source("govuk_search", "https://www.gov.uk/api/search.json")
    found = parse(source, source.url, body)
    assert found.links == ()
    assert len(found.warnings) == 1


# ------------------------------------------------------------------ all


def test_a_folder_has_no_pages(make_source: Make) -> None:
    with pytest.raises(ValueError, match="list_folder"):
        parse(make_source("folder", "letters"), "letters", b"")


@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(["feed", "listing", "ofsted", "govuk_search", "sitemap", "ombudsman"]),
    body=st.binary(max_size=200)
    | st.lists(
        st.sampled_from(["<item>", "<link>http://[x", "<a href='http://[::'>", "&nope;", "</ul>", "<li>"])
    )
    .map("".join)
    .map(str.encode),
    charset=st.sampled_from([None, "utf-8", "no-such-charset"]),
)
def test_no_page_is_an_error(kind: str, body: bytes, charset: str | None) -> None:
    source = Source("s", "S", "P", kind, "http://a.example/", options={"item": "li"})  # type: ignore[arg-type]
    for url in (source.url, "http://a.example/provider/44/1"):
        found = parse(source, url, body, charset=charset)
        assert all(link.url.startswith("http") and "#" not in link.url for link in found.links)
