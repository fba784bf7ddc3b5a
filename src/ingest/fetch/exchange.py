"""What passes in one GET: the try with what it may still take, the redirects on its way, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

import httpx

from ingest.fetch.archive import Incoming
from ingest.fetch.journal import Hop
from ingest.fetch.wire import Meter


@dataclass(frozen=True, slots=True)
class Answer:
    """A response with its body; redirects are followed, 4xx other than 429 are not errors here."""

    status: int
    url: str
    headers: Mapping[str, str]
    charset: str | None
    """As the Content-Type header has it."""
    body: Incoming
    hops: tuple[Hop, ...]
    """The way here: redirects, and last the answer itself."""
    cut: str = ""
    """Why its body is only a part; empty where it is whole."""

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

    @classmethod
    def of(cls, owner: str, etag: str | None, last_modified: str | None) -> Condition | None:
        """Return the condition "unless it is still as it was then"; None where no mark of it can be sent."""
        marks = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in marks.items() if _is_sendable(value)}
        return cls(owner, headers) if headers else None


@dataclass(slots=True)
class Try:
    """One try of a request: where it has come to, and what it may still take."""

    url: str
    limit: int
    meter: Meter
    is_robots: bool
    body: Incoming
    hops: list[Hop] = field(default_factory=list)
    host: str = ""
    is_heard: bool = False
    """That host began to answer."""
    begun: Answer | None = None
    """The answer to which all redirects led, as far as its body has come."""
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)


def origin_of(url: httpx.URL) -> str:
    """Return scheme, host and port of an address."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def hop_of(response: httpx.Response) -> Hop:
    """Return one request and the head of its answer as the journal notes them."""
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


def _is_sendable(value: str | None) -> TypeGuard[str]:
    """Some servers send header values that no client may send back."""
    return value is not None and value.isascii() and value.isprintable()
