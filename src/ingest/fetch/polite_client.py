"""One polite GET: scheme, robots.txt and rate on every hop; retries with backoff; a bounded body."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType

import httpx
from httpx_retries import Retry

from ingest.errors import ConfigError, FetchError, RefusedError, TransientError
from ingest.fetch.polite import RateLimit, Robots

MAX_REDIRECTS = 10
_LONGEST_WAIT = 120.0
"""Seconds; a host that asks for more (Retry-After) is left for the next run."""
_BODY_TIMES = 10
"""A body may take this many times the request's timeout, so that a dripping server cannot hold a run."""
_ROBOTS_BYTES = 512_000
"""RFC 9309 asks for 500 KiB at least; the rest is not read."""
_TRY_AGAIN = frozenset({429, 500, 502, 503, 504})
_FAULTS = (
    httpx.TimeoutException,
    httpx.NetworkError,
    httpx.RemoteProtocolError,
    httpx.ProxyError,
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
    body: bytes


class PoliteClient:
    """A shared `httpx.Client` behind the manners of `polite`; safe to use from several threads."""

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
        sleep: Callable[[float], None],
        proxy: str | None,
    ) -> None:
        agent = f"{user_agent} (+{contact})" if contact else user_agent
        if not (agent.isascii() and agent.isprintable() and user_agent):
            raise ConfigError(f"user_agent or contact: {agent!r} cannot be sent; use plain ASCII on one line")
        self._interval = 1 / requests_per_second
        self._max_bytes = max_bytes
        self._body_seconds = timeout * _BODY_TIMES
        self._timer, self._sleep = timer, sleep
        self._retry = Retry(
            total=retries,
            status_forcelist=_TRY_AGAIN,
            retry_on_exceptions=_FAULTS,
            backoff_factor=1.0,
            backoff_jitter=0.5,
            max_backoff_wait=_LONGEST_WAIT,
        )
        self._rate = RateLimit(timer, sleep)
        self._robots = Robots(re.split(r"[/\s]", user_agent, maxsplit=1)[0], self._robots_text)
        self._client = httpx.Client(
            headers={"User-Agent": agent, "Accept-Language": "en-GB,en;q=0.8"},
            timeout=timeout,
            proxy=proxy,
            # A proxy of the environment serves the web; this machine's own servers are asked directly.
            mounts={"all://127.0.0.1": None, "all://localhost": None},
        )

    def __enter__(self) -> PoliteClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        """Return the answer to a GET.

        Raises:
            RefusedError: not http(s), forbidden by robots.txt, or larger than allowed.
            TransientError: no usable answer after all tries.
            FetchError: the address or the answer is unusable.
        """
        return self._get(url, headers, self._max_bytes, robots=False)

    def _get(self, url: str, headers: Mapping[str, str], limit: int, *, robots: bool) -> Answer:
        retry = self._retry
        while True:
            answer: Answer | None = None
            try:
                answer = self._once(url, headers, limit, robots=robots)
                if not retry.is_retryable_status_code(answer.status):
                    return answer
                problem = f"HTTP {answer.status}"
            except (httpx.InvalidURL, UnicodeError) as error:
                # UnicodeError: a host name that cannot be encoded for a look-up (a label is too long).
                raise FetchError(f"{url!r}: not a usable address: {error}") from error
            except httpx.HTTPError as error:
                problem = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
                if not retry.is_retryable_exception(error):
                    raise FetchError(f"{url}: {problem}") from error
            wait = self._wait_before_next(retry, answer)
            if retry.is_exhausted() or wait > _LONGEST_WAIT:
                tries = retry.attempts_made + 1
                later = f"; it asks to come back in {wait:.0f} s" if wait > _LONGEST_WAIT else ""
                raise TransientError(f"{url}: {problem} (tries: {tries}){later}; the next run tries again")
            self._sleep(wait)
            retry = retry.increment()

    def _wait_before_next(self, retry: Retry, answer: Answer | None) -> float:
        asked = answer.headers.get("retry-after", "") if answer else ""
        try:
            return max(retry.parse_retry_after(asked), retry.backoff_strategy())
        except ValueError:
            return retry.backoff_strategy()

    def _once(self, url: str, headers: Mapping[str, str], limit: int, *, robots: bool) -> Answer:
        request = self._client.build_request("GET", url, headers=headers)
        for _ in range(MAX_REDIRECTS + 1):
            self._gate(request, robots=robots)
            response = self._client.send(request, stream=True)
            try:
                if response.next_request is None:
                    body = self._body(response, limit, truncate=robots)
                    return Answer(
                        response.status_code,
                        str(response.url),
                        response.headers,
                        response.charset_encoding,
                        body,
                    )
                request = response.next_request
            finally:
                response.close()
        raise FetchError(f"{url}: more than {MAX_REDIRECTS} redirects; correct the address")

    def _body(self, response: httpx.Response, limit: int, *, truncate: bool) -> bytes:
        too_large = f"{response.url}: larger than {limit:,} bytes; raise max_bytes to fetch it"
        declared = response.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > limit and not truncate:
            raise RefusedError(too_large)
        deadline = self._timer() + self._body_seconds
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > limit:
                if truncate:
                    return bytes(body[:limit])
                raise RefusedError(too_large)
            if self._timer() > deadline:
                raise TransientError(
                    f"{response.url}: still sending after {self._body_seconds:.0f} s; given up"
                )
        return bytes(body)

    def _gate(self, request: httpx.Request, *, robots: bool) -> None:
        """Let a request pass when robots.txt allows it and its turn has come; each redirect's as well."""
        if request.url.scheme not in ("http", "https") or not request.url.host:
            raise RefusedError(f"{request.url}: only http and https addresses are fetched")
        host = request.url.netloc.decode("ascii")
        delay = 0.0 if robots else self._robots.check(f"{request.url.scheme}://{host}", str(request.url))
        self._rate.wait(host, max(self._interval, delay))

    def _robots_text(self, origin: str) -> str:
        try:
            answer = self._get(f"{origin}/robots.txt", {}, _ROBOTS_BYTES, robots=True)
        except TransientError:
            raise
        except FetchError:
            # An endless redirect is "unavailable" (RFC 9309, 2.3.1.2), like a 404.
            return ""
        if answer.status >= 500:
            raise TransientError(f"HTTP {answer.status}")
        return answer.body.decode("utf-8", "replace") if answer.status == 200 else ""
