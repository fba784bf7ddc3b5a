"""Steps called plainly: what may pass is tried again, what fails is given back beside the others."""

from __future__ import annotations

from threading import Barrier

import pytest

from ingest.errors import ConfigError, IngestError, TransientError
from ingest.steps.runner import PlainRunner


class Step:
    """Fails so often before it answers; counts how often it was called."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.calls = 0

    def __call__(self, item: str) -> str:
        self.calls += 1
        if self.faults:
            raise self.faults.pop(0)
        return item.upper()


def test_what_may_pass_is_tried_again_after_longer_and_longer_waits() -> None:
    slept: list[float] = []
    runner = PlainRunner(sleep=slept.append)
    assert runner.step("read", Step(TransientError("503"), TransientError("503")), "a") == "A"
    assert slept == [2.0, 4.0]
    endless = Step(*(TransientError(f"{number}") for number in range(9)))
    with pytest.raises(TransientError, match="2"):
        runner.step("read", endless, "a")
    assert (endless.calls, slept[2:]) == (3, [2.0, 4.0]), "not after the last"


def test_what_does_not_pass_is_not_tried_again() -> None:
    slept: list[float] = []
    for fault in (IngestError("no"), KeyError("gone")):
        step = Step(fault)
        with pytest.raises(type(fault)):
            PlainRunner(sleep=slept.append).step("read", step, "a")
        assert step.calls == 1
    assert slept == []


@pytest.mark.parametrize("items", [[], ["a"], ["a", "b", "c"]])
def test_each_gives_results_and_errors_of_ours_in_the_order_of_the_items(items: list[str]) -> None:
    def step(item: str) -> str:
        if item == "b":
            raise ConfigError("not b")
        return item.upper()

    found = list(PlainRunner().each("read", step, items))
    assert [result if isinstance(result, str) else str(result) for result in found] == [
        {"b": "not b"}.get(item, item.upper()) for item in items
    ]


def test_each_runs_side_by_side_and_raises_what_is_a_fault_of_the_program() -> None:
    met = Barrier(2, timeout=10)

    def step(item: str) -> str:
        met.wait()
        if item == "b":
            raise KeyError("gone")
        return item

    results = PlainRunner().each("read", step, ["a", "b"])
    assert next(results) == "a"
    with pytest.raises(KeyError):
        next(results)
