"""Reads documents as Prefect tasks, some to a task: on threads or processes of this machine, or on a Dask cluster.

Wherever a task runs, a child process with limits does the reading, as in a run without tasks. Results come back
in the order of the jobs, so that what is stored, and in which order, does not depend on who read it.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from types import TracebackType
from typing import Any, Literal, Self

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner

from ingest.errors import ConfigError
from ingest.settings import Settings
from ingest.steps.reading import TARGET, ReadJob
from ingest.workers import WorkerPool

Where = Literal["threads", "processes", "dask"]

PER_TASK = 16
"""Documents of one task: Prefect takes some 50 ms for each task, whatever it does."""
AHEAD = 2
"""Tasks that wait for each worker, which bounds what is held in memory."""


class TaskReaders:
    """Reads jobs as tasks, in the place of a `WorkerPool`; a context manager, inside a flow or outside."""

    def __init__(self, settings: Settings, where: Where, *, scheduler: str = "") -> None:
        """Choose where; `scheduler` is the address of a Dask scheduler, without which Dask runs on this machine.

        Raises:
            ConfigError: Dask is wanted and not installed.
        """
        self._at_once = settings.workers
        self._limits = settings.read_seconds, settings.read_megabytes
        self._runner = _runner(where, settings.workers, scheduler)

    def __enter__(self) -> Self:
        self._runner.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.__exit__(kind, error, trace)
        _children(*self._limits).close()
        _children.cache_clear()

    def run(self, jobs: Iterable[ReadJob]) -> Iterator[tuple[int, Any]]:
        """Yield (index of the job, its ReadDocument or the IngestError that it ended with), in order."""
        left = iter(jobs)
        waiting: deque[PrefectFuture[bytes]] = deque()
        index = 0
        while True:
            while len(waiting) < self._at_once * AHEAD and (some := list(islice(left, PER_TASK))):
                waiting.append(self._submit(some))
            if not waiting:
                return
            for result in pickle.loads(waiting.popleft().result()):  # noqa: S301  written by our own task
                yield index, result
                index += 1

    def _submit(self, jobs: list[ReadJob]) -> PrefectFuture[bytes]:
        # Another process may stand in another folder. As bytes, so that Prefect does not look into each job.
        packed = pickle.dumps([replace(job, path=job.path.absolute()) for job in jobs])
        future: PrefectFuture[bytes] = self._runner.submit(
            read_documents, {"jobs": packed, "limits": self._limits}
        )
        return future


@task(name="read documents", cache_policy=NO_CACHE, persist_result=False)
def read_documents(jobs: bytes, limits: tuple[int, int]) -> bytes:
    """Read pickled jobs; return the pickled results, in order."""
    asked = pickle.loads(jobs)  # noqa: S301  written by our own flow
    found = dict(_children(*limits).run(asked))
    return pickle.dumps([found[index] for index in range(len(asked))])


@cache
def _children(cpu_seconds: int, megabytes: int) -> WorkerPool:
    """The reading processes of this process: each task that runs here at once takes one, or starts one."""
    return WorkerPool(TARGET, size=1, cpu_seconds=cpu_seconds, megabytes=megabytes)


def _runner(where: Where, at_once: int, scheduler: str) -> TaskRunner[Any]:
    if where == "threads":
        return ThreadPoolTaskRunner(max_workers=at_once)
    if where == "processes":
        return ProcessPoolTaskRunner(max_workers=at_once)
    try:
        from prefect_dask import DaskTaskRunner
    except ImportError as error:
        raise ConfigError("reading on Dask needs one more package: pip install 'ingest[dask]'") from error
    how = {"address": scheduler} if scheduler else {"cluster_kwargs": {"n_workers": at_once}}
    runner: TaskRunner[Any] = DaskTaskRunner(**how)
    return runner
