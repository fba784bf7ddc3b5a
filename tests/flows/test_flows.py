"""The Prefect flows, against Prefect's own test server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ingest.errors import ConfigError


@pytest.fixture(scope="module")
def harness() -> Iterator[None]:
    """A Prefect server for the tests; imported here, so that other tests do not pay for it."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("harness")
def test_the_daily_flow_runs_the_sample_and_leaves_its_summary(here: Path) -> None:
    from prefect.client.orchestration import get_client

    from flows.daily import daily

    summary = daily(sample_day=1)
    assert (summary.new, summary.counts.duplicates) == (12, 2)
    with get_client(sync_client=True) as client:
        artifacts = client.request("POST", "/artifacts/filter", json={}).json()
        tasks = client.request("POST", "/task_runs/filter", json={}).json()
    (artifact,) = [found for found in artifacts if found["key"] == "ingest-summary"]
    assert "12 new" in artifact["data"]
    assert len(tasks) < 20, "one task per source or batch, never one per document"
    again = daily(sample_day=1)
    assert (again.new, again.mails) == (0, ())


@pytest.mark.usefixtures("harness")
def test_the_reprocess_flow_reads_the_archive_again(here: Path) -> None:
    from flows.daily import daily
    from flows.reprocess import reprocess

    daily(sample_day=1, kinds=["listing"])
    summary = reprocess()
    assert (summary.new, summary.changed, summary.updated) == (0, 0, 0)
    assert sum(check.fetched for check in summary.checks) == 4


def test_a_kind_of_source_that_is_none_is_refused() -> None:
    from prefect.exceptions import ParameterTypeError

    from flows.daily import daily

    with pytest.raises(ParameterTypeError, match="govuk_search"):
        daily.validate_parameters({"kinds": ["feeds"]})


@pytest.mark.usefixtures("harness")
def test_a_task_is_tried_again_on_transient_errors_only(monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect import flow

    from flows import runner
    from ingest.errors import TransientError

    monkeypatch.setattr(runner, "BACKOFF_SECONDS", 0.01)
    calls: list[str] = []

    def flaky(error: Exception) -> str:
        calls.append(type(error).__name__)
        if len(calls) < 3:
            raise error
        return "done"

    @flow
    def trial(error: Exception) -> Any:
        return runner.PrefectRunner().step("trial", flaky, error)

    assert trial(TransientError("busy")) == "done"
    calls.clear()
    with pytest.raises(ConfigError):
        trial(ConfigError("wrong"))
    assert calls == ["ConfigError"]


def test_the_schedules_are_deployments_with_one_run_at_a_time() -> None:
    from flows.serve import deployments, runnable

    entries = deployments(Path(__file__).parents[2] / "prefect.yaml")
    assert [entry["name"] for entry in entries] == ["daily", "hourly-feeds", "weekly-full"]
    for entry in entries:
        assert entry["schedules"][0]["timezone"] == "Europe/London"
        assert entry["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
        assert runnable(entry).flow_name == "daily"
    reading = runnable(
        {**entries[0], "entrypoint": "flows/reprocess.py:reprocess", "schedules": entries[0]["schedules"] * 2}
    )
    assert (reading.flow_name, len(reading.schedules)) == ("reprocess", 2)


@pytest.mark.parametrize(
    "change",
    [{"entrypoint": "flows/none.py:daily"}, {"entrypoint": "flows/daily.py:none"}, {"schedules": [{}]}],
)
def test_a_deployment_that_cannot_be_served_is_named(change: dict[str, Any]) -> None:
    from flows.serve import deployments, runnable

    entry = deployments(Path(__file__).parents[2] / "prefect.yaml")[0]
    with pytest.raises(ConfigError, match="deployment daily: not usable"):
        runnable(entry | change)


def test_a_server_that_does_not_start_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import serve

    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setattr(serve.sys, "executable", "/bin/false")
    with pytest.raises(ConfigError, match="did not start"), serve._server(Console(quiet=True)):
        pass
