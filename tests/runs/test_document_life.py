"""What becomes of a page: corrected, withdrawn, back, moved; and backfills. Over a loopback web."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from councils import PROSE, Days, Web, run_once, serving, settings_in
from rich.console import Console

from ingest.desk.versions import show_versions
from ingest.errors import ConfigError
from ingest.load import open_published
from ingest.pipeline import reprocess
from ingest.settings import Settings
from ingest.sources import folder_source
from ingest.steps.runner import PlainRunner
from ingest.wording import counted


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as running:
        running.council("exampleshire")
        yield running


@pytest.fixture
def days() -> Days:
    return Days()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def ask(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with open_published(settings.published_place) as reader:
        return reader.query(sql)[1]


def shown(settings: Settings, words: str) -> str:
    console = Console(file=io.StringIO(), width=100)
    with open_published(settings.published_place) as reader:
        show_versions(reader, words, console)
    return console.file.getvalue()  # type: ignore[attr-defined]


DOCUMENTS = "SELECT count(*), count(DISTINCT document_id), max(version) FROM document"
WITHDRAWN = "SELECT url, reason FROM withdrawal WHERE back_at IS NULL"


def test_only_a_change_of_words_makes_a_version_and_it_is_kept_word_by_word(
    web: Web, days: Days, settings: Settings
) -> None:
    source = web.source("exampleshire")
    path = "/exampleshire/1"
    web.article(path, extra="<p>Last updated: 1 November 2026</p><p>17 views</p>")
    run_once(settings, days, source)
    web.article(path, extra="<p>Last updated: 3 November 2026</p><p>1,017 views</p>")
    days.go_on()
    summary = run_once(settings, days, source)
    assert (summary.checks[0].fetched, summary.new, summary.changed, summary.updated) == (1, 0, 0, 0)
    assert ask(settings, DOCUMENTS) == [(6, 6, 1)]
    web.article(path, PROSE.replace("know children well", "hardly know children"), extra="<p>2,000 views</p>")
    days.go_on()
    assert run_once(settings, days, source, full=True).changed == 1
    assert ask(settings, DOCUMENTS) == [(7, 6, 2)]
    ((removed, added, hunks),) = ask(
        settings, "SELECT words_removed, words_added, hunks FROM document_change"
    )
    assert (removed, added, len(hunks)) != (0, 0, 0)
    assert ("know children well", "hardly know children") in {
        (hunk["old_words"], hunk["new_words"]) for hunk in hunks
    }
    told = shown(settings, f"{web.url}{path}")
    assert "[-know children well-]{+hardly know children+}" in told
    assert "Version 2, fetched 2026-11-04" in told
    assert f"{counted(removed, 'word')} removed, {added} added" in told
    with pytest.raises(ConfigError, match="no document 'nowhere'"):
        shown(settings, "nowhere")


def test_what_is_gone_is_noted_and_noted_again_when_it_is_back(
    web: Web, days: Days, settings: Settings
) -> None:
    source, path = web.source("exampleshire"), "/exampleshire/2"
    run_once(settings, days, source)
    article = web.pages.pop(path)
    days.go_on()
    summary = run_once(settings, days, source)
    assert (summary.exit_code, summary.failures) == (0, ()), "a withdrawn page is no failure"
    assert ask(settings, WITHDRAWN) == [(f"{web.url}{path}", "gone")]
    assert ask(settings, DOCUMENTS) == [(6, 6, 1)]
    assert "withdrawn: its page is gone, noted 2026-11-03" in shown(settings, f"{web.url}{path}")
    days.go_on()
    run_once(settings, days, source)
    reprocess(settings, [source], PlainRunner(), clock=days)
    assert ask(settings, "SELECT count(*) FROM withdrawal") == [(1,)]
    web.pages[path] = article
    days.go_on()
    run_once(settings, days, source)
    assert ask(settings, WITHDRAWN) == []
    assert "noted 2026-11-03, back since 2026-11-05" in shown(settings, f"{web.url}{path}")


def test_a_page_that_never_came_waits_in_quarantine(web: Web, days: Days, settings: Settings) -> None:
    web.pages.pop("/exampleshire/2")
    summary = run_once(settings, days, web.source("exampleshire"))
    assert [(failure.error, failure.url) for failure in summary.failures] == [
        ("GoneError", f"{web.url}/exampleshire/2")
    ]
    assert ask(settings, WITHDRAWN) == []


def test_a_file_that_left_its_folder_is_withdrawn_until_it_is_back(
    days: Days, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.txt").write_text(f"Ofsted visited Leeds. {name}. {PROSE}")
    run_once(settings, days, folder_source(folder))
    (folder / "one.txt").rename(tmp_path / "one.txt")
    run_once(settings, days, folder_source(folder))
    ((url, reason),) = ask(settings, WITHDRAWN)
    assert (url.rpartition("/")[2], reason) == ("one.txt", "unannounced")
    other = tmp_path / "other"
    other.mkdir()
    (other / "two.txt").write_bytes((folder / "two.txt").read_bytes())
    run_once(settings, days, folder_source(other))
    assert len(ask(settings, WITHDRAWN)) == 1, "another folder says nothing of this one"
    assert ask(settings, "SELECT count(*) FROM document_address") == [(0,)]
    (tmp_path / "one.txt").rename(folder / "one.txt")
    run_once(settings, days, folder_source(folder))
    assert ask(settings, WITHDRAWN) == []
    assert ask(settings, DOCUMENTS) == [(3, 3, 1)]


def test_a_file_that_is_renamed_stays_one_document(days: Days, settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "one.txt").write_text(f"Ofsted visited Leeds. {PROSE}")
    run_once(settings, days, folder_source(folder))
    (folder / "one.txt").rename(folder / "first.txt")
    for _ in range(2):
        assert run_once(settings, days, folder_source(folder)).new == 0
        ((url,),) = ask(settings, "SELECT url FROM document")
        assert url.endswith("/first.txt")
    assert ask(settings, WITHDRAWN) == []


MOVES = ["redirect", "canonical", "called so by the new page", "same_bytes"]


@pytest.mark.parametrize("how", MOVES)
def test_a_page_that_moves_stays_one_document(web: Web, days: Days, settings: Settings, how: str) -> None:
    old, new = "/exampleshire/3", "/exampleshire/third"
    source = web.source("exampleshire")
    if how == "canonical":
        web.article(old, head=f'<link rel="canonical" href="{new}">')
    run_once(settings, days, source)
    ((document_id,),) = ask(settings, f"SELECT document_id FROM document WHERE url = '{web.url}{old}'")
    page = web.pages[old]
    assert isinstance(page, str)
    head = f'<link rel="canonical" href="{old}">' if how.startswith("called") else ""
    web.pages[new] = page if how == "same_bytes" else page.replace("</head>", f"{head}<meta name=x></head>")
    web.pages[old] = (301, {"Location": new}) if how == "redirect" else (404, {})
    listing = web.pages["/exampleshire"]
    assert isinstance(listing, str)
    web.pages["/exampleshire"] = listing.replace(f'"{old}"', f'"{new}"')
    for _ in range(2):
        days.go_on()
        summary = run_once(settings, days, source)
        assert (summary.new, summary.exit_code) == (0, 0)
        assert ask(settings, DOCUMENTS) == [(6, 6, 1)]
        ((url,),) = ask(settings, f"SELECT url FROM document WHERE document_id = '{document_id}'")
        assert url == f"{web.url}{new}"
        assert ask(settings, WITHDRAWN) == []
    assert web.asked.count(old) == 2, "nobody asks at the old address any more"
    before = ask(settings, "SELECT * FROM document ORDER BY ALL")
    reprocess(settings, [source], PlainRunner(), clock=days)
    assert ask(settings, "SELECT * FROM document ORDER BY ALL") == before
    assert f"moved from {web.url}{old}" in shown(settings, document_id)
    web.article(new, PROSE.replace("well", "badly"))
    days.go_on()
    assert run_once(settings, days, source, full=True).changed == 1
    assert ask(settings, DOCUMENTS) == [(7, 6, 2)]


def test_many_addresses_that_lead_to_one_page_are_no_move(web: Web, days: Days, settings: Settings) -> None:
    source = web.source("exampleshire")
    run_once(settings, days, source)
    web.article("/exampleshire/9")
    for n in (1, 2, 3):
        web.pages[f"/exampleshire/{n}"] = (301, {"Location": "/exampleshire/9"})
    web.listing("/exampleshire", [4, 5, 6, 9])
    days.go_on()
    assert run_once(settings, days, source).new == 1
    assert ask(settings, "SELECT count(*) FROM document_address") == [(0,)]


def test_a_backfill_fetches_what_is_missing_of_a_time_and_mails_nobody(
    web: Web, days: Days, settings: Settings, tmp_path: Path
) -> None:
    source = web.source("exampleshire")
    watches = tmp_path / "watches.toml"
    watches.write_text(
        '[[watch]]\nname = "w"\nauthorities = ["all"]\nemail = ["a@example.org"]\nsince = 2020-01-01\n'
    )
    run_once(settings, days, source, since=date(2026, 10, 5), alerts=False)
    assert ask(settings, DOCUMENTS) == [(2, 2, 1)]
    web.asked.clear()
    window = {"since": date(2026, 10, 2), "until": date(2026, 10, 5), "backfill": True, "alerts": False}
    summary = run_once(settings, days, source, watches_file=watches, **window)
    assert (summary.new, summary.mails) == (3, ())
    assert sorted(path for path in web.asked if path[-1].isdigit()) == [
        f"/exampleshire/{n}" for n in (2, 3, 4)
    ], "what is known is not asked for again"
    web.asked.clear()
    assert run_once(settings, days, source, **window).new == 0
    assert [path for path in web.asked if path != "/robots.txt"] == ["/exampleshire"]
    later = run_once(settings, days, source, watches_file=watches)
    assert later.new == 1, "what was left out is not forgotten, though its page is unchanged"
    sent = "".join(file.read_text() for file in (settings.data_dir / "outbox").glob("*.eml"))
    assert not [n for n in (2, 3, 4, 5, 6) if f"/exampleshire/{n}" in sent], "not even later"
    assert ask(settings, "SELECT count(*), count(DISTINCT run_id) FROM source_check") == [(4, 4)]


def test_a_backfill_that_was_stopped_goes_on_where_it_was(
    web: Web, days: Days, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.council("invented")
    sources = [web.source("exampleshire"), web.source("invented")]
    order = {"since": date(2026, 1, 1), "backfill": True, "alerts": False}
    from ingest.load.writer import Warehouse

    store = Warehouse.store
    with monkeypatch.context() as patch:

        def stopped(self: Warehouse, batch: Any, *rest: Any) -> Any:
            if batch.source_id == "invented":
                raise KeyboardInterrupt
            return store(self, batch, *rest)

        patch.setattr(Warehouse, "store", stopped)
        with pytest.raises(KeyboardInterrupt):
            run_once(settings, days, *sources, **order)
    web.asked.clear()
    assert run_once(settings, days, *sources, **order).new == 6
    assert not [path for path in web.asked if path.startswith("/exampleshire/")]
    assert ask(settings, DOCUMENTS) == [(12, 12, 1)]
