"""Calling the steps of a run plainly: retries on transient errors, sources side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ingest.errors import IngestError, TransientError

AT_ONCE = 64
"""Sources asked at the same time; their threads only wait, and each host still gets its own pace."""


class PlainRunner:
    """Runs steps in this process; waits `backoff` seconds before the first retry, twice as long each time."""

    def __init__(
        self, *, retries: int = 2, backoff: float = 2.0, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._retries = retries
        self._backoff = backoff
        self._sleep = sleep

    def step(self, name: str, function: Callable[..., Any], *args: Any) -> Any:
        """Return what the function returns; a TransientError is tried again."""
        for attempt in range(self._retries + 1):
            try:
                return function(*args)
            except TransientError:
                if attempt == self._retries:
                    raise
                self._sleep(self._backoff * 2**attempt)
        raise AssertionError

    def each(
        self, name: str, function: Callable[..., Any], items: Sequence[Any]
    ) -> Generator[Any, None, None]:
        """Yield the result of each item, or the IngestError that it ended with, in order."""

        def call(item: Any) -> Any:
            try:
                return self.step(name, function, item)
            except IngestError as error:
                return error

        if len(items) < 2:
            yield from map(call, items)
            return
        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            yield from pool.map(call, items)
        finally:
            # Whoever stops early (Ctrl-C) does not wait for the sources that are still being asked.
            pool.shutdown(wait=False, cancel_futures=True)
