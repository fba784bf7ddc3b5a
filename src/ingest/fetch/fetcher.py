"""The fetch room's front door, for callers that are plain functions: pages, items and local files."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from types import TracebackType

from ingest.errors import FetchError, IngestError
from ingest.fetch.archive import Archive
from ingest.fetch.client import Arrived, AsyncFetcher, Page
from ingest.fetch.guard import Guard
from ingest.fetch.journal import Fetch, Journal
from ingest.fetch.local import as_fetch, read_local
from ingest.fetch.polite_client import PoliteClient
from ingest.fetch.portal import Portal
from ingest.fetch.robots_store import RobotsStore
from ingest.model import Link, Validator

_TASKS = 8
"""Items of one call that wait for their turn at a time; `hosts` decides how many go out."""


class Fetcher:
    """Fetches politely and keeps what it fetches; a context manager, safe to use from several threads.

    Values come from the settings of the same names; `clock` gives aware times, `timer` counts seconds and
    never goes back, `retries` are tries after the first. `proxy` (http://host:port) answers for all hosts in
    place of the environment's proxies. `guard` judges where a request may go; `at_once` requests go to one host
    at a time, and after `failures` in a row that failed for good it is left alone. `journal` notes each fetch;
    `resumed` is what stopped runs left (`journal.stopped`), which is not asked for again.

    All requests of all threads are made by one client in one event loop, so that each host is spared whoever
    asks.
    """

    def __init__(
        self,
        archive: Archive,
        *,
        user_agent: str,
        contact: str,
        timeout: float,
        requests_per_second: float,
        max_bytes: int,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        timer: Callable[[], float] = time.monotonic,
        retries: int = 3,
        proxy: str | None = None,
        guard: Guard | None = None,
        at_once: int = 2,
        failures: int = 5,
        journal: Journal | None = None,
        resumed: Mapping[str, Fetch] | None = None,
    ) -> None:
        self._archive = archive
        self._clock = clock
        self._max_bytes = max_bytes
        self._journal = journal
        self._portal = Portal()
        self._http = PoliteClient(
            user_agent=user_agent,
            contact=contact,
            timeout=timeout,
            requests_per_second=requests_per_second,
            max_bytes=max_bytes,
            retries=retries,
            timer=timer,
            sleep=sleep,
            proxy=proxy,
            guard=guard or Guard(),
            at_once=at_once,
            failures=failures,
            receive=archive.receive,
            clock=clock,
            robots=RobotsStore(archive.root / "robots"),
        )
        self._async = AsyncFetcher(self._http, archive, journal, resumed or {}, clock)

    def __enter__(self) -> Fetcher:
        self._portal.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._portal.close(self._http.aclose)

    def page(self, url: str, validator: Validator | None = None) -> Page | None:
        """Return an announcement page, None where it is as `validator` has it.

        One that never arrives whole is returned as far as it came, with `cut` saying so.

        Raises:
            RefusedError: the guard or robots.txt forbids it, it is larger than allowed, or no document but
                something in its place (`disguise`) or an attack.
            TransientError: no usable answer after all tries.
            FetchError: there is nothing to be had (404, 410, other 4xx, endless redirects).
        """
        return self._portal.call(self._async.page(url, validator))

    def item(self, link: Link, validator: Validator | None = None) -> Arrived | None:
        """Return an announced item, None where it is as `validator` has it; its bytes are in the archive.

        The snapshot is None where the same bytes came, perhaps under new marks (a touched file, another
        ETag). A link with a path is read from there: the same size and modification time mean unchanged.
        Errors as for `page`, and those of `Archive.put`.
        """
        if link.path is not None:
            arrived = read_local(link, validator, self._archive, max_bytes=self._max_bytes, now=self._clock())
            if self._journal and arrived and arrived[0]:
                self._journal.note(as_fetch(arrived[0]))
            return arrived
        return self._portal.call(self._async.item(link, validator))

    def items(
        self,
        wanted: Sequence[tuple[Link, Validator | None]],
        told: Callable[[], None] = lambda: None,
    ) -> list[Arrived | FetchError | None]:
        """Return what `item` returns for each, or the FetchError that it ended with, in order; many at a time.

        `told` is called after each, in another thread.
        """
        return self._portal.call(self._items(wanted, told))

    def kept_page(self, validator: Validator) -> Page | None:
        """Return an announcement page as it was when `validator` was made, from the archive, if it is there.

        How the page's charset was declared is not known any more.
        """
        if validator.content_hash is None:
            return None
        try:
            body = self._archive.read(validator.content_hash)
        except IngestError:
            return None  # `archive verify` names it; a source must not fail for it in every run.
        return Page(validator.url, validator.final_url or validator.url, body, None, validator)

    async def _items(
        self, wanted: Sequence[tuple[Link, Validator | None]], told: Callable[[], None]
    ) -> list[Arrived | FetchError | None]:
        results: list[Arrived | FetchError | None] = [None] * len(wanted)
        todo = iter(enumerate(wanted))

        async def work() -> None:
            for index, (link, validator) in todo:
                try:
                    results[index] = await self._async.item(link, validator)
                except FetchError as error:
                    results[index] = error
                told()

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(_TASKS, len(wanted))):
                    group.create_task(work())
        except BaseExceptionGroup as errors:
            # A full disk stops them all; one of them says so.
            raise errors.exceptions[0] from None
        return results
