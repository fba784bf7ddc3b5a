"""What a page offers to be watched: every golden listing is found again without its selectors."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.model import Source
from ingest.sources import parse
from ingest.sources.discover import feeds_of, kind_of, likely_feeds, sitemaps_of, usual_cadence
from ingest.sources.discover_listing import find_listing
from ingest.sources.golden import goldens_of
from ingest.sources.platforms import platforms, recognise

GOLDENS = Path(__file__).parents[2] / "goldens"
LISTINGS = ("jadu", "localgov-drupal", "drupal", "wordpress", "umbraco", "leicester")
PLATFORM = {
    "localgov-drupal": "localgov-drupal",
    "jadu": "jadu",
    "drupal": "drupal",
    "wordpress": "wordpress",
}


@pytest.mark.parametrize("key", LISTINGS)
def test_items_of_every_golden_listing_are_found_by_their_pattern(key: str) -> None:
    (golden,) = goldens_of(GOLDENS, Source(key, key, key, "listing", "", options={"item": "li"}))
    options = find_listing(golden.url, golden.page.read_bytes(), None)
    found = parse(
        Source("s", "S", "P", "listing", golden.url, options=options), golden.url, golden.page.read_bytes()
    )
    wanted = golden.expected
    assert [(link.url, link.title, link.published_on) for link in found.links] == [
        (item["url"], item["title"], item["published_on"]) for item in wanted["item"]
    ]
    assert found.older == wanted["older"]
    assert found.warnings == ()


def test_a_menu_and_a_page_of_prose_are_no_listing() -> None:
    menu = b"<nav><ul><li><a href='/a'>Bins and recycling</a></li><li><a href='/b'>Council tax</a></li></ul></nav>"
    prose = b"<main><h1>One story</h1><p>Words with <a href='/c'>a link here</a>.</p><p>More.</p></main>"
    for body in (menu, prose, menu + prose, b"", b"<html>"):
        assert find_listing("http://a.example/", body, None) == {}


def test_the_list_with_dates_wins_over_the_longer_one_without() -> None:
    links = b"".join(b"<li><a href='/service/%d'>A service page</a></li>" % n for n in range(30))
    news = b"".join(
        b"<div class='card card-%d'><h3><a href='/news/%d'>Story %d here</a></h3><span>%d May 2026</span></div>"
        % (n, n, n, n)
        for n in range(1, 5)
    )
    options = find_listing(
        "http://a.example/", b"<main><ul>" + links + b"</ul><div>" + news + b"</div></main>", None
    )
    assert options["item"] == "div.card"
    assert options["link"] == "h3 a[href]"


def test_feeds_that_a_page_names_come_before_those_that_it_links() -> None:
    page = (
        b"<head><link rel='alternate' type='application/rss+xml' href='/feed/'>"
        b"<link rel='alternate' type='application/rss+xml' href='/comments/feed/'>"
        b"<link rel='alternate' type='application/json' href='/wp-json/wp/v2/pages/1'>"
        b"<link rel='alternate' hreflang='cy' href='/cy/'>"
        b"<link rel='alternate' type='application/feed+json; charset=utf-8' href='/feed.json'></head>"
        b"<a href='/news.rss'>RSS</a><a href='/feedback'>Feedback</a><a href='/rss'>RSS</a>"
    )
    assert feeds_of("http://a.example/news", page, None) == [
        "http://a.example/feed/",
        "http://a.example/feed.json",
        "http://a.example/news.rss",
        "http://a.example/rss",
    ]
    assert "http://a.example/news/feed/" in likely_feeds("http://a.example/news?x=1")


def test_sitemaps_of_robots_txt_come_first() -> None:
    robots = "User-agent: *\nSITEMAP: /maps/news.xml\n sitemap: http://b.example/s.xml # all\n"
    robots += "Sitemap: http://[broken\nSitemap: ftp://a.example/s.xml\n"
    found = sitemaps_of("http://a.example/news", robots)
    assert found[:3] == [
        "http://a.example/maps/news.xml",
        "http://b.example/s.xml",
        "http://a.example/sitemap.xml",
    ]


@pytest.mark.parametrize(
    "path", sorted(GOLDENS.rglob("*-*.*")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_the_kind_of_every_golden_page_is_told_from_its_bytes(path: Path) -> None:
    if path.suffix == ".toml":
        return
    kind = next(
        (
            kind
            for kind in ("feed", "sitemap", "ofsted", "ombudsman", "govuk_search")
            if f"-{kind}" in path.name
        ),
        None,
    )
    if "article" in path.name:
        kind = None
    if path.name.endswith(("provider.html", "content.json")):
        return  # pages that a source leads to, not such as anyone adds
    assert kind_of("https://www.gov.example/api/search.json", path.read_bytes()) == kind


@pytest.mark.parametrize(("key", "platform"), PLATFORM.items())
def test_platforms_are_recognised_by_their_marks(key: str, platform: str) -> None:
    page = next((GOLDENS / key).glob("*-listing.html")).read_text()
    assert recognise(page) == platform
    assert recognise("<html><p>Nothing of the sort</p></html>") == ""
    assert platform in platforms()


def test_the_cadence_is_half_the_usual_gap() -> None:
    days = [date(2026, 1, day) for day in (1, 5, 9, 13)]
    assert usual_cadence(days) == 48.0
    assert usual_cadence([date(2026, 1, 1)] * 5) == 4.0
    assert usual_cadence([date(2020, 1, 1), date(2026, 1, 1), None]) == 168.0
    assert usual_cadence([None]) == 24.0
