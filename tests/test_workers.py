"""Child processes: results come back, and no document can take the run with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ingest.errors import IngestError, LimitError, UnreadableError
from ingest.workers import WorkerPool


def act(job: object) -> object:
    """What the children of these tests run."""
    match job:
        case ("square", int(number)):
            return number * number
        case ("refuse",):
            raise UnreadableError("not for us")
        case ("spin",):
            while True:
                pass
        case ("eat",):
            return len(bytearray(4_000_000_000))
        case ("die",):
            os.kill(os.getpid(), signal.SIGKILL)
        case ("print",):
            print("noise on standard output")
            return "quiet"
        case ("deep",):
            return act(job)
        case ("bug",):
            raise KeyError("ours")
    return None


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> WorkerPool:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parent), *sys.path]))
    with WorkerPool("test_workers:act", size=2, cpu_seconds=1, megabytes=600) as pool:
        yield pool


def results(pool: WorkerPool, *jobs: object) -> list[object]:
    return [result for _, result in sorted(pool.run(jobs), key=lambda pair: pair[0])]


def test_every_job_is_answered_under_its_index(pool: WorkerPool) -> None:
    jobs = [("square", number) for number in range(40)]
    assert results(pool, *jobs) == [number * number for number in range(40)]
    assert results(pool) == []


def test_where_the_user_has_less_the_children_make_do_with_that() -> None:
    """In a process of its own: a hard limit cannot be lifted again."""
    program = (
        "import resource as r; from ingest.workers import WorkerPool\n"
        "for what, most in ((r.RLIMIT_AS, 2**31), (r.RLIMIT_CPU, 50)): r.setrlimit(what, (most, most))\n"
        "with WorkerPool('builtins:abs', size=1, cpu_seconds=60, megabytes=4096) as pool: print(*pool.run([-3]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("(0, 3)\n", "")


def test_errors_and_limits_take_only_their_own_job(pool: WorkerPool) -> None:
    found = results(pool, ("refuse",), ("spin",), ("eat",), ("die",), ("deep",), ("print",), ("square", 3))
    assert [type(result) for result in found[:5]] == [
        UnreadableError,
        LimitError,
        LimitError,
        LimitError,
        UnreadableError,
    ]
    assert "signal 9" in str(found[3])
    assert found[5:] == ["quiet", 9]


def test_a_bug_is_raised_not_hidden(pool: WorkerPool) -> None:
    with pytest.raises(RuntimeError, match="KeyError in act"):
        results(pool, ("bug",))


def test_a_consumer_that_stops_leaves_no_child_behind(pool: WorkerPool) -> None:
    for _, _result in pool.run([("square", number) for number in range(50)]):
        break
    pool.close()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and _children():
        time.sleep(0.05)
    assert not _children()


def test_a_slow_caller_holds_the_children_back(pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.workers.AHEAD", 2)
    before = threading.active_count()
    assert sorted(results(pool, *[("square", number) for number in range(30)]))[-1] == 29 * 29
    stopped = pool.run([("square", number) for number in range(50)])
    next(stopped)
    stopped.close()
    assert threading.active_count() == before


def _children() -> list[str]:
    mine = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [child for child in mine if "ingest.workers" in Path(f"/proc/{child}/cmdline").read_text()]


def test_errors_survive_the_pipe() -> None:
    import pickle

    assert isinstance(pickle.loads(pickle.dumps(UnreadableError("x"))), IngestError)
