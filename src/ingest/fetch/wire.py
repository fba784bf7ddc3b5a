"""Connections that go only where the guard lets them, and end in time: httpcore's, each read metered.

The name is resolved once, judged, and connected to by its address; Host header, SNI and certificate check
keep the name. A proxy that the user set is reached unjudged, because it was meant; behind it the proxy
resolves names, so that there only the address as written is judged.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from ssl import SSLContext
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from ingest.errors import ConfigError, RefusedError
from ingest.fetch.guard import Guard
from ingest.place import masked

_OWN_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})
_PER_ORIGIN = 10
"""Connections to one origin at most; how many requests go there at a time is for `hosts` to say."""


@dataclass(slots=True)
class Meter:
    """What one exchange may still take; it goes along as `request.extensions["meter"]`."""

    url: str
    deadline: float
    """On the transport's timer."""
    room: int
    """Bytes that may still arrive."""


_METER: ContextVar[Meter] = ContextVar("meter")
"""The meter of the request that this task sends."""


class GuardedTransport(httpx.AsyncBaseTransport):
    """`httpx`'s way to the network, HTTP/1.1 and HTTP/2; for the tasks of one event loop.

    `proxy` answers for all hosts in place of the environment's proxies; this machine's own servers are asked
    directly. Errors on the way are httpcore's, RefusedError, and ConfigError for an unusable proxy. `timer`
    counts seconds. Each origin has a pool of its own: httpcore looks through all connections of a pool for
    every request, which costs more than the request itself where many hosts share one.
    """

    def __init__(self, guard: Guard, timer: Callable[[], float], proxy: str | None) -> None:
        self._guard, self._timer = guard, timer
        self._tls = httpx.create_ssl_context()
        self._proxies: dict[str, str] = {"all": proxy} if proxy else getproxies()
        self._bypass = (lambda host: False) if proxy else proxy_bypass
        self._pools: dict[tuple[str, bytes, bytes], httpcore.AsyncConnectionPool] = {}
        if proxy:
            _usable_proxy(proxy)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request on; its body is read later, by the same task."""
        _METER.set(request.extensions["meter"])
        url = request.url
        answer = await self._route(url).handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions
        )

    async def aclose(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            await pool.aclose()

    def _route(self, url: httpx.URL) -> httpcore.AsyncConnectionPool:
        proxy = self._proxies.get(url.scheme) or self._proxies.get("all") or ""
        if url.host in _OWN_MACHINE or (proxy and self._bypass(url.host)):
            proxy = ""
        key = (proxy, url.raw_scheme, url.netloc)
        pool = self._pools.get(key)
        if pool is None:
            pool = self._pools[key] = self._pool(proxy)
        return pool

    def _pool(self, proxy_url: str) -> httpcore.AsyncConnectionPool:
        limits: dict[str, Any] = {"max_connections": _PER_ORIGIN, "keepalive_expiry": 5, "http2": True}
        if not proxy_url:
            return httpcore.AsyncConnectionPool(
                self._tls, network_backend=_Backend(self._guard, self._timer, None), **limits
            )
        # An unusable proxy of the environment is told when it is needed: a run over a folder needs none.
        proxy = _usable_proxy(proxy_url)
        return httpcore.AsyncHTTPProxy(
            httpcore.URL(
                scheme=proxy.url.raw_scheme, host=proxy.url.raw_host, port=proxy.url.port, target=b"/"
            ),
            proxy_auth=proxy.raw_auth,
            ssl_context=self._tls,
            network_backend=_Backend(self._guard, self._timer, proxy.url.host),
            **limits,
        )


def _usable_proxy(address: str) -> httpx.Proxy:
    whole = address if "://" in address else f"http://{address}"
    try:
        proxy = httpx.Proxy(whole)
        if proxy.url.scheme not in ("http", "https"):
            raise ValueError("only http and https proxies are used")
    except (ValueError, httpx.InvalidURL) as error:
        raise ConfigError(
            f"proxy {masked(whole)!r}: {error}; write it as http://host:port (proxy or *_PROXY)"
        ) from error
    return proxy


class _Body(httpx.AsyncByteStream):
    """A response's bytes as they come; a connection on which more came is not used again."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for piece in self._response.aiter_stream():
            size += len(piece)
            yield piece
        stream = self._response.extensions["network_stream"]
        if isinstance(stream, _Stream) and not stream.is_shared and self._is_surplus(stream, size):
            await stream.aclose()

    async def aclose(self) -> None:
        await self._response.aclose()

    def _is_surplus(self, stream: _Stream, size: int) -> bool:
        """Return whether the server seems to have sent more than this one answer, as it declared it.

        What came too much would be taken for the answer to the next request.
        """
        headers = self._response.headers
        if any(name.lower() == b"transfer-encoding" for name, _ in headers):
            return stream.tail != b"0\r\n\r\n"
        reason: bytes = self._response.extensions["reason_phrase"]
        head = len(b"HTTP/1.1 200 \r\n\r\n") + len(reason) + sum(len(n) + len(v) + 4 for n, v in headers)
        return stream.arrived != head + size


class _Backend(httpcore.AsyncNetworkBackend):
    """Makes the connections: by address, judged; the proxy's by its name."""

    def __init__(self, guard: Guard, timer: Callable[[], float], proxy_host: str | None) -> None:
        self._guard, self._timer, self._proxy_host = guard, timer, proxy_host
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        if self._proxy_host is not None:
            addresses = [self._proxy_host]
        else:
            try:
                async with asyncio.timeout(self.time_left(timeout)):
                    addresses = await asyncio.to_thread(self._guard.addresses, host, port)
            except TimeoutError as error:
                raise httpcore.ConnectTimeout(f"{host}: its address was not found in time") from error
            except OSError as error:
                raise httpcore.ConnectError(f"{host}: {error.strerror or error}") from error
        failure: Exception = httpcore.ConnectError(f"{host}: no address answers")
        for address in addresses:
            try:
                stream = await self._plain.connect_tcp(
                    address, port, self.time_left(timeout), local_address, socket_options
                )
                return _Stream(stream, self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def time_left(self, timeout: float | None) -> float:
        """Return how long one step may take, in seconds."""
        left = float(_METER.get().deadline - self._timer())
        if left <= 0:
            raise httpcore.ReadTimeout("out of time")
        return left if timeout is None else min(timeout, left)

    def count(self, size: int) -> None:
        """Note that so many bytes arrived."""
        meter = _METER.get()
        meter.room -= size
        if meter.room < 0:
            raise RefusedError(
                f"{meter.url}: sends far more bytes than its headers or body may have; given up"
            )


class _Stream(httpcore.AsyncNetworkStream):
    """A connection whose every read is timed against the deadline and, in HTTP/1.1, counted.

    Over HTTP/2 one request's task reads what others wait for too, so that bytes are nobody's; there h2 bounds
    header blocks, `read_body` each body, and the deadline the whole.
    """

    def __init__(self, inner: httpcore.AsyncNetworkStream, backend: _Backend) -> None:
        self._inner, self._backend = inner, backend
        tls = inner.get_extra_info("ssl_object")
        self.is_shared = tls is not None and tls.selected_alpn_protocol() == "h2"
        self._socket = inner.get_extra_info("socket")
        self.arrived = 0
        """Bytes since the last request was sent."""
        self.tail = b""
        """The last five of them."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = await self._inner.read(max_bytes, self._backend.time_left(timeout))
        if not self.is_shared:
            self._backend.count(len(data))
            self.arrived += len(data)
            self.tail = data[-5:] if len(data) >= 5 else (self.tail + data)[-5:]
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.arrived, self.tail = 0, b""
        await self._inner.write(buffer, self._backend.time_left(timeout))

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        secured = await self._inner.start_tls(ssl_context, server_hostname, self._backend.time_left(timeout))
        return _Stream(secured, self._backend)

    def get_extra_info(self, info: str) -> Any:
        # Asked for before each request, to see whether the server hung up; anyio looks for it long.
        return self._socket if info == "socket" else self._inner.get_extra_info(info)
