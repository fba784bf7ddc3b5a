"""Tiles, charts, heat map and feeds."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree as ET

import feedparser
import pytest

from ingest.reference import load as load_gazetteer
from ingest.site.authority_page import heat
from ingest.site.charts import timeline, trend
from ingest.site.feeds import feed
from ingest.site.tiles import STACKS, tiles
from ingest.site.words import recency

SVG = "{http://www.w3.org/2000/svg}"


def test_every_authority_of_today_has_one_tile_of_its_own():
    today = {a.gss: a for a in load_gazetteer().all if a.is_current}
    known = tiles()
    assert known.keys() == today.keys()
    assert len(known) == 153
    places = {(today[t.gss].region, t.row, t.column) for t in known.values()}
    assert len(places) == len(known)
    assert len({t.short for t in known.values()}) == len(known)
    assert max(len(t.short) for t in known.values()) <= 7
    assert {a.region for a in today.values()} == {region for _, regions in STACKS for region in regions}


def test_regions_fit_the_columns_that_the_style_gives_them():
    region = {a.gss: a.region for a in load_gazetteer().all}
    widths = {"West": 5, "Middle": 4, "East": 7}
    for name, regions in STACKS:
        assert max(t.column for t in tiles().values() if region[t.gss] in regions) <= widths[name]


def test_the_timeline_is_one_described_picture(world):
    events = world.content().events
    picture = ET.fromstring(timeline(events, "chart"))
    assert picture.get("role") == "img"
    assert picture.get("aria-labelledby") == "chart-t chart-d"
    assert picture.findtext(f"{SVG}title") == "Visits and news from 2017 to 2026"
    description = picture.findtext(f"{SVG}desc")
    assert "6 March 2017: Ofsted inspection, March 2017, inadequate" in description
    letters = [text.text for text in picture.iter(f"{SVG}text")]
    assert {"I", "n/g", "Inspection"} <= set(letters)
    assert not [e for e in picture.iter() if "aria-label" in e.attrib or "class" in e.attrib]


def test_charts_of_nothing_are_nothing():
    assert timeline([], "chart") == ""
    assert trend({}, "chart") == ""


def test_the_trend_says_its_figures():
    picture = ET.fromstring(trend({2025: (3, 12), 2026: (1, 4)}, "chart"))
    assert picture.findtext(f"{SVG}desc") == "2025: 3 concerns, 12 strengths; 2026: 1 concern, 4 strengths."
    assert {"3", "12", "2025"} <= {text.text for text in picture.iter(f"{SVG}text")}


def test_the_heat_map_has_the_gravest_theme_first_and_counts_repetition(world):
    themes = world.themes
    more = world.finding("Plans are late.", themes=("assessment_planning", "neet_eet"), section="2")
    story = world.story(findings=(*world.story().findings, more))
    older = world.shown().stories[0]
    content = world.content(world.shown(stories=(older, story)))
    rows = heat(content.events, themes)
    assert [row.theme.theme_id for row in rows] == ["neet_eet", "assessment_planning"]
    assert [(cell.concerns, cell.strengths, cell.shade) for cell in rows[0].cells] == [
        (3, 1, "s5"),
        (1, 0, "s5"),
    ]
    assert [row.again for row in rows] == [2, 1]
    assert rows[1].cells[1].shade == "s0"


@pytest.mark.parametrize(
    ("last", "key"),
    [
        (date(2026, 11, 1), "months6"), (date(2026, 2, 1), "months12"), (date(2025, 6, 1), "years2"),
        (date(2020, 1, 1), "older"), (None, "never"),
    ],
)  # fmt: skip
def test_recency(last, key):
    assert recency(last, date(2026, 11, 22)) == key


class TestFeed:
    def test_it_is_valid_and_its_ids_are_stable(self, world):
        events = world.content().events
        text = feed("feeds/all.xml", "All", events, "")
        parsed = feedparser.parse(text)
        assert not parsed.bozo
        assert parsed.version == "atom10"
        assert len({entry.id for entry in parsed.entries}) == len(events) == 2
        assert parsed.entries[0].updated == "2026-06-08T00:00:00Z"
        assert parsed.entries[0].link == "https://files.example.org/file/1.pdf"
        assert "Too few care leavers are in work or training." in parsed.entries[0].summary
        assert feed("feeds/all.xml", "All", world.content().events, "") == text

    def test_with_an_address_it_leads_to_the_pages(self, world):
        parsed = feedparser.parse(
            feed("feeds/all.xml", "All", world.content().events, "https://site.example/")
        )
        assert parsed.entries[0].link == "https://site.example/stories/aaaa000000000001.html"
        assert [link.rel for link in parsed.feed.links] == ["self", "alternate"]

    def test_an_empty_one_is_valid(self):
        assert not feedparser.parse(feed("feeds/x.xml", "Nothing yet", [], "")).bozo
