"""Sitemaps, JSON feeds, GOV.UK's content API and the Ombudsman: what they announce."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date

from ingest.model import Source
from ingest.sources import parse

Make = Callable[..., Source]
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


# ------------------------------------------------------------------ sitemaps


def urlset(*locations: str) -> bytes:
    urls = "".join(f"<url><loc> {address} </loc><lastmod>2026-01-02</lastmod></url>" for address in locations)
    return f"<?xml version='1.0'?><urlset xmlns='{SITEMAP}'>{urls}</urlset>".encode()


def test_a_page_of_a_sitemap_has_no_date_of_publication(make_source: Make) -> None:
    source = make_source("sitemap", "http://a.example/sitemap.xml", options={"include": "/news/"})
    found = parse(source, source.url, urlset("http://a.example/news/1", "/news/2", "http://a.example/bins"))
    assert [(link.url, link.published_on) for link in found.links] == [
        ("http://a.example/news/1", None),
        ("http://a.example/news/2", None),
    ]
    assert found.warnings == ()


def test_an_index_leads_to_the_sitemaps_that_are_wanted(make_source: Make) -> None:
    index = (
        f"<sitemapindex xmlns='{SITEMAP}'><sitemap><loc>http://a.example/news-1.xml.gz</loc></sitemap>"
        "<sitemap><loc>http://a.example/parks.xml</loc></sitemap></sitemapindex>"
    ).encode()
    source = make_source("sitemap", "http://a.example/sitemap.xml", options={"sitemaps": "news"})
    assert parse(source, source.url, index).follow == ("http://a.example/news-1.xml.gz",)
    source = make_source("sitemap", "http://a.example/sitemap.xml", options={"sitemaps": "schools"})
    found = parse(source, source.url, index)
    assert found.follow == ()
    assert "sitemaps = 'schools' matches none of its 2 sitemaps" in found.warnings[0]


def test_packed_and_plain_sitemaps_are_read(make_source: Make) -> None:
    source = make_source("sitemap", "http://a.example/sitemap.xml.gz")
    packed = gzip.compress(urlset("http://a.example/1"))
    assert [link.url for link in parse(source, source.url, packed).links] == ["http://a.example/1"]
    plain = b"http://a.example/1\nhttp://a.example/2\n"
    assert len(parse(source, source.url, plain).links) == 2


def test_a_filter_that_leaves_nothing_is_named(make_source: Make) -> None:
    source = make_source(
        "sitemap", "http://a.example/s.xml", options={"include": "/children/", "exclude": "pdf"}
    )
    found = parse(source, source.url, urlset("http://a.example/bins"))
    assert found.links == ()
    assert "include = '/children/', exclude = 'pdf' leave none of its 1 items" in found.warnings[0]


# ------------------------------------------------------------------ JSON feeds

FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "next_url": "/feed.json?page=2",
    "items": [
        {"id": "1", "url": "/news/1", "title": "One  thing", "date_published": "2026-07-01T23:30:00Z"},
        {"id": "http://a.example/news/2", "title": "Two", "date_modified": "2026-06-01"},
        {"id": "3", "title": "Nowhere"},
        {"id": "4", "external_url": "http://b.example/4", "date_published": "soon"},
    ],
}


def test_a_json_feed_is_a_feed(make_source: Make) -> None:
    source = make_source("feed", "http://a.example/feed.json")
    found = parse(source, source.url, json.dumps(FEED).encode())
    assert [(link.url, link.title, link.published_on) for link in found.links] == [
        ("http://a.example/news/1", "One thing", date(2026, 7, 2)),
        ("http://a.example/news/2", "Two", date(2026, 6, 1)),
        ("http://b.example/4", "", None),
    ]
    assert found.older == "http://a.example/feed.json?page=2"
    assert [warning.partition(": ")[2] for warning in found.warnings] == [
        "entry 3 (Nowhere) has no web address; left out",
        "entry 4 () has an unreadable date 'soon'",
    ]


def test_half_an_emoji_is_dropped(make_source: Make) -> None:
    url = "http://news.example/feed.json"
    body = b'{"items": [{"url": "http://news.example/1", "title": "Well done \\ud83d"}]}'
    (link,) = parse(make_source("feed", url), url, body).links
    assert link.title == "Well done"


def test_one_item_has_one_address_whatever_its_feed_adds(make_source: Make) -> None:
    source = make_source("feed", "http://a.example/feed")
    added = "?id=7&amp;at_medium=RSS&amp;at_campaign=rss&amp;utm_source=x"
    body = f"<rss version='2.0'><channel><item><title>T</title><link>http://a.example/n{added}</link></item></channel></rss>"
    assert parse(source, source.url, body.encode()).links[0].url == "http://a.example/n?id=7"


# ------------------------------------------------------------------ GOV.UK


def test_a_search_with_details_leads_to_the_content_api_and_to_older_pages(make_source: Make) -> None:
    url = "https://gov.example/api/search.json?q=a&count=2&start=2"
    answer = {"results": [{"title": "A", "link": "/a"}, {"title": "B", "link": "/b"}], "total": 9, "start": 2}
    body = json.dumps(answer).encode()
    source = make_source("govuk_search", url, options={"details": "yes", "pages": "3"})
    found = parse(source, url, body)
    assert found.links == ()
    assert found.follow == ("https://gov.example/api/content/a", "https://gov.example/api/content/b")
    assert found.older == "https://gov.example/api/search.json?q=a&count=2&start=4"
    assert parse(make_source("govuk_search", url, options={"pages": "2"}), url, body).older is None
    last = body.replace(b'"total": 9', b'"total": 4')
    assert parse(source, url, last).older is None


def test_a_withdrawn_item_says_so_and_other_answers_are_warnings(make_source: Make) -> None:
    source = make_source("govuk_search", "https://gov.example/api/search.json")
    url = "https://gov.example/api/content/a"
    item = {
        "base_path": "/a",
        "title": "A",
        "document_type": "detailed_guide",
        "withdrawn_notice": {"explanation": "x"},
    }
    (link,) = parse(source, url, json.dumps(item).encode()).links
    assert (link.url, link.label) == ("https://gov.example/a", "detailed guide (withdrawn)")
    for body in (b"", b"[]", b"{}", b'{"base_path": 3}', b"<html>"):
        found = parse(source, url, body)
        assert found.links == ()
        assert "not an answer of the GOV.UK content API" in found.warnings[0]


# ------------------------------------------------------------------ the Ombudsman


def test_decisions_name_their_council_and_are_not_dated_by_their_decision(make_source: Make) -> None:
    body = (
        b"<ul><li><a href='/decisions/education/sen/21-001-234?displaypref=1'>Leeds City Council (21 001 234)</a>"
        b"<p>Statement Upheld SEN 05-Mar-2021</p></li>"
        b"<li><a href='/decisions/education/sen/21-001-235'>Exampleshire Council (21 001 235)</a>"
        b"<p>Statement Not upheld SEN 06-Mar-2021</p></li></ul><a href='/decisions/education'>Education</a>"
    )
    source = make_source("ombudsman", "http://ombudsman.example/Decisions/SearchResults")
    found = parse(source, source.url, body)
    assert [(link.url, link.gss, link.published_on, link.label) for link in found.links] == [
        (
            "http://ombudsman.example/decisions/education/sen/21-001-234",
            "E08000035",
            None,
            "ombudsman decision, upheld, decided 2021-03-05",
        ),
        (
            "http://ombudsman.example/decisions/education/sen/21-001-235",
            None,
            None,
            "ombudsman decision, not upheld, decided 2021-03-06",
        ),
    ]
    assert "no link to a decision" in parse(source, source.url, b"<p>Sorry</p>").warnings[0]


# ------------------------------------------------------------------ Ofsted


def test_a_full_page_of_a_search_without_a_link_leads_on_by_counting(make_source: Make) -> None:
    body = b"<a href='/provider/44/1'>A</a><a href='/provider/44/2'>B</a>"
    source = make_source("ofsted", "http://ofsted.example/search?q=&start=4&rows=2")
    assert parse(source, source.url, body).follow[-1] == "http://ofsted.example/search?q=&start=6&rows=2"
    source = make_source("ofsted", "http://ofsted.example/search?q=&start=4&rows=3")
    assert len(parse(source, source.url, body).follow) == 2
