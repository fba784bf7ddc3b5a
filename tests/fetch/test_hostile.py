"""Every attack of a hostile server on a real socket ends in a FetchError: in time, in little memory."""

from __future__ import annotations

import gzip
import itertools
import re
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterable, Iterator

import pytest

from ingest.errors import FetchError, RefusedError, TransientError
from ingest.fetch import Fetcher, Guard
from ingest.model import Link

Make = Callable[..., Fetcher]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
NOTHING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
DRIP = 0.02
"""Seconds between two bytes: far below the read timeout of 1 s, which therefore never strikes."""


def zeros(megabytes: int, wbits: int = 31) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(megabytes)) + packer.flush()


def drip(text: bytes) -> Iterator[bytes]:
    for byte in itertools.cycle(text):
        time.sleep(DRIP)
        yield bytes([byte])


BOMB = zeros(300)
ATTACKS: dict[str, tuple[Callable[[], Iterable[bytes]], type[FetchError], str]] = {
    "status line drips without end": (lambda: drip(b"H"), TransientError, "not complete|ReadTimeout"),
    "headers drip, a byte at a time": (
        lambda: itertools.chain([HEAD], drip(b"X-A: b\r\n")),
        TransientError,
        "not complete after 10 s",
    ),
    "body drips, a byte at a time": (
        lambda: itertools.chain([HEAD + b"Content-Length: 90000\r\n\r\n"], drip(b"x")),
        TransientError,
        "not complete after 10 s",
    ),
    "compressed body drips": (
        lambda: itertools.chain(
            [HEAD + b"Content-Encoding: gzip\r\nContent-Length: 90000\r\n\r\n"],
            drip(gzip.compress(b"x" * 9000, 0)),
        ),
        TransientError,
        "not complete after 10 s",
    ),
    "says nothing for too long": (
        lambda: [time.sleep(1.5) or b""],
        TransientError,
        "not complete after 10 s",
    ),
    "hangs up at once": (lambda: [], TransientError, "RemoteProtocolError"),
    "answers no HTTP": (lambda: [b"SSH-2.0-OpenSSH_9.6\r\n\r\n"], TransientError, "RemoteProtocolError"),
    "5,000 header lines": (
        lambda: [HEAD, *(b"X-%d: a\r\n" % n for n in range(5000)), b"Content-Length: 0\r\n\r\n"],
        FetchError,
        "flood of headers",
    ),
    "one header of 90 kB": (
        lambda: [HEAD, b"X: " + b"a" * 90_000 + b"\r\nContent-Length: 0\r\n\r\n"],
        FetchError,
        "flood of headers",
    ),
    "headers without end": (
        lambda: itertools.chain([HEAD], itertools.repeat(b"X-A: b\r\n" * 100)),
        FetchError,
        "RemoteProtocolError|far more bytes",
    ),
    "interim responses without end": (
        lambda: itertools.repeat(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 50),
        FetchError,
        "far more bytes|not complete after 10 s",
    ),
    "body without end (no length)": (
        lambda: itertools.chain([HEAD + b"\r\n"], itertools.repeat(b"x" * 9000)),
        RefusedError,
        "larger than 100,000 bytes",
    ),
    "chunked body without end": (
        lambda: itertools.chain(
            [HEAD + b"Transfer-Encoding: chunked\r\n\r\n"],
            itertools.repeat(b"1000\r\n" + b"x" * 4096 + b"\r\n"),
        ),
        RefusedError,
        "larger than 100,000 bytes",
    ),
    "chunk extensions far larger than the body": (
        lambda: itertools.chain(
            [HEAD + b"Transfer-Encoding: chunked\r\n\r\n"],
            itertools.repeat(b"1;" + b"e" * 9000 + b"\r\nx\r\n"),
        ),
        RefusedError,
        "far more bytes",
    ),
    "trailers without end": (
        lambda: itertools.chain(
            [HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n"], itertools.repeat(b"X-A: b\r\n" * 100)
        ),
        FetchError,
        "RemoteProtocolError|far more bytes",
    ),
    "declares 8 EB": (
        lambda: [HEAD + b"Content-Length: 9223372036854775807\r\n\r\n" + b"x" * 99],
        RefusedError,
        "larger than 100,000 bytes",
    ),
    "gzip bomb (300 MB in 0.3 MB)": (
        lambda: [HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB), BOMB],
        RefusedError,
        "larger than 100,000 bytes",
    ),
    "gzip in gzip": (
        lambda: [HEAD + b"Content-Encoding: gzip, gzip\r\n\r\n", gzip.compress(BOMB)],
        FetchError,
        "packed as 'gzip, gzip'",
    ),
    "an encoding that was not asked for": (
        lambda: [HEAD + b"Content-Encoding: br\r\n\r\nxxxx"],
        FetchError,
        "packed as 'br'",
    ),
    "not gzip though it says so": (
        lambda: [HEAD + b"Content-Encoding: gzip\r\n\r\n\x1f\x8bnot packed at all"],
        TransientError,
        "DecodingError",
    ),
    "gzip cut short": (
        lambda: [HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"a letter" * 500)[:-9]],
        TransientError,
        "cut short",
    ),
    "chunk length that is no number": (
        lambda: [HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n"],
        TransientError,
        "RemoteProtocolError",
    ),
    "chunk longer than declared": (
        lambda: [HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n"],
        TransientError,
        "RemoteProtocolError",
    ),
    "chunked body cut off": (
        lambda: [HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel"],
        TransientError,
        "RemoteProtocolError",
    ),
    "shorter than Content-Length": (
        lambda: [HEAD + b"Content-Length: 500\r\n\r\nhello"],
        TransientError,
        "RemoteProtocolError",
    ),
    "two Content-Lengths": (
        lambda: [HEAD + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\nhello"],
        TransientError,
        "RemoteProtocolError",
    ),
    "Content-Length that is no number": (
        lambda: [HEAD + b"Content-Length: -5\r\n\r\nhello"],
        TransientError,
        "RemoteProtocolError",
    ),
    "redirect to itself": (
        lambda: [b"HTTP/1.1 302 Found\r\nLocation: /attack\r\nContent-Length: 0\r\n\r\n"],
        FetchError,
        "more than 10 redirects",
    ),
    "redirect to an address of 60 kB": (
        lambda: [b"HTTP/1.1 302 Found\r\nLocation: /" + b"a" * 60_000 + b"\r\nContent-Length: 0\r\n\r\n"],
        RefusedError,
        "longer than 8,000 characters",
    ),
    "redirect to nonsense": (
        lambda: [b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n"],
        FetchError,
        "RemoteProtocolError|not a usable address",
    ),
    "redirect to a file": (
        lambda: [b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"],
        RefusedError,
        "only http and https",
    ),
    "redirect with a password in it": (
        lambda: [b"HTTP/1.1 302 Found\r\nLocation: http://u:p@127.0.0.1/\r\nContent-Length: 0\r\n\r\n"],
        RefusedError,
        "user name in it",
    ),
    "redirect to the cloud's metadata": (
        lambda: [b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"],
        RefusedError,
        "link-local or cloud metadata",
    ),
    "redirect to a database's port": (
        lambda: [b"HTTP/1.1 302 Found\r\nLocation: http://news.example:6379/\r\nContent-Length: 0\r\n\r\n"],
        RefusedError,
        "port 6379",
    ),
}


class HostileServer:
    """Answers every request for /attack with the bytes of `attack`; counts what it could send."""

    def __init__(self) -> None:
        self.attack: Callable[[], Iterable[bytes]] = list
        self.sent = 0
        self.tries = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            try:
                request = connection.recv(65536)
                if b" /attack" not in request:
                    connection.sendall(NOTHING)
                    return
                self.tries += 1
                for piece in self.attack():
                    connection.sendall(piece)
                    self.sent += len(piece)
            except OSError:
                pass


@pytest.fixture
def hostile() -> Iterator[HostileServer]:
    server = HostileServer()
    yield server
    server.close()


def attack_with(name: str, hostile: HostileServer, make_fetcher: Make) -> FetchError:
    hostile.attack = ATTACKS[name][0]
    fetcher = make_fetcher(
        timeout=1.0,
        retries=1,
        # The total of 10 s passes in one.
        timer=lambda: 10 * time.monotonic(),
        guard=Guard(allow=["127.0.0.1"], resolve=lambda host, port: ["127.0.0.1"]),
    )
    with pytest.raises(FetchError) as caught:
        fetcher.item(Link("example", f"{hostile.url}/attack"))
    return caught.value


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_ends_in_a_clear_error(name: str, hostile: HostileServer, make_fetcher: Make) -> None:
    _, kind, words = ATTACKS[name]
    tracemalloc.start()
    try:
        error = attack_with(name, hostile, make_fetcher)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert type(error) is kind or kind is FetchError
    assert re.search(words, str(error))
    assert error.args[0].count("\n") == 0
    assert len(str(error)) < 500
    assert peak < 6_000_000
    # What the sockets' buffers swallow comes on top of what was read.
    assert hostile.sent < 20_000_000
    assert hostile.tries <= 11


@pytest.mark.parametrize(
    "framed",
    [b"Content-Length: 5\r\n\r\nhello", b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"],
    ids=["length", "chunked"],
)
def test_what_comes_after_a_body_is_not_taken_for_the_next_answer(
    hostile: HostileServer, make_fetcher: Make, framed: bytes
) -> None:
    smuggled = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled"
    hostile.attack = lambda: [HEAD + framed + smuggled, time.sleep(0.2) or b""]
    fetcher = make_fetcher()
    for _ in range(2):
        page = fetcher.page(f"{hostile.url}/attack")
        assert page is not None
        assert page.body == b"hello"


def test_a_blank_table_that_packs_well_is_no_bomb(hostile: HostileServer, make_fetcher: Make) -> None:
    body = b"<!doctype html><table>" + b"".join(
        b"<tr><td>%d</td><td class='number'>0</td><td></td></tr>\n" % n for n in range(40_000)
    )
    packed = gzip.compress(body)
    hostile.attack = lambda: [
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed),
        packed,
    ]
    page = make_fetcher(max_bytes=5_000_000).page(f"{hostile.url}/attack")
    assert page is not None
    assert page.body == body


def test_a_bomb_below_the_size_limit_is_told_by_its_ratio(hostile: HostileServer, make_fetcher: Make) -> None:
    packed = zeros(30)
    hostile.attack = lambda: [
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed),
        packed,
    ]
    with pytest.raises(RefusedError, match="compression bomb"):
        make_fetcher(max_bytes=50_000_000).page(f"{hostile.url}/attack")
