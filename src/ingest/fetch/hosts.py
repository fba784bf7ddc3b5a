"""Manners towards each host: how often, how many at once, and when to leave it alone."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from ingest.errors import TransientError

LONGEST_WAIT = 120.0
"""Seconds; a host that asks for more (Retry-After) is left for the next run."""
_LONGEST_TURN = 600.0
"""Seconds; a request that a crawl delay or a pause puts off for longer is left for the next run."""


@dataclass(slots=True)
class _Host:
    """What is known of one host in this run."""

    slots: asyncio.Semaphore
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held from a request's turn on until the host begins to answer it."""
    next_turn: float = -math.inf
    paused_until: float = -math.inf
    failures: int = 0
    """In a row."""
    is_silent: bool = False
    """True where the last of them was not answered at all, not even with half of something."""
    closed_until: float = -math.inf
    reason: str = ""


class Turn:
    """A request's turn at a host, which holds back the next one until the host begins to answer."""

    def __init__(self, host: _Host, timer: Callable[[], float], interval: float, waited: float) -> None:
        self._host, self._timer, self._interval = host, timer, interval
        self.waited = waited
        """Seconds from asking for the turn to having it."""
        self._is_over = False

    def over(self) -> None:
        """Note that the host answers, or will not: from now on the interval counts. Safe to call twice."""
        if not self._is_over:
            self._is_over = True
            self._host.next_turn = max(self._host.next_turn, self._timer()) + self._interval
            self._host.gate.release()


class Hosts:
    """All hosts of a run; for the tasks of one event loop.

    `at_once` answers of one host arrive at a time; after `failures` requests in a row that gave no usable answer
    despite their retries, it is left alone for the rest of the run. `timer` counts seconds, `sleep` waits.
    """

    def __init__(
        self,
        timer: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        *,
        at_once: int,
        failures: int,
    ) -> None:
        self._timer, self._sleep = timer, sleep
        self._at_once, self._most_failures = at_once, failures
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, name: str, interval: float) -> AsyncIterator[Turn]:
        """Hold one of the host's slots from the request's turn on; the caller says when that is `over`.

        The next turn, of whatever task, comes `interval` seconds after that. The host had the request before it
        answered, so that it never sees two requests closer to each other than the interval, however late one of
        them went out or how long it took to connect.

        Raises:
            TransientError: the host is left alone, or the turn is too far off.
        """
        host = self._host(name)
        began = self._timer()
        async with host.slots:
            await host.gate.acquire()
            try:
                await self._wait(name, host)
            except BaseException:
                host.gate.release()
                raise
            turn = Turn(host, self._timer, interval, self._timer() - began)
            try:
                yield turn
            finally:
                turn.over()

    async def _wait(self, name: str, host: _Host) -> None:
        self.check(name)
        now = self._timer()
        turn = max(now, host.next_turn, host.paused_until)
        if turn - now > _LONGEST_TURN:
            raise TransientError(
                f"{name}: the next request is allowed in {turn - now:.0f} s; the next run goes on",
                was_asked=False,
            )
        if turn > now:
            await self._sleep(turn - now)
        while host.paused_until > turn:
            # Meanwhile another answer asked all of us to wait.
            longer, turn = host.paused_until - turn, host.paused_until
            await self._sleep(longer)
        self.check(name)
        host.next_turn = turn

    def check(self, name: str) -> None:
        """Raise TransientError where the host is left alone."""
        host = self._host(name)
        if self._timer() < host.closed_until:
            raise TransientError(
                f"{name}: left alone for the rest of this run: {host.reason}", was_asked=False
            )

    def retries(self, name: str, usual: int) -> int:
        """Return how many retries a request is worth: none while the host gave no answer at the last one."""
        return 0 if self._host(name).is_silent else usual

    def pause(self, name: str, seconds: float) -> None:
        """Put all of the host's turns off: it asked us to wait."""
        host = self._host(name)
        host.paused_until = max(host.paused_until, self._timer() + seconds)

    def close(self, name: str, seconds: float, reason: str) -> None:
        """Leave the host alone for so long."""
        host = self._host(name)
        host.closed_until = max(host.closed_until, self._timer() + seconds)
        host.reason = reason

    def answered(self, name: str) -> None:
        """Note a usable answer."""
        host = self._host(name)
        host.failures, host.is_silent = 0, False

    def failed(self, name: str, problem: str, *, is_silent: bool) -> None:
        """Note a request that failed for good; the last straw closes the host."""
        host = self._host(name)
        host.failures += 1
        host.is_silent = is_silent
        if host.failures >= self._most_failures:
            host.closed_until = math.inf
            host.reason = f"{host.failures} requests in a row failed, the last with {problem}"

    def _host(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host(asyncio.Semaphore(self._at_once))
        return host
