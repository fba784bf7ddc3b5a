"""robots.txt as RFC 9309 has it: what is allowed where, and how fast."""

from __future__ import annotations

import threading
from collections.abc import Callable

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

    def __init__(self, agent: str, fetch: Callable[[str], bytes], timer: Callable[[], float]) -> None:
        self._agent = agent
        self._fetch = fetch
        self._timer = timer
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._rules: dict[str, tuple[float, Protego | FetchError]] = {}

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
            asked, rules = self._rules.get(origin, (0.0, None))
            if rules is None or self._timer() - asked > _KEPT_SECONDS:
                try:
                    rules = Protego.parse(_text(self._fetch(origin)))
                except FetchError as error:
                    rules = error
                self._rules[origin] = (self._timer(), rules)
        return rules


def _text(body: bytes) -> str:
    if len(body) >= ROBOTS_BYTES:
        # Half a line could allow or forbid far more than the whole one.
        body = body[: body.rfind(b"\n") + 1]
    return body.decode("utf-8-sig", "replace")
