"""Sources that break and recover, over a loopback web: checks, the operator's mails, the doctor's screen."""

from __future__ import annotations

import io
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from councils import PROSE, SELECTORS, Days, Web, run_once, serving, settings_in
from post_office import PostOffice
from rich.console import Console

from ingest.doctor.finding import show_findings
from ingest.doctor.visit import examine
from ingest.errors import ConfigError
from ingest.load import open_published
from ingest.model import Source
from ingest.settings import Settings, load_settings
from ingest.sources import Announcement, parse
from ingest.steps.mailing import source_health


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as running:
        yield running


@pytest.fixture
def days() -> Days:
    return Days()


def ask(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with open_published(settings.published_place) as reader:
        return reader.query(sql)[1]


def states(settings: Settings) -> dict[str, str]:
    return dict(ask(settings, "SELECT source_id, state FROM source_health"))


def screen(settings: Settings, days: Days) -> str:
    console = Console(file=io.StringIO(), width=100)
    show_findings(examine(settings, days()).findings, console)
    return console.file.getvalue()  # type: ignore[attr-defined]


def catalogue(settings: Settings, *sources: Source) -> None:
    settings.sources_file.write_text(
        "".join(
            f'[[source]]\nid = "{s.source_id}"\nname = "{s.name}"\npublisher = "{s.publisher}"\n'
            f'kind = "listing"\nurl = "{s.url}"\noptions = {{ item = "li.news" }}\n'
            for s in sources
        )
    )


def mails(settings: Settings) -> list[Any]:
    files = sorted((settings.data_dir / "outbox").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def plain(mail: Any) -> str:
    return " ".join(mail.get_body(("plain",)).get_content().split())


def test_a_fault_of_ours_on_a_page_fails_its_source_and_no_other(
    web: Web, days: Days, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbling(source: Source, *args: Any, **given: Any) -> Announcement:
        return parse(source, *args, **given) if source.source_id == "wellshire" else {}["gone"]

    monkeypatch.setattr("ingest.steps.announcing.parse", stumbling)
    for name in ("exampleshire", "wellshire"):
        web.council(name)
    settings = settings_in(tmp_path)
    summary = run_once(settings, days, web.source("exampleshire"), web.source("wellshire"))
    assert (summary.exit_code, summary.new) == (1, 6)
    (failed,) = summary.failed_sources
    assert failed.source_id == "exampleshire"
    assert failed.message.endswith("(KeyError in stumbling: 'gone'): a fault of this program; report it")


def test_three_broken_sources_are_named_told_once_and_told_again_when_they_are_well(
    web: Web, days: Days, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path, operator="ops@example.org")
    names = ("exampleshire", "invented", "madeup", "wellshire")
    for name in names:
        web.council(name)
    sources = [web.source(name, expected_min=4) for name in names]
    catalogue(settings, *sources)
    golden = tmp_path / "goldens" / "exampleshire" / "2026-11-01-listing.html"
    golden.parent.mkdir(parents=True)
    golden.write_text("<html>")
    golden.with_suffix(".toml").write_text(
        'url = "https://exampleshire.example/news"\nmade = "for this test"\n'
    )
    # A page of another kind is no help, however new it is.
    (golden.parent / "2026-12-01-feed.xml").write_text("<rss/>")
    (golden.parent / "2026-12-01-feed.toml").write_text(
        'url = "https://exampleshire.example/feed"\nmade = "too"\n'
    )

    assert run_once(settings, days, *sources).exit_code == 0
    assert states(settings) == dict.fromkeys(names, "ok")
    days.go_on()
    assert run_once(settings, days, *sources).exit_code == 0
    assert states(settings) == dict.fromkeys(names, "unchanged")
    assert mails(settings) == []

    web.listing("/exampleshire", range(1, 7), item="teaser")
    web.listing("/invented", range(5, 7))
    web.pages["/madeup"] = (410, {})
    days.go_on()
    broken = run_once(settings, days, *sources)
    assert broken.exit_code == 1
    assert sum(line.startswith(("Source changed", "Source failed")) for line in broken.lines()) == 3
    expected = {"exampleshire": "selector_dead", "invented": "below_expected", "madeup": "failed"}
    assert states(settings) == {**expected, "wellshire": "unchanged"}
    with open_published(settings.published_place) as reader:
        assert [source.is_healthy for source in source_health(reader)] == [False, False, False, True]
    (told,) = mails(settings)
    assert (told["To"], told["Subject"]) == (
        "ops@example.org",
        "3 sources broke: Exampleshire news, Invented news and 1 more",
    )
    assert str(golden) in plain(told)
    assert "2 items announced, at least 4 expected" in plain(told)

    days.go_on()
    run_once(settings, days, *sources)
    assert states(settings) == {**expected, "wellshire": "unchanged"}, "it stays so though the page does"
    assert len(mails(settings)) == 1, "once each"
    shown = screen(settings, days)
    assert "!! Sources     3 of 4 broken" in shown
    assert "exampleshire: a selector is dead since 2026-11-04 (2 checks); last good 2026-11-03" in shown
    assert f"compare the page with {golden}" in shown
    assert len(shown.splitlines()) <= 24, shown

    web.council("exampleshire", range(1, 8))
    web.council("madeup")
    days.go_on()
    run_once(settings, days, *sources)
    assert states(settings) == {
        "exampleshire": "ok", "invented": "below_expected", "madeup": "unchanged", "wellshire": "unchanged",
    }  # fmt: skip
    assert mails(settings)[1]["Subject"] == "2 sources recovered: Exampleshire news and Madeup news"
    days.go_on()
    run_once(settings, days, *sources)
    assert len(mails(settings)) == 2
    outages = ask(settings, "SELECT source_id, state, checks, ended_at IS NULL FROM source_outage ORDER BY 1")
    assert outages == [
        ("exampleshire", "selector_dead", 2, False),
        ("invented", "below_expected", 4, True),
        ("madeup", "failed", 2, False),
    ]


def test_what_may_pass_by_itself_is_mailed_at_the_second_check(web: Web, days: Days, tmp_path: Path) -> None:
    settings = settings_in(tmp_path, operator="ops@example.org")
    web.council("exampleshire")
    source = web.source("exampleshire")
    run_once(settings, days, source)
    listing = web.pages["/exampleshire"]
    for busy, told in ((1, 0), (0, 0), (1, 0), (1, 1), (0, 2)):
        web.pages["/exampleshire"] = (503, {"Retry-After": "999"}) if busy else listing
        days.go_on()
        run_once(settings, days, source)
        assert states(settings) == {"exampleshire": "failed" if busy else "unchanged"}
        assert len(mails(settings)) == told
    assert [mail["Subject"] for mail in mails(settings)] == [
        "1 source broke: Exampleshire news",
        "1 source recovered: Exampleshire news",
    ]


def test_without_an_operator_nobody_is_told_until_there_is_one(web: Web, days: Days, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    source = web.source("exampleshire")
    run_once(settings, days, source)
    assert mails(settings) == []
    assert "nobody is told when a source breaks" in screen(settings, days)
    run_once(settings_in(tmp_path, operator="ops@example.org"), days, source, alerts=False)
    assert mails(settings) == [], "a backfill mails nobody"
    run_once(settings_in(tmp_path, operator="ops@example.org"), days, source)
    assert len(mails(settings)) == 1


def test_an_operator_who_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGEST_OPERATOR", "nobody")
    with pytest.raises(ConfigError, match="INGEST_OPERATOR"):
        load_settings()


def test_the_operators_mail_goes_through_the_outbox_and_is_tried_again(
    web: Web, days: Days, tmp_path: Path, office: PostOffice, server: str
) -> None:
    office.on_data = ["451 later"]
    settings = settings_in(tmp_path, operator="ops@example.org", smtp_url=f"{server}?starttls=off")
    source = web.source("exampleshire")
    assert [mail.status for mail in run_once(settings, days, source).mails] == ["pending"]
    for _ in range(2):
        days.go_on()
        run_once(settings, days, source)
    (mail,) = [message_from_bytes(envelope.content, policy=policy.default) for envelope in office.envelopes]
    assert mail["Subject"] == "1 source broke: Exampleshire news"
    assert "cannot be fetched" in plain(mail)


def test_a_mended_selector_is_seen_though_the_page_is_unchanged(web: Web, days: Days, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    web.council("exampleshire")
    wrong = web.source("exampleshire", options={**SELECTORS, "item": "li.teaser"})
    run_once(settings, days, wrong)
    assert states(settings) == {"exampleshire": "selector_dead"}
    assert run_once(settings, days, web.source("exampleshire")).new == 6
    assert states(settings) == {"exampleshire": "ok"}


def test_an_article_selector_that_dies_and_texts_that_shrink_are_two_things(
    web: Web, days: Days, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path)
    web.council("exampleshire", range(1, 16))
    web.council("invented", range(1, 16))
    sources = [web.source(name, recheck_days=3) for name in ("exampleshire", "invented")]
    run_once(settings, days, *sources)
    for n in range(16, 21):
        web.pages[f"/exampleshire/{n}"] = f"<html><body><main><p>{PROSE}</p></main></body></html>"
        web.article(f"/invented/{n}", "Read on.")
    for name in ("exampleshire", "invented"):
        web.listing(f"/{name}", range(6, 21))
    days.go_on(5)
    run_once(settings, days, *sources)
    assert states(settings) == {"exampleshire": "selector_dead", "invented": "text_drop"}
    shown = screen(settings, days)
    assert "selector 'article' matches nothing: the site's layout has changed." in shown
    assert "the newest press releases have" in shown
    days.go_on()
    run_once(settings, days, *sources)
    assert states(settings) == {"exampleshire": "selector_dead", "invented": "text_drop"}, (
        "until it is mended"
    )


def test_dates_that_vanish_from_a_listing_are_noticed(web: Web, days: Days, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    web.council("exampleshire")
    source = web.source("exampleshire", options={k: v for k, v in SELECTORS.items() if k != "date"})
    dated = web.source("exampleshire")
    run_once(settings, days, dated)
    web.council("exampleshire", range(1, 8))
    days.go_on()
    run_once(settings, days, source)
    ((state, message),) = ask(settings, "SELECT state, message FROM source_health")
    assert (state, message) == ("field_drop", "0% of 7 items have a date; it was 100%")


def test_the_doctor_says_when_the_schedule_stands_still(web: Web, days: Days, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    web.council("exampleshire")
    run_once(settings, days, web.source("exampleshire"))
    assert "ok Last run" in screen(settings, days)
    days.go_on(3)
    assert "!! Last run    2026-11-02 07:15 UTC: nothing ran since" in screen(settings, days)
