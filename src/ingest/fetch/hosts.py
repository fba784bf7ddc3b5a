"""Manners towards each host: how often, how many at once, and when to leave it alone."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ingest.errors import TransientError

LONGEST_WAIT = 120.0
"""Seconds; a host that asks for more (Retry-After) is left for the next run."""
_LONGEST_TURN = 600.0
"""Seconds; a crawl delay and a queue that add up to more are left for the next run."""


@dataclass(slots=True)
class _Host:
    """What is known of one host in this run."""

    slots: threading.Semaphore
    next_turn: float = -math.inf
    failures: int = 0
    """In a row."""
    is_silent: bool = False
    """True where the last of them gave no answer at all."""
    closed_until: float = -math.inf
    reason: str = ""


class Hosts:
    """All hosts of a run; safe to use from several threads.

    `at_once` requests go to one host at a time; after `failures` requests in a row that gave no usable answer
    despite their retries, it is left alone for the rest of the run. `timer` counts seconds, `sleep` waits.
    """

    def __init__(
        self, timer: Callable[[], float], sleep: Callable[[float], None], *, at_once: int, failures: int
    ) -> None:
        self._timer, self._sleep = timer, sleep
        self._at_once, self._most_failures = at_once, failures
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    @contextmanager
    def turn(self, name: str, interval: float) -> Iterator[float]:
        """Hold one of the host's slots from the request's turn on; gives the seconds waited for the turn.

        Turns are `interval` seconds apart, over all threads.

        Raises:
            TransientError: the host is left alone, or the turn is too far off.
        """
        host = self._host(name)
        began = self._timer()
        with host.slots:
            self.check(name)
            with self._lock:
                now = self._timer()
                turn = max(now, host.next_turn)
                if turn - now > _LONGEST_TURN:
                    raise TransientError(
                        f"{name}: the next request is allowed in {turn - now:.0f} s; the next run goes on"
                    )
                host.next_turn = turn + interval
            if turn > now:
                self._sleep(turn - now)
            yield self._timer() - began

    def check(self, name: str) -> None:
        """Raise TransientError where the host is left alone."""
        host = self._host(name)
        if self._timer() < host.closed_until:
            raise TransientError(f"{name}: left alone for the rest of this run: {host.reason}")

    def retries(self, name: str, usual: int) -> int:
        """Return how many retries a request is worth: none while the host gave no answer at the last one."""
        return 0 if self._host(name).is_silent else usual

    def pause(self, name: str, seconds: float) -> None:
        """Put the host's next turn off: it asked all of us to wait."""
        host = self._host(name)
        with self._lock:
            host.next_turn = max(host.next_turn, self._timer() + seconds)

    def close(self, name: str, seconds: float, reason: str) -> None:
        """Leave the host alone for so long."""
        host = self._host(name)
        with self._lock:
            host.closed_until = max(host.closed_until, self._timer() + seconds)
            host.reason = reason

    def answered(self, name: str) -> None:
        """Note a usable answer."""
        host = self._host(name)
        with self._lock:
            host.failures, host.is_silent = 0, False

    def failed(self, name: str, problem: str, *, is_silent: bool) -> None:
        """Note a request that failed for good; the last straw closes the host."""
        host = self._host(name)
        with self._lock:
            host.failures += 1
            host.is_silent = is_silent
            if host.failures >= self._most_failures:
                host.closed_until = math.inf
                host.reason = f"{host.failures} requests in a row failed, the last with {problem}"

    def _host(self, name: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(name, _Host(threading.Semaphore(self._at_once)))
