"""One event loop in a thread of its own, in which all fetching happens, for callers that are plain functions."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from ingest.errors import IngestError

T = TypeVar("T")


class Portal:
    """Runs coroutines for any number of threads, from `open` to `close`."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def open(self) -> None:
        """Start the thread."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fetching", daemon=True)
        self._thread.start()

    def close(self, last: Callable[[], Awaitable[None]]) -> None:
        """Stop what still runs, run `last`, and end the thread."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(_stop_all(last), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join()
        loop.close()

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what the coroutine returns; the calling thread waits.

        Raises:
            IngestError: the portal is not open, or was closed meanwhile.
        """
        with self._lock:
            if self._loop is None:
                work.close()
                raise IngestError("fetching was stopped")
            future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except concurrent.futures.CancelledError as error:
            raise IngestError("fetching was stopped") from error
        except BaseException:
            future.cancel()
            raise


async def _stop_all(last: Callable[[], Awaitable[None]]) -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await last()
    # In this loop's own thread: the caller's may be inside another loop.
    await asyncio.get_running_loop().shutdown_default_executor()
