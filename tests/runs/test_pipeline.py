"""The whole pipeline over the sample newsroom, one run after the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from plain_runs import Clock, ask, run_sample

from ingest.errors import ConfigError, TransientError
from ingest.load import Warehouse
from ingest.pipeline import Order, reprocess, run
from ingest.sample import Newsroom, sources_path
from ingest.settings import Settings
from ingest.sources import load_catalogue
from ingest.steps.runner import PlainRunner

LOGS = {"run", "source_check", "source_poll", "schema_migration"}


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
