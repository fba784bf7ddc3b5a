"""Ofsted's listing beside what is stored, by authority: on the doctor's screen, and noted once a week."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from councils import Days, run_once, settings_in
from pdfs import focused_visit
from rich.console import Console

from ingest.doctor.finding import show_findings
from ingest.doctor.visit import examine
from ingest.load import open_published
from ingest.load.presence import KnownAddresses
from ingest.model import Link, Source
from ingest.official.completeness import completeness
from ingest.reference import load
from ingest.settings import Settings
from ingest.sources import folder_source
from ingest.steps.presence import Seen, settle


def listing(folder: Path, *rows: tuple[str, str]) -> None:
    """Write a listing of (authority, file); a file that is not there is announced all the same."""
    with (folder / "listings.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "urn", "provider", "gss", "listing_title", "published_on", "url"])
        for number, (name, path) in enumerate(rows):
            authority = load().by_name(name)
            assert authority
            address = f"https://reports.ofsted.example/{path}"
            writer.writerow(
                [
                    path,
                    authority.urn,
                    name,
                    authority.gss,
                    "focused visit",
                    f"2024-04-{number + 1:02}",
                    address,
                ]
            )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "in"
    path.mkdir()
    for name in ("Leeds", "Bradford", "Hull"):
        (path / f"{name}.pdf").write_bytes(focused_visit(name))
    (path / "broken.pdf").write_bytes(focused_visit("Leeds")[:-600])
    return path


def screen(settings: Settings, days: Days) -> str:
    console = Console(file=io.StringIO(), width=120)
    show_findings(examine(settings, days()).findings, console)
    return console.file.getvalue()  # type: ignore[attr-defined]


def counts(settings: Settings, days: Days) -> dict[str, tuple[int, int, int]]:
    with open_published(settings.published_place) as reader:
        found = completeness(reader, days().date())
    return {count.name: (count.announced, count.stored, count.waiting) for count in found.counts}


def test_what_ofsted_lists_and_is_not_stored_is_named_by_authority(folder: Path, tmp_path: Path) -> None:
    settings, days = settings_in(tmp_path), Days()
    listing(folder, ("Leeds", "Leeds.pdf"), ("Leeds", "broken.pdf"), ("Bradford", "Bradford.pdf"))
    run_once(settings, days, folder_source(folder))
    assert counts(settings, days) == {"Bradford": (1, 1, 0), "Leeds": (2, 1, 1)}
    assert "!! Ofsted      Leeds: 1 of 2 stored, 1 in quarantine" in screen(settings, days)
    (folder / "broken.pdf").write_bytes(focused_visit("Leeds"))
    run_once(settings, days, folder_source(folder))
    assert counts(settings, days) == {"Bradford": (1, 1, 0), "Leeds": (2, 2, 0)}
    assert "ok Ofsted      3 documents of 2 authorities announced, all stored" in screen(settings, days)


def test_the_counts_are_noted_weekly_and_a_listing_that_shrinks_shows(folder: Path, tmp_path: Path) -> None:
    settings, days = settings_in(tmp_path), Days()
    listing(folder, ("Leeds", "Leeds.pdf"), ("Bradford", "Bradford.pdf"))
    for wait in (0, 3, 3, 1):
        days.go_on(wait)
        run_once(settings, days, folder_source(folder))
    with open_published(settings.published_place) as reader:
        noted = reader.query("SELECT DISTINCT checked_on::VARCHAR FROM completeness ORDER BY 1")[1]
    assert noted == [("2026-11-02",), ("2026-11-09",)]
    listing(folder, ("Leeds", "Leeds.pdf"))
    (folder / "Bradford.pdf").unlink()
    (folder / "Hull.pdf").unlink()
    days.go_on(7)
    run_once(settings, days, folder_source(folder))
    assert counts(settings, days) == {"Leeds": (1, 1, 0)}
    assert "!! Ofsted      Bradford: 0 announced, 1 a week ago" in screen(settings, days)


def test_no_listing_no_line(tmp_path: Path, folder: Path) -> None:
    settings, days = settings_in(tmp_path), Days()
    (folder / "broken.pdf").unlink()
    run_once(settings, days, folder_source(folder))
    assert counts(settings, days) == {}
    assert "Ofsted  " not in screen(settings, days)


def test_a_provider_page_lists_everything_and_a_newsroom_does_not() -> None:
    source = Source("ofsted", "Ofsted", "Ofsted", "ofsted", "https://reports.ofsted.example/")
    old = {
        url: Link("ofsted", url, urn=urn)
        for url, urn in (
            ("https://o.example/1", "80001"),
            ("https://o.example/2", "80001"),
            ("https://o.example/3", "80002"),
        )
    }
    announced = {url: link for url, link in old.items() if url.endswith("1")}
    seen = Seen(announced, False, False, (), (), frozenset(), ())
    nothing = KnownAddresses({}, frozenset(), {}, ())
    settled = settle(source, seen, old, {}, nothing)
    assert [(item.url, item.reason) for item in settled.withdrawn] == [("https://o.example/2", "unannounced")]
    # Of a page that breaks off, the rest is not known.
    assert settle(source, replace(seen, is_cut=True), old, {}, nothing).withdrawn == ()
    news = {url: replace(link, urn=None) for url, link in old.items()}
    seen = replace(seen, announced={"https://o.example/1": news["https://o.example/1"]}, is_whole=True)
    assert settle(replace(source, kind="feed"), seen, news, {}, nothing).withdrawn == ()
    back = replace(nothing, withdrawn=settled.withdrawn)
    assert settle(source, replace(seen, announced=old), old, {}, back).restored == ("https://o.example/2",)
