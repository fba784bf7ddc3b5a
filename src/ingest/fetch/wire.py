"""Connections that go only where the guard lets them, and end in time: httpcore's, each read metered.

The name is resolved once, judged, and connected to by its address; Host header, SNI and certificate check
keep the name. A proxy that the user set is reached unjudged, because it was meant; behind it the proxy
resolves names, so that there only the address as written is judged.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from ssl import SSLContext
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from ingest.errors import ConfigError, RefusedError
from ingest.fetch.guard import Guard

_OWN_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(slots=True)
class Meter:
    """What one exchange may still take; it goes along as `request.extensions["meter"]`."""

    url: str
    deadline: float
    """On the transport's timer."""
    room: int
    """Bytes that may still arrive."""


class GuardedTransport(httpx.BaseTransport):
    """`httpx`'s way to the network; safe to use from several threads.

    `proxy` answers for all hosts in place of the environment's proxies; this machine's own servers are asked
    directly. Errors on the way are httpcore's, RefusedError, and ConfigError for an unusable proxy. `timer`
    counts seconds.
    """

    def __init__(self, guard: Guard, timer: Callable[[], float], proxy: str | None) -> None:
        self._guard, self._timer = guard, timer
        self._current = threading.local()
        self._tls = httpx.create_ssl_context()
        self._proxies: dict[str, str] = {"all": proxy} if proxy else getproxies()
        self._bypass = (lambda host: False) if proxy else proxy_bypass
        self._lock = threading.Lock()
        self._pools = {"": self._pool(None)}
        if proxy:
            self._pools[proxy] = self._pool(proxy)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request on; its body is read later, by the same thread."""
        self._current.meter = request.extensions["meter"]
        url = request.url
        answer = self._route(url).handle_request(
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

    def close(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            pool.close()

    def _route(self, url: httpx.URL) -> httpcore.ConnectionPool:
        proxy = self._proxies.get(url.scheme) or self._proxies.get("all") or ""
        if url.host in _OWN_MACHINE or self._bypass(url.host):
            proxy = ""
        with self._lock:
            # An unusable proxy of the environment is told when it is needed: a run over a folder needs none.
            if proxy not in self._pools:
                self._pools[proxy] = self._pool(proxy)
            return self._pools[proxy]

    def _pool(self, proxy_url: str | None) -> httpcore.ConnectionPool:
        limits: dict[str, Any] = {
            "max_connections": 100,
            "max_keepalive_connections": 20,
            "keepalive_expiry": 5,
        }
        if proxy_url is None:
            return httpcore.ConnectionPool(
                self._tls, network_backend=_Backend(self._guard, self._timer, self._current, None), **limits
            )
        try:
            proxy = httpx.Proxy(proxy_url if "://" in proxy_url else f"http://{proxy_url}")
            if proxy.url.scheme not in ("http", "https"):
                raise ValueError("only http and https proxies are used")
        except (ValueError, httpx.InvalidURL) as error:
            raise ConfigError(
                f"proxy {proxy_url!r}: {error}; write it as http://host:port (proxy or *_PROXY)"
            ) from error
        backend = _Backend(self._guard, self._timer, self._current, proxy.url.host)
        return httpcore.HTTPProxy(
            httpcore.URL(
                scheme=proxy.url.raw_scheme, host=proxy.url.raw_host, port=proxy.url.port, target=b"/"
            ),
            proxy_auth=proxy.raw_auth,
            ssl_context=self._tls,
            network_backend=backend,
            **limits,
        )


class _Body(httpx.SyncByteStream):
    """A response's bytes as they come; a connection on which more came is not used again."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for piece in self._response.iter_stream():
            size += len(piece)
            yield piece
        stream = self._response.extensions["network_stream"]
        if isinstance(stream, _Stream) and self._is_surplus(stream, size):
            stream.close()

    def close(self) -> None:
        self._response.close()

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


class _Backend(httpcore.NetworkBackend):
    """Makes the connections: by address, judged; the proxy's by its name."""

    def __init__(
        self, guard: Guard, timer: Callable[[], float], current: threading.local, proxy_host: str | None
    ) -> None:
        self._guard, self._timer, self._current, self._proxy_host = guard, timer, current, proxy_host
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        if self._proxy_host is not None:
            addresses = [self._proxy_host]
        else:
            try:
                addresses = self._guard.addresses(host, port)
            except OSError as error:
                raise httpcore.ConnectError(f"{host}: {error.strerror or error}") from error
        failure: Exception = httpcore.ConnectError(f"{host}: no address answers")
        for address in addresses:
            try:
                stream = self._plain.connect_tcp(
                    address, port, self.time_left(timeout), local_address, socket_options
                )
                return _Stream(stream, self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def time_left(self, timeout: float | None) -> float:
        """Return how long one step may take, in seconds."""
        left = float(self._current.meter.deadline - self._timer())
        if left <= 0:
            raise httpcore.ReadTimeout("out of time")
        return left if timeout is None else min(timeout, left)

    def count(self, size: int) -> None:
        """Note that so many bytes arrived."""
        meter: Meter = self._current.meter
        meter.room -= size
        if meter.room < 0:
            raise RefusedError(
                f"{meter.url}: sends far more bytes than its headers or body may have; given up"
            )


class _Stream(httpcore.NetworkStream):
    """A connection whose every read is timed against the deadline and counted."""

    def __init__(self, inner: httpcore.NetworkStream, backend: _Backend) -> None:
        self._inner, self._backend = inner, backend
        self.arrived = 0
        """Bytes since the last request was sent."""
        self.tail = b""
        """The last five of them."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, self._backend.time_left(timeout))
        self._backend.count(len(data))
        self.arrived += len(data)
        self.tail = data[-5:] if len(data) >= 5 else (self.tail + data)[-5:]
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.arrived, self.tail = 0, b""
        self._inner.write(buffer, self._backend.time_left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, self._backend.time_left(timeout))
        return _Stream(secured, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
