"""The whole pipeline over the sample newsroom and over folders, as a plain call."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pdfs import focused_visit, ilacs_report

from ingest.errors import ConfigError, TransientError
from ingest.load import Warehouse, has_index, open_published, refresh_index
from ingest.pipeline import Order, reprocess, run
from ingest.sample import Newsroom, sources_path, watches_path
from ingest.settings import Settings
from ingest.sources import folder_source, load_catalogue
from ingest.steps.runner import PlainRunner
from ingest.steps.summary import Summary

LOGS = {"run", "source_check", "source_poll", "schema_migration"}
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Clock:
    """Time that goes on by a second a look."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", requests_per_second=1000, workers=1)


def run_sample(settings: Settings, clock: Clock, day: int = 1, **order: Any) -> Summary:
    with Newsroom(day=day) as room:
        facts = {"proxy": room.proxy_url, "watches_file": watches_path()} | order
        return run(
            settings,
            Order(load_catalogue(sources_path()), "test", **facts),
            PlainRunner(sleep=lambda _: None),
            clock=clock,
        )


def ask(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with open_published(settings.published_place) as reader:
        return reader.query(sql)[1]


def dump(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    tables = [name for (name,) in ask(settings, "SELECT table_name FROM duckdb_tables() ORDER BY 1")]
    return {
        table: ask(settings, f"SELECT * FROM {table} ORDER BY ALL") for table in tables if table not in LOGS
    }


class TestSample:
    """One run after the other over the newsroom, told as a story."""

    @pytest.fixture(scope="class")
    def clock(self) -> Clock:
        return Clock()

    @pytest.fixture(scope="class")
    def settings(self, tmp_path_factory: pytest.TempPathFactory) -> Settings:
        return Settings(data_dir=tmp_path_factory.mktemp("sample"), requests_per_second=1000, workers=1)

    def test_the_first_run_reads_everything_and_names_what_it_could_not(
        self, settings: Settings, clock: Clock
    ) -> None:
        summary = run_sample(settings, clock)
        assert (summary.new, summary.changed) == (12, 0)
        assert [check.status for check in summary.checks] == ["new"] * 6
        assert summary.counts.duplicates == 2
        assert sorted(failure.error for failure in summary.failures) == [
            "AnnouncementWarning",
            "RefusedError",
            "UnreadableError",
            "UnreadableError",
        ]
        assert summary.exit_code == 1
        assert {mail.status for mail in summary.mails} == {"sent"}
        assert len(list((settings.data_dir / "outbox").glob("*.eml"))) == len(summary.mails) == 3

    def test_pages_about_one_visit_are_one_story(self, settings: Settings) -> None:
        stories = dict(ask(settings, "SELECT inspection_id, count(*) FROM inspection_document GROUP BY ALL"))
        assert stories == {
            "E06000016-monitoring_visit-2016-06": 2,
            "E06000038-monitoring_visit-2018-05": 2,
            "E08000025-focused_visit-2021-10": 2,
            "E08000025-monitoring_visit-2018-05": 4,
            "E08000025-monitoring_visit-reported-2018-09": 2,
        }

    def test_the_release_that_names_no_council_has_that_of_its_source(self, settings: Settings) -> None:
        rows = ask(
            settings,
            "SELECT gss, role FROM document_authority JOIN document USING (document_id, version) "
            "WHERE title = 'Care leavers are better supported, Ofsted finds'",
        )
        assert rows == [("E06000016", "subject")]

    def test_the_windows_1252_page_is_decoded(self, settings: Settings) -> None:
        ((title,),) = ask(settings, "SELECT title FROM document WHERE title LIKE 'Leicester%advisers%'")
        assert title.startswith("Leicester’s care leavers – ")

    def test_every_alert_has_its_rows_and_checks_pass(self, settings: Settings) -> None:
        assert ask(settings, "SELECT count(*) FROM alert WHERE composed_at IS NULL") == [(0,)]
        assert ask(settings, "SELECT DISTINCT status FROM delivery") == [("sent",)]

    def test_a_second_run_finds_nothing_sends_nothing_changes_nothing(
        self, settings: Settings, clock: Clock
    ) -> None:
        before = dump(settings)
        summary = run_sample(settings, clock)
        assert (summary.new, summary.changed, summary.updated, summary.mails) == (0, 0, 0, ())
        assert summary.exit_code == 0
        counts = ask(settings, "SELECT source_id, list(DISTINCT announced) FROM source_check GROUP BY 1")
        assert all(len(announced) == 1 and announced[0] > 0 for _, announced in counts), counts
        after = dump(settings)
        for table, rows in before.items():
            if table != "quarantine":  # notes the last run that met the same failure
                assert after[table] == rows, table

    def test_reprocessing_changes_nothing_while_the_rules_are_the_same(
        self, settings: Settings, clock: Clock
    ) -> None:
        before = dump(settings)
        summary = reprocess(settings, load_catalogue(sources_path()), PlainRunner(), clock=clock)
        assert (summary.new, summary.changed, summary.updated, summary.mails) == (0, 0, 0, ())
        after = dump(settings)
        assert {table: rows for table, rows in after.items() if table != "quarantine"} == {
            table: rows for table, rows in before.items() if table != "quarantine"
        }

    def test_reprocessing_rewrites_what_is_read_differently_under_the_same_ids(
        self, settings: Settings, clock: Clock
    ) -> None:
        before = dump(settings)
        with Warehouse.open(settings.warehouse_place) as warehouse:
            # As if older rules had read one letter.
            warehouse.reader.query(
                "UPDATE document SET digest = 'older rules', title = 'Old' WHERE kind = 'ofsted_letter'"
            )
            warehouse.reader.query("DELETE FROM finding_theme")
        summary = reprocess(settings, load_catalogue(sources_path()), PlainRunner(), clock=clock)
        assert (summary.new, summary.changed, summary.updated) == (0, 0, 1)
        letter = "SELECT title FROM document WHERE kind = 'ofsted_letter'"
        assert ask(settings, letter) == [("Focused visit to Birmingham children’s services",)]
        ids = "SELECT finding_id FROM finding ORDER BY 1"
        assert ask(settings, ids) == sorted((row[0],) for row in before["finding"])

    def test_a_corrected_article_is_a_new_version_and_an_update(
        self, settings: Settings, clock: Clock
    ) -> None:
        clock.now += timedelta(days=1)
        summary = run_sample(settings, clock, day=2)
        assert (summary.new, summary.changed) == (0, 1)
        assert [mail.subject for mail in summary.mails if "text corrected" in mail.subject]
        versions = ask(settings, "SELECT version, is_current FROM document WHERE url LIKE '%over-optimism%'")
        assert sorted(versions) == [(1, False), (2, True)]


def letters(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / f"{name}.pdf").write_bytes(focused_visit(name))
    return folder


def run_folder(settings: Settings, folder: Path, clock: Clock | None = None, **order: Any) -> Summary:
    source = folder_source(folder)
    return run(settings, Order((source,), "test", **order), PlainRunner(), clock=clock or Clock())


def test_a_folder_is_read_once_and_again_where_a_file_changed(settings: Settings, tmp_path: Path) -> None:
    folder = letters(tmp_path / "in", "Leeds", "Bradford")
    assert run_folder(settings, folder).new == 2
    assert run_folder(settings, folder).checks[0].fetched == 0
    (folder / "Leeds.pdf").write_bytes(focused_visit("Reading"))
    changed = run_folder(settings, folder)
    assert (changed.new, changed.changed) == (0, 1)
    (folder / "Leeds.pdf").unlink()
    assert run_folder(settings, folder).exit_code == 0


def test_a_release_that_names_no_council_is_filed_when_the_report_that_tells_is_there(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "release.txt").write_text(
        "Praise for council staff\n\nPublished on 4 July 2022\n\nInspectors visited the council in June. "
        "It was rated good in December 2021. Inspectors found that caseloads are too high.\n",
        encoding="utf-8",
    )
    filed = (
        "SELECT gss, rule FROM document_authority JOIN document USING (document_id) WHERE url LIKE '%.txt'"
    )
    found = "SELECT quote FROM finding_current WHERE polarity = 'concern' AND url LIKE '%.txt'"
    run_folder(settings, folder)
    assert (ask(settings, filed), ask(settings, found)) == ([], [])
    (folder / "report.pdf").write_bytes(ilacs_report("Leeds", rows=[("Overall effectiveness", "Good")]))
    run_folder(settings, folder)
    assert ask(settings, filed) == [("E08000035", "event_constraint")]
    assert ask(settings, found) == [("Inspectors found that caseloads are too high.",)]
    assert run_folder(settings, folder).updated == 0
    assert reprocess(settings, [folder_source(folder)], PlainRunner(), clock=Clock()).updated == 0


def test_pages_follow_each_publication_where_they_are_wanted(settings: Settings) -> None:
    clock, pages = Clock(), settings.data_dir / "site"
    run_sample(settings, clock)
    assert not pages.exists()
    wanted = settings.model_copy(update={"site": True, "site_url": "https://example.org/"})
    run_sample(wanted, clock)
    assert "https://example.org/" in (pages / "feeds" / "all.xml").read_text(encoding="utf-8")
    (pages / ".site.json").write_text("damaged", encoding="utf-8")
    run_sample(wanted, clock, day=2)
    done = ask(settings, "SELECT count(*) FROM run WHERE status = 'done'")
    assert done == [(3,)], "what is wrong with the pages does not stop a run"


def test_a_run_keeps_the_index_of_those_who_search_and_makes_none_for_others(
    settings: Settings, tmp_path: Path
) -> None:
    folder = letters(tmp_path / "in", "Leeds")
    run_folder(settings, folder)
    assert not has_index(settings.published_place)
    refresh_index(settings.published_place)
    letters(tmp_path / "in", "Bradford")
    run_folder(settings, folder)
    assert refresh_index(settings.published_place) is False, "the run had brought it up to date"


def test_what_is_unreadable_waits_in_quarantine_until_it_can_be_read(
    settings: Settings, tmp_path: Path
) -> None:
    folder = letters(tmp_path / "in", "Leeds")
    (folder / "broken.pdf").write_bytes(focused_visit("Hull")[:-600])
    first = run_folder(settings, folder)
    assert (first.new, first.exit_code) == (1, 1)
    assert [failure.url.rpartition("/")[2] for failure in first.failures] == ["broken.pdf"]
    assert run_folder(settings, folder).exit_code == 0
    (folder / "broken.pdf").write_bytes(focused_visit("Hull"))
    assert run_folder(settings, folder).new == 1
    assert ask(settings, "SELECT count(*) FROM quarantine_open") == [(0,)]


WATCH = '[[watch]]\nname = "w"\nauthorities = ["all"]\nemail = ["a@example.org"]\n'


@pytest.fixture
def watches(tmp_path: Path) -> Path:
    path = tmp_path / "watches.toml"
    path.write_text(WATCH + "since = 2020-01-01\n")
    return path


def test_a_backfill_never_mails_not_even_in_a_later_run(
    settings: Settings, tmp_path: Path, watches: Path
) -> None:
    folder = letters(tmp_path / "in", "Leeds")
    assert run_folder(settings, folder, alerts=False, watches_file=watches).mails == ()
    letters(folder, "Bradford")
    (mail,) = run_folder(settings, folder, watches_file=watches).mails
    assert "Bradford" in mail.subject
    assert "Leeds" not in mail.subject


def test_what_was_published_before_a_watch_began_is_not_mailed(
    settings: Settings, tmp_path: Path, watches: Path
) -> None:
    watches.write_text(WATCH)
    assert run_folder(settings, letters(tmp_path / "in", "Leeds"), watches_file=watches).mails == ()


def test_alerts_of_a_run_that_was_stopped_are_sent_by_the_next(
    settings: Settings, tmp_path: Path, watches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = letters(tmp_path / "in", "Leeds")
    with monkeypatch.context() as patch:
        patch.setattr("ingest.pipeline.send_alerts", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run_folder(settings, folder, watches_file=watches)
    (mail,) = run_folder(settings, folder, watches_file=watches).mails
    assert "Leeds" in mail.subject
    assert run_folder(settings, folder, watches_file=watches).mails == ()


def test_unusable_watches_stop_the_run_before_anything_is_changed(
    settings: Settings, tmp_path: Path, watches: Path
) -> None:
    watches.write_text(WATCH.replace('"all"', '"Birmingam"'))
    with pytest.raises(ConfigError, match="Birmingham"):
        run_folder(settings, letters(tmp_path / "in", "Leeds"), watches_file=watches)
    assert not settings.warehouse_place.exists()


class Mailbox:
    """A mail server's side: refuses as long as it is told to."""

    def __init__(self) -> None:
        self.refuse = True
        self.subjects: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(0)
        if self.refuse:
            return "451 later"
        head = envelope.content.decode().split("\r\n\r\n")[0]
        self.subjects.append(next(line for line in head.splitlines() if line.startswith("Subject")))
        return "250 kept"


@contextmanager
def mail_server(box: Mailbox) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}?starttls=off"
    finally:
        controller.stop()


def test_a_mail_that_fails_is_sent_by_the_next_run_and_only_once(
    settings: Settings, tmp_path: Path, watches: Path
) -> None:
    box = Mailbox()
    folder = letters(tmp_path / "in", "Leeds")
    with mail_server(box) as url:
        settings = Settings(data_dir=settings.data_dir, smtp_url=url, workers=1)
        first = run_folder(settings, folder, watches_file=watches)
        assert [mail.status for mail in first.mails] == ["pending"]
        assert first.exit_code == 1
        box.refuse = False
        assert run_folder(settings, folder, watches_file=watches).mails == (), (
            "it is put off for five minutes"
        )
        later = Clock(NOW + timedelta(minutes=6))
        assert [mail.status for mail in run_folder(settings, folder, later, watches_file=watches).mails] == [
            "sent"
        ]
        assert run_folder(settings, folder, later, watches_file=watches).mails == ()
    assert len(box.subjects) == 1


def test_a_source_that_cannot_be_read_fails_alone_and_is_named(settings: Settings) -> None:
    with Newsroom() as room:
        catalogue = load_catalogue(sources_path())
        broken = replace(catalogue[0], url="http://nowhere.sample.example/feed")
        summary = run(
            settings,
            Order((broken, catalogue[2]), "test", proxy=room.proxy_url),
            PlainRunner(sleep=lambda _: None),
            clock=Clock(),
        )
    assert [check.status for check in summary.checks] == ["failed", "new"]
    assert summary.exit_code == 1
    assert any("nowhere.sample.example" in line for line in summary.lines())


def test_items_before_a_date_are_left_out(settings: Settings) -> None:
    summary = run_sample(settings, Clock(), since=date(2021, 1, 1), alerts=False)
    assert summary.new == 2
    assert ask(settings, "SELECT min(published_on) >= DATE '2021-01-01' FROM document") == [(True,)]


def test_transient_errors_are_tried_again_and_others_are_not() -> None:
    calls: list[str] = []
    waits: list[float] = []

    def flaky(error: Exception) -> str:
        calls.append("call")
        if len(calls) < 3:
            raise error
        return "done"

    runner = PlainRunner(sleep=waits.append)
    assert runner.step("s", flaky, TransientError("busy")) == "done"
    assert waits == [2.0, 4.0]
    calls.clear()
    with pytest.raises(ConfigError):
        runner.step("s", flaky, ConfigError("wrong"))
    assert isinstance(next(runner.each("s", flaky, [ConfigError("wrong")])), ConfigError)


def test_a_fault_of_ours_in_one_document_is_quarantined_not_the_end_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.errors import UnreadableError
    from ingest.model import Link, Snapshot
    from ingest.steps import reading

    path = tmp_path / "a.txt"
    path.write_text("Leeds did well.")
    snapshot = Snapshot(
        Link("s", "https://a.example/"), "https://a.example/", "0", "text/plain", None, 1, NOW
    )
    monkeypatch.setattr(reading, "extract", lambda *_, **__: {}["gone"])
    with pytest.raises(UnreadableError, match=r"a rule failed on it \(KeyError in .*make reprocess"):
        reading.read_job(reading.ReadJob(snapshot, path))
