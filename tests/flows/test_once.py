"""The command that runs a flow: options that would do nothing are refused."""

from __future__ import annotations

import sys

import pytest

from flows import once


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["daily", "--on", "threads"], "--on is for reprocess"),
        (["daily", "--scheduler", "tcp://h:1"], "--scheduler is for --on dask"),
        (["reprocess", "--scheduler", "tcp://h:1"], "--scheduler is for --on dask"),
        (["reprocess", "--on", "threads", "--scheduler", "tcp://h:1"], "--scheduler is for --on dask"),
    ],
)
def test_an_option_without_a_use_is_refused(
    arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["once", *arguments])
    with pytest.raises(SystemExit) as stopped:
        once.main()
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err
