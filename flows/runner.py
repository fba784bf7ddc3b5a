"""Calls the steps of a run as Prefect tasks: one per source or batch, with retries on transient errors."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import Any

from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task, exponential_backoff

from ingest.errors import IngestError, TransientError

RETRIES = 2
BACKOFF_SECONDS = 2.0


async def _is_transient(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    error = await state.aresult(raise_on_failure=False)
    return isinstance(error, TransientError)


class PrefectRunner:
    """A `Runner` of `ingest.pipeline` for use inside a flow."""

    def step(self, name: str, function: Callable[..., Any], *args: Any) -> Any:
        """Run the function as a task, here and now."""
        return self._task(name, partial(function, *args))()

    def each(
        self, name: str, function: Callable[..., Any], items: Sequence[Any]
    ) -> Generator[Any, None, None]:
        """Run one task per item at the same time; yield results, or the IngestError of each that failed."""
        tasks = [self._task(f"{name} {item.source_id}", partial(function, item)) for item in items]
        for future in [task.submit() for task in tasks]:
            result = future.result(raise_on_failure=False)
            if isinstance(result, Exception) and not isinstance(result, IngestError):
                raise result
            yield result

    def _task(self, name: str, call: Callable[[], Any]) -> Task[[], Any]:
        return Task(
            call,
            name=name,
            retries=RETRIES,
            retry_delay_seconds=exponential_backoff(backoff_factor=BACKOFF_SECONDS),
            retry_condition_fn=_is_transient,
            cache_policy=NO_CACHE,
            persist_result=False,
        )
