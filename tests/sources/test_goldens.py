"""Every source of the catalogue has a golden page of its own or of its platform, and reads it as it must."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ingest.errors import ConfigError
from ingest.model import Source
from ingest.reference.authorities import load
from ingest.sources import load_catalogue, parse
from ingest.sources.golden import differences, goldens_of, write_golden

ROOT = Path(__file__).parents[2]
GOLDENS = ROOT / "goldens"
SOURCES = load_catalogue(ROOT / "sources.toml")


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.source_id)
def test_every_source_reads_its_golden_pages(source: Source) -> None:
    goldens = goldens_of(GOLDENS, source)
    assert goldens, (
        f"source {source.source_id!r} has no golden page under goldens/{source.source_id}/ or "
        f"goldens/{source.platform or 'PLATFORM'}/; write one, or `ingest sources add URL --golden goldens`"
    )
    for golden in goldens:
        assert differences(golden, source) == ()
        assert golden.expected.get("item") or golden.expected.get("follow"), (
            "a golden page must announce something"
        )
        assert golden.made, "say whose page it is"


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.source_id)
def test_every_entry_says_what_is_needed_to_live_with_it(source: Source) -> None:
    assert source.licence
    assert source.contact
    assert source.cadence_hours
    assert source.gss is None or load().by_gss(source.gss)
    assert source.layout == "unverified", "nothing could be reached where this catalogue was written"


def test_the_catalogue_covers_every_kind_and_platform() -> None:
    assert {source.kind for source in SOURCES} == {
        "ofsted", "govuk_search", "feed", "listing", "sitemap", "ombudsman",
    }  # fmt: skip
    councils = {source.gss for source in SOURCES if source.gss}
    assert len(councils) >= 22
    assert {"jadu", "localgov-drupal", "drupal", "wordpress", "umbraco"} <= {
        source.platform for source in SOURCES if source.gss
    }


def test_a_layout_that_changed_and_a_selector_that_was_spoilt_are_told() -> None:
    source = next(source for source in SOURCES if source.platform == "jadu")
    spoilt = replace(source, options=source.options | {"item": ".gone"})
    (golden,) = goldens_of(GOLDENS, source)
    told = differences(golden, spoilt)
    assert any("item: expected [{" in line and line.endswith("read None") for line in told)
    assert any("selector item = '.gone' matches nothing" in line for line in told)


def test_the_newest_page_counts_and_a_page_of_its_own_before_the_platforms(tmp_path: Path) -> None:
    source = Source(
        "mine", "Mine", "Mine", "listing", "https://a.example/", platform="p", options={"item": "li"}
    )
    url, page = "https://a.example/news", b"<html><ul><li><a href='/1'>One thing</a></li></ul></html>"
    found = parse(source, url, page)
    for day in (date(2026, 1, 1), date(2026, 2, 1)):
        path = write_golden(tmp_path, source, url, page, found, day, "saved from https://a.example/news")
    write_golden(tmp_path, replace(source, source_id="p"), url, page, found, date(2026, 3, 1), "own making")
    (golden,) = goldens_of(tmp_path, source)
    assert golden.path == path
    assert golden.page.read_bytes() == page
    assert differences(golden, source) == ()
    (shared,) = goldens_of(tmp_path, replace(source, source_id="other"))
    assert shared.path.parent.name == "p"
    assert goldens_of(tmp_path, replace(source, kind="feed")) == ()


def test_a_golden_without_its_page_or_with_a_strange_key_is_named(tmp_path: Path) -> None:
    source = Source("mine", "Mine", "Mine", "feed", "https://a.example/")
    folder = tmp_path / "mine"
    folder.mkdir()
    path = folder / "2026-01-01-feed.toml"
    path.write_text('url = "https://a.example/"\n')
    with pytest.raises(ConfigError, match=r"2026-01-01-feed\.toml: needs a page"):
        goldens_of(tmp_path, source)
    path.write_text('colour = "red"\n')
    with pytest.raises(ConfigError, match="unknown key 'colour'"):
        goldens_of(tmp_path, source)
