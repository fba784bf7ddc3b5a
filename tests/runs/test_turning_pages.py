"""A listing of many pages over a loopback site: turned to its end once, then only to what is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from static_site import StaticSite, static_site

from ingest.model import Source, SourceKind
from ingest.pipeline import Order, run
from ingest.settings import Settings
from ingest.sources import Announcement, parse
from ingest.steps.runner import PlainRunner
from ingest.steps.summary import Summary

PAGES, EACH = 5, 12
OPTIONS = {"item": "li", "link": "a", "date": "time", "next": "a.next"}
SITEMAP = (
    "<?xml version='1.0'?><{root} xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</{root}>"
)


@pytest.fixture
def site() -> Iterator[StaticSite]:
    with static_site() as running:
        publish(running, range(1, PAGES * EACH + 1))
        yield running


def publish(site: StaticSite, numbers: range) -> None:
    """Show these stories, the highest number first, and their pages."""
    newest_first = list(reversed(numbers))
    for start in range(0, len(newest_first), EACH):
        number = start // EACH + 1
        items = "".join(
            f"<li><a href='/story/{n}'>Story {n} of the council</a>"
            f"<time datetime='2026-{1 + n // 28:02}-{1 + n % 28:02}'></time></li>"
            for n in newest_first[start : start + EACH]
        )
        further = (
            f"<a class='next' href='/news?page={number + 1}'>Next</a>"
            if start + EACH < len(newest_first)
            else ""
        )
        site.html("/news" if number == 1 else f"/news?page={number}", f"<ul>{items}</ul>{further}")
    for n in numbers:
        text = (
            f"Story number {n} tells that the council of Exampleton opened hub {n * 7919} for families there."
        )
        site.html(f"/story/{n}", f"<html><body><main><h1>Story {n}</h1><p>{text}</p></main></body></html>")


def go(site: StaticSite, data: Path, kind: SourceKind = "listing", **order: object) -> Summary:
    site.asked.clear()
    settings = Settings(
        data_dir=data,
        allow_hosts=("127.0.0.1",),
        allow_ports=(site.port,),
        requests_per_second=10_000,
        workers=1,
    )
    options = OPTIONS if kind == "listing" else {}
    source = Source("s", "S", "P", kind, f"{site.url}/news", recheck_days=1, options=options)
    return run(settings, Order((source,), "test", alerts=False, **order), PlainRunner())  # type: ignore[arg-type]


def listings(site: StaticSite) -> list[str]:
    return [path for path in site.asked if path.startswith("/news")]


def test_pages_are_turned_to_the_end_once_and_then_to_what_is_known(site: StaticSite, tmp_path: Path) -> None:
    first = go(site, tmp_path)
    assert first.new == PAGES * EACH
    assert len(listings(site)) == PAGES
    publish(site, range(1, PAGES * EACH + 3))
    second = go(site, tmp_path)
    assert second.new == 2
    assert listings(site) == ["/news"]
    assert go(site, tmp_path).new == 0
    assert listings(site) == ["/news"]
    # A check in full turns every page again, also those that have not changed.
    assert go(site, tmp_path, full=True).new == 0
    assert len(listings(site)) == PAGES + 1


def test_a_page_that_failed_is_made_up_for_in_the_next_run(site: StaticSite, tmp_path: Path) -> None:
    lost = site.pages.pop("/news?page=3")
    assert go(site, tmp_path).new == 2 * EACH
    site.pages["/news?page=3"] = lost
    assert go(site, tmp_path).new == 3 * EACH
    assert len(listings(site)) == PAGES


def test_a_run_from_a_day_on_stops_there_and_leaves_the_rest_for_later(
    site: StaticSite, tmp_path: Path
) -> None:
    since = date(2026, 2, 15)  # stories 42 to 60
    assert go(site, tmp_path, since=since).new == 19
    assert len(listings(site)) == 3
    assert go(site, tmp_path).new == PAGES * EACH - 19
    assert len(listings(site)) == PAGES


def test_of_more_pages_than_are_asked_for_in_one_run_the_first_are_read_and_the_rest_is_said(
    site: StaticSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.steps.announcing.MOST_PAGES", 3)
    lists = "".join(f"<sitemap><loc>{site.url}/list/{n}</loc></sitemap>" for n in (1, 2, 3, 4))
    site.html("/news", SITEMAP.format(root="sitemapindex", entries=lists))
    for n in (1, 2, 3, 4):
        entry = f"<url><loc>{site.url}/story/{n}</loc></url>"
        site.html(f"/list/{n}", SITEMAP.format(root="urlset", entries=entry))
    summary = go(site, tmp_path, kind="sitemap")
    assert summary.new == 2
    assert [path for path in site.asked if path.startswith("/list")] == ["/list/1", "/list/2"]
    assert ["more than 3 pages" in failure.message for failure in summary.failures] == [True]


def test_a_page_on_which_a_rule_of_ours_failed_is_named_and_made_up_for(
    site: StaticSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbling(source: Source, url: str, body: bytes, *, charset: str | None) -> Announcement:
        return parse(source, url, body if "page=3" not in url else None, charset=charset)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr("ingest.steps.announcing.parse", stumbling)
        summary = go(site, tmp_path)
    assert summary.new == 2 * EACH
    (failure,) = summary.failures
    assert failure.url == f"{site.url}/news?page=3"
    assert "a rule failed on it" in failure.message
    assert go(site, tmp_path).new == 3 * EACH
