"""Calls the steps of a run as Prefect tasks: one per source or batch, with retries on transient errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun
from prefect.states import State
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
        return self._task(name, lambda: function(*args))()

    def each(self, name: str, function: Callable[..., Any], items: Sequence[Any]) -> list[Any]:
        """Run one task per item at the same time; return results, or the IngestError of each that failed."""
        futures = [
            self._task(f"{name} {getattr(item, 'source_id', '')}", lambda item=item: function(item)).submit()
            for item in items
        ]
        results = []
        for future in futures:
            result = future.result(raise_on_failure=False)
            if isinstance(result, Exception) and not isinstance(result, IngestError):
                raise result
            results.append(result)
        return results

    def _task(self, name: str, call: Callable[[], Any]) -> Task[[], Any]:
        return task(
            call,
            name=name,
            retries=RETRIES,
            retry_delay_seconds=exponential_backoff(backoff_factor=BACKOFF_SECONDS),
            retry_condition_fn=_is_transient,  # type: ignore[arg-type]
            cache_policy=NO_CACHE,
            persist_result=False,
        )
