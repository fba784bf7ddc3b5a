"""robots.txt as RFC 9309 has it: what is allowed where, and how fast."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from protego import Protego

from ingest.errors import FetchError, RefusedError, TransientError

ROBOTS_BYTES = 500 * 1024
"""RFC 9309 (2.5) asks for as much at least; what follows is not read."""
_KEPT_SECONDS = 24 * 3600.0
"""RFC 9309 (2.4): a copy serves for a day."""


class Robots:
    """robots.txt of every host that a run meets, each asked for once a day.

    A missing or forbidden robots.txt (any 4xx but 429) allows everything; a host that cannot answer for it
    (5xx, 429, no answer) forbids everything for now. `fetch` turns an origin into the bytes of its
    robots.txt, b"" where there is none; `timer` counts seconds.
    """

    def __init__(
        self, agent: str, fetch: Callable[[str], Awaitable[bytes]], timer: Callable[[], float]
    ) -> None:
        self._agent = agent
        self._fetch = fetch
        self._timer = timer
        self._locks: dict[str, asyncio.Lock] = {}
        self._rules: dict[str, tuple[float, Protego | FetchError]] = {}

    async def check(self, origin: str, url: str) -> float:
        """Return the crawl delay in seconds (0 where none is asked for).

        Raises:
            RefusedError: robots.txt forbids the address.
            TransientError: robots.txt could not be fetched.
        """
        rules = await self._rules_of(origin)
        if isinstance(rules, FetchError):
            raise TransientError(f"{url}: not fetched, because {origin}/robots.txt gave no answer: {rules}")
        if not rules.can_fetch(url, self._agent):
            raise RefusedError(f"{url}: robots.txt of {origin} forbids it to {self._agent!r}")
        return float(rules.crawl_delay(self._agent) or 0)

    async def _rules_of(self, origin: str) -> Protego | FetchError:
        held = self._fresh(origin)
        if held is not None:
            return held
        async with self._locks.setdefault(origin, asyncio.Lock()):
            held = self._fresh(origin)
            if held is None:
                try:
                    held = Protego.parse(_text(await self._fetch(origin)))
                except FetchError as error:
                    held = error
                self._rules[origin] = (self._timer(), held)
        return held

    def _fresh(self, origin: str) -> Protego | FetchError | None:
        asked, rules = self._rules.get(origin, (0.0, None))
        return None if rules is None or self._timer() - asked > _KEPT_SECONDS else rules


def _text(body: bytes) -> str:
    if len(body) >= ROBOTS_BYTES:
        # Half a line could allow or forbid far more than the whole one.
        body = body[: body.rfind(b"\n") + 1]
    return body.decode("utf-8-sig", "replace")
