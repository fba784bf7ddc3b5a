"""robots.txt as RFC 9309 has it: what is allowed where, and how fast."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from protego import Protego

from ingest.errors import FetchError, RefusedError, TransientError
from ingest.fetch.robots_store import RobotsStore, RobotsText

ROBOTS_BYTES = 500 * 1024
"""RFC 9309 (2.5) asks for as much at least; what follows is not read."""
_KEPT = timedelta(hours=24)
"""RFC 9309 (2.4): a copy serves for a day."""


@dataclass(frozen=True, slots=True)
class _Rules:
    asked_at: datetime
    rules: Protego | FetchError


class Robots:
    """robots.txt of every site that is met, each asked for once a day, over all runs that share a `store`.

    A missing or forbidden robots.txt (any 4xx but 429) allows everything; a site that cannot answer for it
    (5xx, 429, no answer) forbids everything for now, also where an older copy would allow it. `fetch` gets an
    origin and what is kept of it, and returns what its robots.txt says now.
    """

    def __init__(
        self,
        agent: str,
        fetch: Callable[[str, RobotsText | None], Awaitable[RobotsText]],
        clock: Callable[[], datetime],
        store: RobotsStore,
    ) -> None:
        self._agent = agent
        self._fetch = fetch
        self._clock = clock
        self._store = store
        self._locks: dict[str, asyncio.Lock] = {}
        self._rules: dict[str, _Rules] = {}

    async def check(self, origin: str, url: str) -> float:
        """Return the crawl delay in seconds (0 where none is asked for).

        Raises:
            RefusedError: robots.txt forbids the address.
            TransientError: robots.txt could not be fetched.
        """
        rules = await self._rules_of(origin)
        if isinstance(rules, FetchError):
            raise TransientError(
                f"{url}: not fetched, because {origin}/robots.txt gave no answer: {rules}", was_asked=False
            )
        if not rules.can_fetch(url, self._agent):
            raise RefusedError(f"{url}: robots.txt of {origin} forbids it to {self._agent!r}")
        return float(rules.crawl_delay(self._agent) or 0)

    async def _rules_of(self, origin: str) -> Protego | FetchError:
        held = self._rules.get(origin)
        if held is None or not self._is_fresh(held.asked_at):
            async with self._locks.setdefault(origin, asyncio.Lock()):
                held = self._rules.get(origin)
                if held is None or not self._is_fresh(held.asked_at):
                    held = self._rules[origin] = await self._asked(origin)
        return held.rules

    async def _asked(self, origin: str) -> _Rules:
        kept = self._store.load(origin)
        if kept is None or not self._is_fresh(kept.fetched_at):
            try:
                kept = await self._fetch(origin, kept)
            except FetchError as error:
                return _Rules(self._clock(), error)
            self._store.save(kept)
        return _Rules(kept.fetched_at, Protego.parse(kept.text))

    def _is_fresh(self, asked_at: datetime) -> bool:
        return timedelta() <= self._clock() - asked_at <= _KEPT


def robots_text(body: bytes) -> str:
    """Return the text of a robots.txt, of a large one its whole lines."""
    if len(body) >= ROBOTS_BYTES:
        # Half a line could allow or forbid far more than the whole one.
        body = body[: body.rfind(b"\n") + 1]
    return body.decode("utf-8-sig", "replace")
