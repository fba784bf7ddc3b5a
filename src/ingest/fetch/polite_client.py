"""One polite GET: guard, robots.txt and the host's turn on every hop; retries with backoff; bounded answers."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore
import httpx
from httpx_retries import Retry

from ingest.errors import ConfigError, FetchError, TransientError
from ingest.fetch.archive import Incoming
from ingest.fetch.body import ACCEPT_ENCODING, HEADER_ROOM, check_headers, read_body, wire_room
from ingest.fetch.disguise import is_challenge
from ingest.fetch.exchange import Answer, Condition, Try, hop_of, origin_of
from ingest.fetch.guard import Guard
from ingest.fetch.hosts import LONGEST_WAIT, Hosts
from ingest.fetch.robots import ROBOTS_BYTES, Robots, robots_text
from ingest.fetch.robots_store import RobotsStore, RobotsText
from ingest.fetch.wire import GuardedTransport, Meter

MAX_REDIRECTS = 10
_TOTAL_TIMES = 10
"""One try, redirects included, may take this many times the timeout, however slowly the bytes drip in."""
_TRY_AGAIN = frozenset({429, 500, 502, 503, 504})
_FAULTS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.RemoteProtocolError,
    httpcore.ProxyError,
    httpx.DecodingError,
)


class PoliteClient:
    """One shared `httpx.AsyncClient` behind `guard`, `hosts` and `robots`; for the tasks of one event loop.

    `receive` gives what takes in a body, `robots` keeps robots.txt from run to run. Backoff is exponential with
    full jitter.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        contact: str,
        timeout: float,
        requests_per_second: float,
        max_bytes: int,
        retries: int,
        timer: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        proxy: str | None,
        guard: Guard,
        at_once: int,
        failures: int,
        receive: Callable[[], Incoming],
        clock: Callable[[], datetime],
        robots: RobotsStore,
    ) -> None:
        agent = f"{user_agent} (+{contact})" if contact else user_agent
        if not (agent.isascii() and agent.isprintable() and user_agent):
            raise ConfigError(f"user_agent or contact: {agent!r} cannot be sent; use plain ASCII on one line")
        self._interval = 1 / requests_per_second
        self._max_bytes = max_bytes
        self._total_seconds = timeout * _TOTAL_TIMES
        self._timer, self._sleep = timer, sleep
        self._guard, self._receive, self._clock = guard, receive, clock
        self._retry = Retry(
            total=retries,
            status_forcelist=_TRY_AGAIN,
            backoff_factor=1.0,
            backoff_jitter=1.0,
            max_backoff_wait=LONGEST_WAIT,
        )
        self._hosts = Hosts(timer, sleep, at_once=at_once, failures=failures)
        self._robots = Robots(re.split(r"[/\s]", user_agent, maxsplit=1)[0], self._robots_text, clock, robots)
        self._headers = {
            "User-Agent": agent,
            "Accept": "*/*",
            "Accept-Language": "en-GB,en;q=0.8",
            "Accept-Encoding": ACCEPT_ENCODING,
            "Connection": "keep-alive",
        }
        self._timeout = httpx.Timeout(timeout).as_dict()
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(guard, timer, proxy),
            # Cookies live for one chain of redirects (Try); nobody is followed from page to page.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=timeout,
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def get(self, url: str, condition: Condition | None = None, *, take_part: bool = False) -> Answer:
        """Return the answer to a GET; its body is to be kept or dropped.

        With `take_part`, a body that never arrives whole is returned as far as it came, which `Answer.cut` says.

        Raises:
            RefusedError: the guard, robots.txt or a size limit forbids it.
            TransientError: no usable answer after all tries, or the host is left alone.
            FetchError: the address or the answer is unusable.
        """
        return await self._get(url, condition, self._max_bytes, take_part=take_part)

    async def _get(
        self,
        url: str,
        condition: Condition | None,
        limit: int,
        *,
        take_part: bool = False,
        is_robots: bool = False,
    ) -> Answer:
        retry = self._retry
        while True:
            meter = Meter(url, self._timer() + self._total_seconds, HEADER_ROOM)
            attempt = Try(url, limit, meter, is_robots, self._receive())
            try:
                answer, problem = await self._attempt(attempt, condition)
            except BaseException:
                attempt.body.drop()
                raise
            if answer and not problem:
                self._hosts.answered(attempt.host)
                return answer
            wait = self._wait_before_next(retry, answer)
            is_late = self._timer() >= meter.deadline
            usual = self._hosts.retries(attempt.host, retry.total)
            if is_late or retry.attempts_made >= usual or wait > LONGEST_WAIT:
                failure = self._failure(attempt, problem, retry.attempts_made + 1, wait)
                part = attempt.begun
                if take_part and answer is None and part and part.status == HTTPStatus.OK and part.body.size:
                    return replace(part, cut=problem)
                attempt.body.drop()
                raise failure
            attempt.body.drop()
            self._hosts.pause(attempt.host, wait)
            await self._sleep(wait)
            retry = retry.increment()

    async def _attempt(self, attempt: Try, condition: Condition | None) -> tuple[Answer | None, str]:
        """Return what came of one try: an answer, and why it has to be tried again, or "" where it is usable."""
        try:
            answer = await self._once(attempt, condition)
        except (httpx.InvalidURL, UnicodeError) as error:
            # UnicodeError: a host name that cannot be encoded for a look-up (a label is too long).
            raise FetchError(f"{attempt.url[:200]!r}: not a usable address: {error}") from error
        except _FAULTS as error:
            if self._timer() >= attempt.meter.deadline:
                return None, f"not complete after {self._total_seconds:.0f} s; given up"
            return None, _words(error)
        except (httpx.HTTPError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
            raise FetchError(f"{attempt.url}: {_words(error)}") from error
        is_busy = self._retry.is_retryable_status_code(answer.status)
        if is_busy and not is_challenge(answer.headers, answer.body.whole()):
            return answer, f"HTTP {answer.status}"
        return answer, ""

    def _failure(self, attempt: Try, problem: str, tries: int, wait: float) -> TransientError:
        self._hosts.failed(attempt.host, problem, is_silent=not attempt.is_heard)
        later = ""
        if wait > LONGEST_WAIT:
            later = f"; it asks to come back in {wait:.0f} s"
            self._hosts.close(attempt.host, wait, f"it asked to come back in {wait:.0f} s")
        return TransientError(
            f"{attempt.url}: {problem} (tries: {tries}){later}; a later run tries again", wait=wait
        )

    @staticmethod
    def _wait_before_next(retry: Retry, answer: Answer | None) -> float:
        asked = answer.headers.get("retry-after", "") if answer else ""
        try:
            return max(retry.parse_retry_after(asked), retry.backoff_strategy())
        except (ValueError, OverflowError):
            return retry.backoff_strategy()

    async def _once(self, attempt: Try, condition: Condition | None) -> Answer:
        request = httpx.Request(
            "GET",
            attempt.url,
            headers=self._headers,
            extensions={"meter": attempt.meter, "timeout": self._timeout},
        )
        for _ in range(MAX_REDIRECTS + 1):
            answer = await self._hop(attempt, request, condition)
            if isinstance(answer, Answer):
                return answer
            request = answer
        raise FetchError(f"{attempt.url}: more than {MAX_REDIRECTS} redirects; correct the address")

    async def _hop(
        self, attempt: Try, request: httpx.Request, condition: Condition | None
    ) -> Answer | httpx.Request:
        """Send one request and return its answer, or the request to which that leads."""
        self._guard.check_url(request.url)
        attempt.host, attempt.is_heard = request.url.netloc.decode("ascii"), False
        self._hosts.check(attempt.host)
        origin = origin_of(request.url)
        delay = 0.0 if attempt.is_robots else await self._robots.check(origin, str(request.url))
        if condition:
            for name in condition.headers:
                request.headers.pop(name, None)
            if origin == origin_of(httpx.URL(condition.owner)):
                request.headers.update(condition.headers)
        async with self._hosts.turn(attempt.host, max(self._interval, delay)) as turn:
            attempt.meter.deadline += turn.waited
            attempt.meter.room = HEADER_ROOM
            response = await self._client.send(request, stream=True)
            turn.over()
            attempt.is_heard = True
            async with aclosing(response):
                check_headers(response)
                attempt.hops.append(hop_of(response))
                following = response.next_request
                if following is None:
                    attempt.meter.room = wire_room(attempt.limit)
                    attempt.begun = Answer(
                        response.status_code,
                        str(response.url),
                        response.headers,
                        response.charset_encoding,
                        attempt.body,
                        tuple(attempt.hops),
                    )
                    await read_body(response, attempt.limit, attempt.body.write, truncate=attempt.is_robots)
                    return attempt.begun
        if origin_of(following.url) == origin:
            attempt.cookies.extract_cookies(response)
            attempt.cookies.set_cookie_header(following)
        else:
            attempt.cookies.clear()
        return following

    async def _robots_text(self, origin: str, kept: RobotsText | None) -> RobotsText:
        condition = Condition.of(kept.url, kept.etag, kept.last_modified) if kept else None
        nothing = RobotsText(origin, self._clock(), "")
        try:
            answer = await self._get(f"{origin}/robots.txt", condition, ROBOTS_BYTES, is_robots=True)
        except TransientError:
            raise
        except FetchError:
            # An endless redirect, or one to where we do not go, is "unavailable" (RFC 9309, 2.3.1.2), like a 404.
            return nothing
        body = answer.body.whole()
        answer.body.drop()
        if answer.status >= 500 or answer.status == 429:
            raise TransientError(f"HTTP {answer.status}")
        if answer.status == HTTPStatus.NOT_MODIFIED and kept:
            return replace(kept, fetched_at=self._clock())
        if answer.status != HTTPStatus.OK:
            return nothing
        return RobotsText(
            origin,
            self._clock(),
            robots_text(body),
            answer.url,
            answer.headers.get("etag"),
            answer.headers.get("last-modified"),
        )


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
