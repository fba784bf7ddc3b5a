"""The pages in a real browser, opened from the disk: no error, no request, search, filters, accessibility."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.site import build_site
from ingest.site.search import tokens

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright.expect
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium here (apt-get install chromium)")

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
]  # fmt: skip
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
COUNTY = "authorities/E10000099.html"
STORY = "stories/aaaa000000000001.html"
THEME = "themes/neet_eet.html"
OF_EACH_KIND = (
    "index.html", "authorities/index.html", COUNTY, "authorities/E06000098.html", "themes/index.html", THEME,
    "stories/index.html", STORY, "search.html?q=care", "status.html", "about.html",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser) -> Iterator[Any]:
    context = browser.new_context(viewport=DESKTOP)
    opened = context.new_page()
    opened.troubles = []
    opened.on("console", lambda message: opened.troubles.append(message.text))
    opened.on("pageerror", lambda error: opened.troubles.append(str(error)))
    opened.on("request", lambda request: note_foreign(opened, request.url))
    yield opened
    context.close()


def note_foreign(page: Any, url: str) -> None:
    if not url.startswith(("file:", "data:")):
        page.troubles.append(f"asks for {url}")


def visit(page: Any, out: Path, path: str) -> None:
    name, _, query = path.partition("?")
    page.goto((out / name).resolve().as_uri() + (f"?{query}" if query else ""))


def found(page: Any) -> list[str]:
    return page.locator("#results > li").all_inner_texts()


@pytest.mark.parametrize("which", ["invented_site", "sample_site"])
def test_every_page_loads_without_error_and_asks_nobody(page, which, request):
    out = request.getfixturevalue(which)
    files = sorted(str(path.relative_to(out)) for path in out.rglob("*.html"))
    # Authorities and themes of which nothing is told look all the same: one of each stands for the others.
    for nothing in ("has been read yet", "Nothing has been filed under this theme"):
        empty = [name for name in files if nothing in (out / name).read_text("utf-8")]
        files = [name for name in files if name not in empty[1:]]
    for name in files:
        visit(page, out, name)
        assert page.locator("h1").count() == 1, name
        assert page.troubles == [], name


@pytest.mark.parametrize(
    ("scheme", "size"), [("light", DESKTOP), ("dark", PHONE)], ids=["light-desktop", "dark-phone"]
)
def test_axe_finds_no_violation(browser, invented_site, scheme, size):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(viewport=size, color_scheme=scheme)
    page = context.new_page()
    for path in OF_EACH_KIND:
        visit(page, invented_site, path)
        page.wait_for_load_state()
        if path.startswith("search"):
            page.locator("#results > li").first.wait_for()
        for fold in page.locator("details > summary").all():
            fold.click()
        assert axe.run(page, options=RULES).generate_report().startswith("Found 0 "), path
    context.close()


def test_axe_finds_no_violation_on_the_map_in_either_colouring(browser, sample_site):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    visit(page, sample_site, "index.html")
    page.get_by_role("radio", name="latest published concern").check()
    report = axe.run(page, options=RULES).generate_report()
    context.close()
    assert report.startswith("Found 0 "), report


@pytest.mark.parametrize("path", [*OF_EACH_KIND])
def test_no_page_is_wider_than_a_narrow_phone(browser, invented_site, path):
    context = browser.new_context(viewport=NARROW)
    page = context.new_page()
    visit(page, invented_site, path)
    width = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert width <= NARROW["width"]


def test_no_address_is_too_long_for_a_phone(browser, world, tmp_path):
    story = world.story(documents=(world.letter(url=f"file:///{'a_long_folder_' * 9}report.pdf"),))
    build_site(world.content(world.shown(stories=(story,))), tmp_path / "site")
    context = browser.new_context(viewport=NARROW)
    page = context.new_page()
    visit(page, tmp_path / "site", STORY)
    width = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert width <= NARROW["width"]


def test_a_small_screen_shows_the_newest_end_of_a_chart(browser, invented_site):
    context = browser.new_context(viewport=NARROW)
    page = context.new_page()
    visit(page, invented_site, COUNTY)
    ends = page.evaluate(
        "['.chart', '.chart svg'].map(s => document.querySelector(s).getBoundingClientRect().right)"
    )
    context.close()
    assert abs(ends[0] - ends[1]) < 1


def test_paper_shows_what_is_folded(page, invented_site):
    visit(page, invented_site, THEME)
    figures = page.locator("details table").first
    shown = "table => table.checkVisibility() && table.getBoundingClientRect().height > 20"
    assert not figures.evaluate(shown)
    page.emulate_media(media="print")
    assert figures.evaluate(shown)


class TestSearch:
    def test_it_finds_words_in_any_form_and_marks_them(self, page, invented_site):
        visit(page, invented_site, "search.html?q=care+leaver")
        page.locator("#results > li").first.wait_for()
        results = found(page)
        assert any("Too few care leavers are in work or training." in text for text in results)
        assert page.locator("#results mark").all_inner_texts()[:2] == ["care", "leavers"]
        assert page.locator("#found").inner_text() == f"{len(results)} found"
        assert page.troubles == []

    def test_the_last_word_may_be_the_beginning_of_one(self, page, invented_site):
        visit(page, invented_site, "search.html")
        page.get_by_label("Words").fill("pathw")
        page.locator("#results > li").first.wait_for()
        assert "Pathway plans are reviewed in time." in "".join(found(page))

    def test_filters_narrow_it_and_stand_in_the_address(self, page, invented_site):
        visit(page, invented_site, "search.html?q=care")
        page.locator("#results > li").first.wait_for()
        everything = len(found(page))
        page.get_by_label("What").select_option("recommendation")
        expect(page.locator("#results > li")).to_have_count(1)
        assert found(page)[0].startswith("→ Asked for")
        assert everything > 1
        assert "kind=recommendation" in page.url
        page.get_by_label("Authority").select_option("E06000098")
        expect(page.locator("#found")).to_contain_text("Nothing found.")
        assert found(page) == []

    def test_without_words_everything_that_fits_is_listed_the_newest_first(self, page, invented_site):
        visit(page, invented_site, "search.html?place=E10000099&kind=concern")
        page.locator("#results > li").first.wait_for()
        years = [re.search(r"20\d\d", text.split("·")[1])[0] for text in found(page)]
        assert years == ["2026", "2026", "2017"]

    def test_since_leaves_out_what_is_older(self, page, invented_site):
        visit(page, invented_site, "search.html?kind=concern&since=2026")
        page.locator("#results > li").first.wait_for()
        assert "2017" not in "".join(found(page))

    def test_it_says_when_nothing_is_found(self, page, invented_site):
        visit(page, invented_site, "search.html?q=zebra")
        expect(page.locator("#found")).to_contain_text("Nothing found.")

    def test_it_says_when_a_file_is_missing(self, page, invented_site, tmp_path):
        copy = tmp_path / "site"
        shutil.copytree(invented_site, copy)
        (copy / "search" / "facets.js").unlink()
        visit(page, copy, "search.html?q=care")
        expect(page.locator("#found")).to_contain_text("build the site again")

    def test_the_front_page_leads_to_it(self, page, invented_site):
        visit(page, invented_site, "index.html")
        page.get_by_label("Search all statements").fill("pathway")
        page.get_by_role("button", name="Search").click()
        page.locator("#results > li").first.wait_for()
        assert "search.html" in page.url
        assert "Pathway plans" in "".join(found(page))

    def test_the_browser_cuts_words_as_the_index_does(self, page, sample_site, invented_site):
        visit(page, invented_site, "search.html")
        text = " ".join(path.read_text("utf-8") for path in sorted(sample_site.rglob("stories/*.html")))
        words = sorted(set(re.findall(r"[^\W\d_]+(?:['’]s)?", text)))
        made = random.Random(7)
        endings = ["s", "es", "ies", "ing", "ed", "ss", "us", "is", "e", "’s", "ting", "ssed", "lling", "ées"]
        words += [
            "".join(made.choices("abcdelstz", k=made.randint(1, 6))) + made.choice(endings)
            for _ in range(500)
        ]
        stop = set(page.evaluate("ingestSearch.tokens('the and of')")) and {"the", "and", "of"}
        cut = page.evaluate("(words) => words.map((word) => ingestSearch.tokens(word))", words)
        for word, theirs in zip(words, cut, strict=True):
            ours = tokens(word)
            assert ours == theirs or not ours, (word, ours, theirs, stop)


class TestFilters:
    def shown(self, page: Any) -> int:
        return page.locator("li.st:visible").count()

    def test_statements_by_kind_theme_and_words(self, page, invented_site):
        visit(page, invented_site, STORY)
        assert self.shown(page) == 4
        page.get_by_role("checkbox", name="Strengths").uncheck()
        assert self.shown(page) == 3
        assert page.locator(".count").inner_text() == "Showing 3 of 4"
        assert page.locator("#g-strength").is_hidden()
        page.get_by_label("Words").fill("training")
        assert self.shown(page) == 1

    def test_a_theme_given_in_the_address_is_chosen(self, page, invented_site):
        visit(page, invented_site, f"{STORY}?t=neet_eet")
        assert page.get_by_label("Theme").input_value() == "neet_eet"
        assert self.shown(page) == 4

    def test_authorities_by_name_region_and_grade(self, page, invented_site):
        visit(page, invented_site, "authorities/index.html")
        rows = page.locator("#rows tr:visible")
        assert rows.count() == 3
        page.get_by_label("Latest overall judgement").select_option("none")
        assert rows.count() == 1
        assert "Exampleshire" in rows.first.inner_text()
        page.get_by_label("Name").fill("Sampleton")
        assert rows.count() == 0

    def test_the_map_changes_its_colours_without_script(self, browser, sample_site):
        context = browser.new_context(viewport=DESKTOP, java_script_enabled=False)
        page = context.new_page()
        visit(page, sample_site, "index.html")
        tile = page.locator("a.tile", has_text="Birm").first
        before = tile.evaluate("(e) => [getComputedStyle(e).backgroundColor, e.innerText]")
        page.get_by_role("radio", name="latest published concern").check()
        after = tile.evaluate("(e) => [getComputedStyle(e).backgroundColor, e.innerText]")
        context.close()
        assert before[0] != after[0]
        assert before[1] != after[1], "the sign changes with the colour"
