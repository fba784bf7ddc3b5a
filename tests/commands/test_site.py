"""`ingest site` as a user types it."""

from __future__ import annotations

from pathlib import Path

LETTER = """Monitoring visit to Birmingham children's services

Ofsted made a monitoring visit to Birmingham City Council in May 2018. Its letter was published in June 2018.
"""


def test_it_builds_from_the_published_copy_and_again_only_what_changed(ingest, tmp_path: Path):
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "invented.txt").write_text(LETTER)
    assert ingest("run", "--folder", "inbox", "--no-alerts").returncode == 0
    first = ingest("site")
    assert first.returncode == 0, first.stderr
    assert "1 of 153 authorities with documents" in first.stdout
    index = tmp_path / "data" / "site" / "index.html"
    assert index.resolve().as_uri() in first.stdout
    assert "Birmingham" in index.read_text("utf-8")
    again = ingest("site")
    assert "Files     0 written" in again.stdout
    ingest("site", "--base-url", "https://site.example")
    assert (
        'href="https://site.example/stories/'
        in (tmp_path / "data" / "site" / "feeds" / "all.xml").read_text()
    )


def test_without_a_warehouse_one_line_says_what_to_do(ingest, tmp_path: Path):
    done = ingest("site")
    assert done.returncode == 2
    assert "make one with `ingest run`" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "data" / "site").exists()


def test_an_address_that_is_none_is_refused(ingest):
    done = ingest("site", "--base-url", "site.example")
    assert done.returncode == 2
    assert "give a web address" in done.stderr
