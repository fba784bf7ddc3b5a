"""Manners towards one host: not too often (rate, crawl delay), and only where robots.txt allows."""

from __future__ import annotations

import threading
from collections.abc import Callable

from protego import Protego

from ingest.errors import FetchError, RefusedError, TransientError


class RateLimit:
    """Gives each host's requests their turns, `interval` seconds apart, over all threads.

    `timer` counts seconds and never goes back; `sleep` waits.
    """

    def __init__(self, timer: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._timer = timer
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}

    def wait(self, host: str, interval: float) -> None:
        """Return when it is this request's turn."""
        with self._lock:
            now = self._timer()
            turn = max(now, self._next.get(host, now))
            self._next[host] = turn + interval
        if turn > now:
            self._sleep(turn - now)


class Robots:
    """robots.txt of every host that a run meets, each asked for once (RFC 9309).

    A missing or forbidden robots.txt allows everything; a host that cannot answer for it forbids everything
    for now. `fetch` turns an origin into the text of its robots.txt, "" where there is none.
    """

    def __init__(self, agent: str, fetch: Callable[[str], str]) -> None:
        self._agent = agent
        self._fetch = fetch
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._rules: dict[str, Protego | FetchError] = {}

    def check(self, origin: str, url: str) -> float:
        """Return the crawl delay in seconds (0 where none is asked for).

        Raises:
            RefusedError: robots.txt forbids the address.
            TransientError: robots.txt could not be fetched.
        """
        rules = self._rules_of(origin)
        if isinstance(rules, FetchError):
            raise TransientError(f"{url}: not fetched, because {origin}/robots.txt gave no answer: {rules}")
        if not rules.can_fetch(url, self._agent):
            raise RefusedError(f"{url}: robots.txt of {origin} forbids it to {self._agent!r}")
        return float(rules.crawl_delay(self._agent) or 0)

    def _rules_of(self, origin: str) -> Protego | FetchError:
        with self._lock:
            lock = self._locks.setdefault(origin, threading.Lock())
        with lock:
            rules = self._rules.get(origin)
            if rules is None:
                try:
                    rules = Protego.parse(self._fetch(origin))
                except FetchError as error:
                    rules = error
                self._rules[origin] = rules
        return rules
