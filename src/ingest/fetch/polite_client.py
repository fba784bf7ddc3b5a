"""One polite GET: guard, robots.txt and the host's turn on every hop; retries with backoff; bounded answers."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore
import httpx
from httpx_retries import Retry

from ingest.errors import ConfigError, FetchError, TransientError
from ingest.fetch.archive import Incoming
from ingest.fetch.body import ACCEPT_ENCODING, HEADER_ROOM, check_headers, read_body, wire_room
from ingest.fetch.disguise import is_challenge
from ingest.fetch.guard import Guard
from ingest.fetch.hosts import LONGEST_WAIT, Hosts
from ingest.fetch.journal import Hop
from ingest.fetch.robots import ROBOTS_BYTES, Robots
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


@dataclass(frozen=True, slots=True)
class Answer:
    """A response with its whole body; redirects are followed, 4xx other than 429 are not errors here."""

    status: int
    url: str
    headers: Mapping[str, str]
    charset: str | None
    """As the Content-Type header has it."""
    body: Incoming
    hops: tuple[Hop, ...]
    """The way here: redirects, and last the answer itself."""

    @property
    def moved_to(self) -> str | None:
        """Where the address moved for good: as far as permanent redirects lead; None where it did not."""
        target = None
        for hop, following in zip(self.hops, self.hops[1:], strict=False):
            if hop.status not in (301, 308):
                break
            target = following.url
        return target


@dataclass(frozen=True, slots=True)
class Condition:
    """Headers of a conditional request, and the address whose server gave their values: no other gets them."""

    owner: str
    headers: Mapping[str, str]


@dataclass(slots=True)
class _Try:
    """One try of a request: where it has come to, and what it may still take."""

    url: str
    limit: int
    meter: Meter
    is_robots: bool
    body: Incoming
    hops: list[Hop] = field(default_factory=list)
    host: str = ""
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)


class PoliteClient:
    """One shared `httpx.AsyncClient` behind `guard`, `hosts` and `robots`; for the tasks of one event loop.

    `receive` gives what takes in a body. Backoff is exponential with full jitter.
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
    ) -> None:
        agent = f"{user_agent} (+{contact})" if contact else user_agent
        if not (agent.isascii() and agent.isprintable() and user_agent):
            raise ConfigError(f"user_agent or contact: {agent!r} cannot be sent; use plain ASCII on one line")
        self._interval = 1 / requests_per_second
        self._max_bytes = max_bytes
        self._total_seconds = timeout * _TOTAL_TIMES
        self._timer, self._sleep = timer, sleep
        self._guard, self._receive = guard, receive
        self._retry = Retry(
            total=retries,
            status_forcelist=_TRY_AGAIN,
            backoff_factor=1.0,
            backoff_jitter=1.0,
            max_backoff_wait=LONGEST_WAIT,
        )
        self._hosts = Hosts(timer, sleep, at_once=at_once, failures=failures)
        self._robots = Robots(re.split(r"[/\s]", user_agent, maxsplit=1)[0], self._robots_bytes, timer)
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
            # Cookies live for one chain of redirects (_Try); nobody is followed from page to page.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=timeout,
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def get(self, url: str, condition: Condition | None = None) -> Answer:
        """Return the answer to a GET; its body is to be kept or dropped.

        Raises:
            RefusedError: the guard, robots.txt or a size limit forbids it.
            TransientError: no usable answer after all tries, or the host is left alone.
            FetchError: the address or the answer is unusable.
        """
        return await self._get(url, condition, self._max_bytes, is_robots=False)

    async def _get(self, url: str, condition: Condition | None, limit: int, *, is_robots: bool) -> Answer:
        retry = self._retry
        while True:
            meter = Meter(url, self._timer() + self._total_seconds, HEADER_ROOM)
            attempt = _Try(url, limit, meter, is_robots, self._receive())
            answer: Answer | None = None
            is_late = is_usable = False
            try:
                answer = await self._once(attempt, condition)
                is_usable = not retry.is_retryable_status_code(answer.status) or (
                    is_challenge(answer.headers, answer.body.whole())
                )
                if is_usable:
                    self._hosts.answered(attempt.host)
                    return answer
                problem = f"HTTP {answer.status}"
            except (httpx.InvalidURL, UnicodeError) as error:
                # UnicodeError: a host name that cannot be encoded for a look-up (a label is too long).
                raise FetchError(f"{url[:200]!r}: not a usable address: {error}") from error
            except _FAULTS as error:
                is_late = self._timer() >= attempt.meter.deadline
                problem = _words(error)
                if is_late:
                    problem = f"not complete after {self._total_seconds:.0f} s; given up"
            except (httpx.HTTPError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
                raise FetchError(f"{url}: {_words(error)}") from error
            finally:
                if not is_usable:
                    attempt.body.drop()
            wait = self._wait_before_next(retry, answer)
            usual = self._hosts.retries(attempt.host, retry.total)
            if is_late or retry.attempts_made >= usual or wait > LONGEST_WAIT:
                raise self._failure(attempt, problem, retry.attempts_made + 1, wait, answer)
            self._hosts.pause(attempt.host, wait)
            await self._sleep(wait)
            retry = retry.increment()

    def _failure(
        self, attempt: _Try, problem: str, tries: int, wait: float, answer: Answer | None
    ) -> TransientError:
        self._hosts.failed(attempt.host, problem, is_silent=answer is None)
        later = ""
        if wait > LONGEST_WAIT:
            later = f"; it asks to come back in {wait:.0f} s"
            self._hosts.close(attempt.host, wait, f"it asked to come back in {wait:.0f} s")
        return TransientError(f"{attempt.url}: {problem} (tries: {tries}){later}; the next run tries again")

    @staticmethod
    def _wait_before_next(retry: Retry, answer: Answer | None) -> float:
        asked = answer.headers.get("retry-after", "") if answer else ""
        try:
            return max(retry.parse_retry_after(asked), retry.backoff_strategy())
        except (ValueError, OverflowError):
            return retry.backoff_strategy()

    async def _once(self, attempt: _Try, condition: Condition | None) -> Answer:
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
        self, attempt: _Try, request: httpx.Request, condition: Condition | None
    ) -> Answer | httpx.Request:
        """Send one request and return its answer, or the request to which that leads."""
        self._guard.check_url(request.url)
        attempt.host = request.url.netloc.decode("ascii")
        self._hosts.check(attempt.host)
        origin = _origin(request.url)
        delay = 0.0 if attempt.is_robots else await self._robots.check(origin, str(request.url))
        if condition:
            for name in condition.headers:
                request.headers.pop(name, None)
            if origin == _origin(httpx.URL(condition.owner)):
                request.headers.update(condition.headers)
        async with self._hosts.turn(attempt.host, max(self._interval, delay)) as waited:
            attempt.meter.deadline += waited
            attempt.meter.room = HEADER_ROOM
            response = await self._client.send(request, stream=True)
            async with aclosing(response):
                check_headers(response)
                attempt.hops.append(_hop_of(response))
                following = response.next_request
                if following is None:
                    attempt.meter.room = wire_room(attempt.limit)
                    await read_body(response, attempt.limit, attempt.body.write, truncate=attempt.is_robots)
                    return Answer(
                        response.status_code,
                        str(response.url),
                        response.headers,
                        response.charset_encoding,
                        attempt.body,
                        tuple(attempt.hops),
                    )
        if _origin(following.url) == origin:
            attempt.cookies.extract_cookies(response)
            attempt.cookies.set_cookie_header(following)
        else:
            attempt.cookies.clear()
        return following

    async def _robots_bytes(self, origin: str) -> bytes:
        try:
            answer = await self._get(f"{origin}/robots.txt", None, ROBOTS_BYTES, is_robots=True)
        except TransientError:
            raise
        except FetchError:
            # An endless redirect, or one to where we do not go, is "unavailable" (RFC 9309, 2.3.1.2), like a 404.
            return b""
        if answer.status >= 500 or answer.status == 429:
            raise TransientError(f"HTTP {answer.status}")
        return answer.body.whole() if answer.status == 200 else b""


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def _hop_of(response: httpx.Response) -> Hop:
    return Hop(
        str(response.url),
        response.status_code,
        response.http_version,
        response.reason_phrase,
        _pairs(response.request.headers),
        _pairs(response.headers),
    )


def _pairs(headers: httpx.Headers) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
