"""The folder: complete, light, escaped, written only where something changed, and never anyone else's."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ingest.errors import ConfigError
from ingest.model import ShownListing
from ingest.site import build_site
from ingest.site.build import MANIFEST

PAGE_LIMIT = 300_000
HOSTILE = '<script>alert("x")</script> & \u2028 </p><img src=x onerror=alert(1)>'


class Tags(HTMLParser):
    """Notes ids, links and tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given[key] for key in ("href", "src") if given.get(key)]


def pages(out: Path) -> dict[str, Tags]:
    found = sorted(out.rglob("*.html"))
    return {str(path.relative_to(out)): Tags(path.read_text("utf-8")) for path in found}


@pytest.mark.parametrize("which", ["invented_site", "sample_site"])
def test_every_link_leads_somewhere_and_no_page_asks_another_host(which, request):
    out = request.getfixturevalue(which)
    known = pages(out)
    for name, page in known.items():
        assert len(page.ids) == len(set(page.ids)), name
        assert page.tags.count("h1") == 1, name
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in ("http", "https", "data"), (name, link)
                continue
            target = ((out / name).parent / parts.path).resolve() if parts.path else out / name
            assert target.is_file(), (name, link)
            if parts.fragment:
                assert parts.fragment in known[str(target.relative_to(out.resolve()))].ids, (name, link)


def test_a_second_build_writes_nothing(world, tmp_path):
    first = build_site(world.content(), tmp_path)
    again = build_site(world.content(), tmp_path)
    assert (again.written, again.unchanged, again.removed) == (0, first.written, 0)
    assert again.bytes == first.bytes


def test_only_what_changed_is_written_and_what_is_gone_is_removed(world, tmp_path):
    shown = world.shown()
    build_site(world.content(shown), tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.html")}
    older = f"stories/{shown.stories[0].story_id}.html"
    built = build_site(world.content(replace(shown, stories=shown.stories[1:])), tmp_path)
    assert not (tmp_path / older).exists()
    assert built.removed >= 1
    untouched = {
        str(p.relative_to(tmp_path)) for p, at in before.items() if p.exists() and p.stat().st_mtime_ns == at
    }
    assert f"stories/{shown.stories[1].story_id}.html" in untouched
    assert "about.html" in untouched
    assert f"authorities/{world.county.gss}.html" not in untouched
    assert "index.html" not in untouched


def test_a_build_that_was_stopped_is_completed_by_the_next(world, tmp_path):
    class StoppedError(Exception):
        pass

    def stop(done, total):
        if done == 6:
            raise StoppedError

    with pytest.raises(StoppedError):
        build_site(world.content(), tmp_path / "site", report=stop)
    build_site(world.content(), tmp_path / "site")
    build_site(world.content(), tmp_path / "fresh")
    files = [
        {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}
        for out in (tmp_path / "site", tmp_path / "fresh")
    ]
    assert files[0] == files[1]


def test_a_lost_or_damaged_page_is_written_again(world, tmp_path):
    build_site(world.content(), tmp_path)
    (tmp_path / "index.html").unlink()
    (tmp_path / "about.html").write_text("cut")
    assert build_site(world.content(), tmp_path).written == 2


def test_a_folder_of_somebody_else_is_left_alone(world, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ConfigError, match="no site of ours"):
        build_site(world.content(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_manifest_cannot_point_outside_the_folder(world, tmp_path):
    outside = tmp_path / "mine.txt"
    outside.write_text("mine")
    out = tmp_path / "site"
    build_site(world.content(), out)
    manifest = json.loads((out / MANIFEST).read_text())
    manifest["evil"] = {"inputs": "", "files": {"../mine.txt": ["", 4]}}
    (out / MANIFEST).write_text(json.dumps(manifest))
    build_site(world.content(), out)
    assert outside.read_text() == "mine"


def test_a_damaged_manifest_is_named_with_the_remedy(world, tmp_path):
    (tmp_path / MANIFEST).write_text("[1")
    with pytest.raises(ConfigError, match="build anew"):
        build_site(world.content(), tmp_path)


def test_a_folder_that_cannot_be_written_is_named(world, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="--out"):
        build_site(world.content(), tmp_path / "file" / "site")


def test_the_longest_report_is_spread_over_light_pages(world, tmp_path):
    themes = tuple(theme.theme_id for theme in world.themes[:4])
    findings = tuple(
        world.finding(f"{n}: " + "a long sentence of the inspectors " * 8, themes=themes, section=str(n))
        for n in range(1500)
    )
    built = build_site(world.content(world.shown(stories=(world.story(findings=findings),))), tmp_path)
    assert built.heaviest[1] < PAGE_LIMIT
    parts = sorted(tmp_path.glob("stories/aaaa000000000001*.html"))
    assert len(parts) > 3
    assert sum(Tags(path.read_text("utf-8")).tags.count("li") for path in parts) >= len(findings)


def test_an_article_about_two_authorities_says_what_is_not_quoted_of_either(world, read, tmp_path):
    def about(place):
        said = tuple(
            world.finding(f"Sentence {n} about {place.name}.", "article", section=place.gss) for n in range(5)
        )
        return world.story(
            gss=place.gss,
            authority=place.name,
            documents=(world.article(),),
            findings=said,
            inspection_id=None,
        )

    shown = world.shown(stories=(about(world.county), about(world.town)), visits=())
    build_site(world.content(shown), tmp_path)
    page = read(tmp_path, "stories/aaaa000000000001.html")
    assert page.count("Sentence ") == 3
    assert "7 more statements in it are not repeated here" in page


def test_what_comes_from_outside_is_escaped_everywhere(world, tmp_path):
    story = world.story(
        documents=(
            world.letter(title=HOSTILE, publisher=HOSTILE, url="javascript:alert(1)"),
            world.article(),
        ),
        findings=(world.finding(HOSTILE, section=HOSTILE),),
    )
    visit = world.visit(focus=HOSTILE, delivery_body=HOSTILE, framework=HOSTILE)
    build_site(world.content(world.shown(stories=(story,), visits=(visit,))), tmp_path)
    for path in tmp_path.rglob("*"):
        if path.suffix in (".html", ".xml", ".js") and "assets" not in path.parts:
            text = path.read_text("utf-8")
            assert "<script>alert" not in text, path
            assert "<img" not in text, path
            assert 'href="javascript:' not in text, path


def test_plain_words_where_nothing_is_known(world, invented_site, read, tmp_path):
    assert "No document about Sampleton has been read yet" in read(
        invented_site, "authorities/E06000098.html"
    )
    county = read(invented_site, "authorities/E10000099.html")
    assert "Not given under this framework" in county
    assert "No statistical neighbours of Exampleshire are known" in county
    assert "ended on 31 March 2019" in read(invented_site, "authorities/E10000097.html")
    status = read(invented_site, "status.html")
    assert "2 findings are left out, because they could identify a child" in status
    assert "Of 1,200 documents that Ofsted’s pages announced on 20 November 2026, 1,190 are here" in status
    assert "Broken</span> since" in status
    assert "and still: no answer" in status
    nothing = dict.fromkeys(("stories", "visits", "sources", "outages", "runs", "waiting"), ())
    one = ShownListing(date(2026, 11, 20), announced=7, stored=6, waiting=1)
    build_site(world.content(world.shown(listing=one)), tmp_path / "one")
    assert "6 are here and 1 waits because it could not be read." in read(tmp_path / "one", "status.html")
    empty = world.shown(**nothing, listing=None, fresh=frozenset())
    build_site(world.content(empty), tmp_path / "empty")
    assert "Nothing has been read yet" in read(tmp_path / "empty", "index.html")
    assert "No story yet" in read(tmp_path / "empty", "stories/index.html")


def test_other_documents_are_beside_ofsteds_own(world, read, tmp_path):
    story = world.story()
    build_site(world.content(), tmp_path / "all")
    assert "1 other document<" in read(tmp_path / "all", "index.html")
    press = replace(
        story,
        documents=tuple(document for document in story.documents if not document.is_primary),
        findings=story.findings[-1:],
    )
    build_site(world.content(world.shown(stories=(press,))), tmp_path / "press")
    assert "; 1 document<" in read(tmp_path / "press", "index.html")


def test_sample_data_is_labelled(sample_site, invented_site, read):
    assert "Sample data." in read(sample_site, "index.html")
    assert "Sample data." in read(sample_site, "authorities/E08000025.html")
    assert "Sample data." not in read(invented_site, "index.html")
