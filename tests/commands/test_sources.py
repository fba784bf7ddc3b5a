"""`ingest sources list | check | add` over a real loopback site, as a user runs them."""

from __future__ import annotations

import json
import os
import shutil
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from static_site import StaticSite, static_site

from ingest.cli import main
from ingest.sources import load_catalogue
from ingest.sources.golden import differences, goldens_of

GOLDENS = Path(__file__).parents[2] / "goldens"
ENTRY = """# My own catalogue. Keep this comment.

[[source]]
id = "exampleshire"   # the first
name = "Exampleshire news"
publisher = "Exampleshire Council"
kind = "listing"
url = "{url}/news"
platform = "jadu"
expected_min = 2
"""
ARTICLE = """<html><head><title>{title}</title></head><body><main>
<h1>{title}</h1><p class="date">{day}</p><div class="editor">
<p>Inspectors visited {place} and found that social workers know their children well, and write it down.</p>
<p>They also found that plans are not always updated after a review, as number {number} of these stories says.</p>
</div></main></body></html>"""

Command = Callable[..., "Done"]


@pytest.fixture
def site() -> Iterator[StaticSite]:
    with static_site() as running:
        running.html("/news", (GOLDENS / "jadu" / "2026-11-22-listing.html").read_bytes())
        for number, path in enumerate(
            (
                "1204/inspectors_find_children_s_services_improving",
                "1203/could_you_foster",
                "1198/care_leavers_to_pay_no_council_tax",
            )
        ):
            page = ARTICLE.format(
                title=f"Story {number}", day="19 November 2026", place="Exampleton", number=number
            )
            running.html(f"/news/article/{path}", page)
        yield running


class Done(NamedTuple):
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def sources(
    site: StaticSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run `ingest sources ARGUMENTS` in this process, with a catalogue of one entry in an otherwise empty folder."""
    (tmp_path / "sources.toml").write_text(ENTRY.replace("{url}", site.url), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("INGEST_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "SOURCES_FILE": str(tmp_path / "sources.toml"),
        "DATA_DIR": str(tmp_path / "data"),
        "ALLOW_HOSTS": json.dumps(["127.0.0.1"]),
        "ALLOW_PORTS": json.dumps([site.port]),
        "REQUESTS_PER_SECOND": "1000",
    }.items():
        monkeypatch.setenv(f"INGEST_{name}", value)

    def call(*arguments: object) -> Done:
        monkeypatch.setattr("sys.argv", ["ingest", "sources", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Done(int(ended.value.code or 0), out, err)

    return call


def test_an_entry_is_proved_live_and_nothing_is_stored(
    sources: Command, site: StaticSite, tmp_path: Path
) -> None:
    done = sources("check", "exampleshire")
    assert done.returncode == 0, done.stdout + done.stderr
    for words in (
        "3 of 3",
        "2026-11-19",
        "Story 0",
        "Inspectors visited Exampleton",
        "Proved: 3 items",
        "content",
    ):
        assert words in done.stdout
    assert {"/news", "/news/article/1203/could_you_foster"} <= set(site.asked)
    assert [path.name for path in tmp_path.iterdir()] == ["sources.toml"]


def test_what_a_check_proves_is_noted_in_the_catalogue_and_taken_back(
    sources: Command, site: StaticSite, tmp_path: Path
) -> None:
    path, whole = tmp_path / "sources.toml", dict(site.pages)
    second = path.read_text().partition("[[source]]")[2].replace('id = "exampleshire"', 'id = "other"')
    path.write_text(
        path.read_text() + "[source.options]\ncontent = 'main'\n\n# The other one.\n[[source]]" + second
    )
    before = path.read_text()

    def entry() -> tuple[str, object]:
        source = load_catalogue(path)[0]
        return source.layout, source.verified_on

    assert sources("check", "exampleshire", "--no-note").returncode == 0
    assert path.read_text() == before
    done = sources("check", "exampleshire")
    assert 'layout = "verified"' in done.stdout
    today = datetime.now(UTC).date()
    assert entry() == ("verified", today)
    lines = path.read_text().splitlines()
    assert [line for line in lines if "verified" not in line] == before.splitlines()
    assert load_catalogue(path)[1].layout == "unverified"
    assert today.isoformat() in sources("list").stdout

    site.pages.clear()  # the site is down, which says nothing of the layout
    done = sources("check", "exampleshire")
    assert (done.returncode, entry()) == (1, ("verified", today))
    assert "stays proved" in done.stdout

    site.pages.update(whole)
    site.html("/news", "<html><body><p>All is new here.</p></body></html>")
    done = sources("check", "exampleshire")
    assert (done.returncode, entry()) == (1, ("unverified", None))
    assert "was proved before" in done.stdout
    assert "verified_on" not in path.read_text()
    assert "unverified" not in sources("check", "exampleshire").stdout  # it says so once


def test_a_changed_layout_is_named_with_its_golden_page_and_what_would_match(
    sources: Command, site: StaticSite, tmp_path: Path
) -> None:
    shutil.copytree(GOLDENS, tmp_path / "goldens")
    cards = "".join(
        f'<div class="card"><h3><a href="/stories/{n}">Story number {n}</a></h3>'
        f'<span class="when">{n} May 2026</span></div>'
        for n in range(1, 5)
    )
    site.html("/news", f"<html><body><main>{cards}</main></body></html>")
    done = sources("check", "exampleshire")
    assert done.returncode == 1
    told = " ".join(done.stdout.split())
    assert "Not proved" in told
    assert "no item is announced" in told
    assert "jadu/2026-11-22-listing.html" in told
    assert "is read as it must be" in told
    assert 'item = "div.card"' in told
    assert 'date = ".when"' in told


def test_an_item_whose_article_is_not_where_it_was_is_a_problem(sources: Command, site: StaticSite) -> None:
    site.html(
        "/news/article/1203/could_you_foster", "<html><body><div class='new'><p>Text</p></div></body></html>"
    )
    done = sources("check", "exampleshire")
    assert done.returncode == 1
    assert "2 of 3" in done.stdout
    assert "the site's layout has changed" in " ".join(done.stdout.split())


def test_a_source_that_cannot_be_reached_or_is_unknown_is_one_line(
    sources: Command, site: StaticSite
) -> None:
    site.pages.clear()
    done = sources("check", "exampleshire")
    assert done.returncode == 1
    assert "HTTP 404" in done.stdout
    done = sources("check", "exampel")
    assert done.returncode == 2
    assert "nearest: exampleshire" in done.stderr


def test_a_feed_is_found_beside_a_page_and_written_with_a_golden_page(
    sources: Command, site: StaticSite, tmp_path: Path
) -> None:
    site.html("/wp/", (GOLDENS / "wordpress" / "2026-11-22-listing.html").read_bytes())
    feed = (GOLDENS / "wordpress" / "2026-11-22-feed.xml").read_bytes()
    site.put("/feed/", "application/rss+xml", feed.replace(b"https://news.sampleford.example", b"{site}"))
    before = (tmp_path / "sources.toml").read_text()
    done = sources("add", f"{site.url}/wp/", "--yes", "--id", "sampleford", "--gss", "Leeds")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Children’s services rated ‘good’" in done.stdout
    after = (tmp_path / "sources.toml").read_text()
    assert after.startswith(before.rstrip())
    added = load_catalogue(tmp_path / "sources.toml")[1]
    assert (added.source_id, added.kind, added.url, added.gss, added.platform) == (
        "sampleford", "feed", f"{site.url}/feed/", "E08000035", "wordpress",
    )  # fmt: skip
    assert added.layout == "unverified"
    (golden,) = goldens_of(tmp_path / "goldens", added)
    assert differences(golden, added) == ()
    assert len(golden.expected["item"]) == 2


def test_a_listing_without_feed_is_found_by_its_pattern(
    sources: Command, site: StaticSite, tmp_path: Path
) -> None:
    items = "".join(
        f'<li class="story story-{n}"><h2><a href="/s/{n}">Story number {n}</a></h2><p class="on">0{n}/06/2026</p></li>'
        for n in range(1, 7)
    )
    site.html(
        "/stories",
        f"<html><head><title>Stories | Otherton</title></head><main><ul>{items}</ul></main></html>",
    )
    done = sources("add", f"{site.url}/stories", "--yes", "--no-golden")
    assert done.returncode == 0, done.stdout + done.stderr
    added = load_catalogue(tmp_path / "sources.toml")[1]
    assert (added.kind, added.options["item"], added.options["date"]) == ("listing", "li.story", ".on")
    assert added.publisher == "Otherton"
    assert not (tmp_path / "goldens").exists()
    assert sources("check", added.source_id).returncode == 1  # its items are not there
    assert any(path == "/robots.txt" for path in site.asked)


def test_a_page_that_does_not_come_whole_is_neither_judged_nor_proposed(
    sources: Command, site: StaticSite, tmp_path: Path
) -> None:
    assert sources("check", "exampleshire").returncode == 0
    before = (tmp_path / "sources.toml").read_text()
    site.put("/robots.txt", "text/plain", "")
    site.kept_back = 1
    for arguments in (("check", "exampleshire"), ("add", f"{site.url}/news", "--yes")):
        done = sources(*arguments)
        assert done.returncode == 1
        assert "RemoteProtocolError" in done.stdout + done.stderr
        assert (tmp_path / "sources.toml").read_text() == before


def test_a_sitemap_named_by_robots_txt_is_narrowed_to_the_page(
    sources: Command, site: StaticSite, tmp_path: Path
) -> None:
    site.html("/children", "<html><body><p>No list here, only words.</p></body></html>")
    site.put("/robots.txt", "text/plain", "User-agent: *\nAllow: /\nSitemap: {site}/maps/all.xml\n")
    urls = "".join(f"<url><loc>{{site}}/{path}</loc></url>" for path in ("children/a", "children/b", "bins"))
    site.put(
        "/maps/all.xml",
        "application/xml",
        f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>",
    )
    done = sources("add", f"{site.url}/children", "--yes", "--no-golden")
    assert done.returncode == 0, done.stdout + done.stderr
    added = load_catalogue(tmp_path / "sources.toml")[1]
    assert (added.kind, added.url) == ("sitemap", f"{site.url}/maps/all.xml")
    assert added.options == {"include": "/children/."}


def test_where_nothing_can_be_watched_nothing_is_written(
    sources: Command, site: StaticSite, tmp_path: Path
) -> None:
    site.html("/alone", "<html><body><p>Words.</p></body></html>")
    before = (tmp_path / "sources.toml").read_bytes()
    done = sources("add", f"{site.url}/alone", "--yes")
    assert done.returncode == 1
    assert "nothing to watch was found" in " ".join(done.stdout.split())
    assert sources("add", f"{site.url}/news", "--yes", "--kind", "feed").returncode == 1
    assert sources("add", f"{site.url}/gone", "--yes").returncode == 1
    unknown = sources("add", f"{site.url}/news", "--yes", "--gss", "Leds")
    assert unknown.returncode == 2
    assert "Leeds" in unknown.stderr
    assert sources("add", f"{site.url}/news", "--yes", "--id", "exampleshire").returncode == 2
    assert (tmp_path / "sources.toml").read_bytes() == before


def test_the_list_shows_what_is_proved_and_what_has_no_golden_page(sources: Command) -> None:
    done = sources("list")
    assert done.returncode == 0
    assert "exampleshire" in done.stdout
    assert "none" in done.stdout
    assert "1 not proved yet" in done.stdout
    assert sources("list", "--kind", "feed").returncode == 2


def test_an_entry_as_written_is_toml_on_its_own(sources: Command, site: StaticSite) -> None:
    done = sources("add", f"{site.url}/news", "--yes", "--no-golden")
    assert done.returncode == 0, done.stdout + done.stderr
    text = done.stdout[done.stdout.index("[[source]]") : done.stdout.index("Written to")]
    (entry,) = tomllib.loads(text)["source"]
    assert (entry["kind"], entry["platform"]) == ("listing", "jadu")
    assert "options" not in entry  # the platform gives them
