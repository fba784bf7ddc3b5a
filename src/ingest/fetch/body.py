"""A response's body within limits: sizes as sent and as unpacked, whatever the server declares.

Unpacking is done here and not by httpx, whose decoders turn one piece of a compression bomb into any
amount of memory: zlib gives out a little at a time, and each bit is counted before the next.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator

import httpx

from ingest.errors import FetchError, RefusedError

ACCEPT_ENCODING = "gzip, deflate"
HEADER_ROOM = 256 * 1024
"""Bytes that may arrive before a response's headers are complete, interim responses among them."""
_HEADER_LINES = 200
_HEADER_BYTES = 64 * 1024
_STEP = 64 * 1024
_BOMB_RATIO = 200
"""Text packs 3 to 20 times smaller, blank tables 100 times; deflate reaches 1,032 with one repeated byte."""
_BOMB_FLOOR = 1_000_000
"""Bytes; below them no ratio matters."""
_GZIP = b"\x1f\x8b"
_MEMBERS = 100
"""A gzip body may be several in a row (RFC 1952), honest ones few."""


def wire_room(limit: int) -> int:
    """Return how many bytes may arrive for a body of `limit` bytes: chunk marks and trailers cost some."""
    return 2 * limit + HEADER_ROOM


def check_headers(response: httpx.Response) -> None:
    """Judge the response's headers.

    Raises:
        FetchError: too many or too large.
    """
    lines = response.headers.raw
    size = sum(len(name) + len(value) for name, value in lines)
    if len(lines) > _HEADER_LINES or size > _HEADER_BYTES:
        raise FetchError(
            f"{response.url}: a flood of headers ({len(lines):,} lines, {size:,} bytes); not an honest answer"
        )


async def read_body(
    response: httpx.Response, limit: int, take: Callable[[bytes], object], *, truncate: bool = False
) -> None:
    """Give the unpacked body to `take`, part by part; with `truncate`, its first `limit` bytes.

    Raises:
        RefusedError: larger than `limit`, or a compression bomb.
        FetchError: packed in a way that was not asked for.
        httpx.DecodingError: damaged or cut short on the way.
        httpcore errors: the connection failed.
    """
    too_large = f"{response.url}: larger than {limit:,} bytes; raise max_bytes to fetch it"
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit and not truncate:
        raise RefusedError(too_large)
    size = 0
    async for arrived, part in _parts(response):
        size += len(part)
        if size > _BOMB_FLOOR and size > _BOMB_RATIO * arrived:
            raise RefusedError(
                f"{response.url}: a compression bomb ({arrived:,} bytes became {size:,}); not unpacked"
            )
        if size > limit:
            if truncate:
                take(part[: len(part) - (size - limit)])
                return
            raise RefusedError(too_large)
        take(part)


async def _parts(response: httpx.Response) -> AsyncIterator[tuple[int, bytes]]:
    """Yield the unpacked body bit by bit, each with the number of bytes that had arrived for it."""
    arrived = 0
    unpack = _unpacker(response)
    assert isinstance(response.stream, httpx.AsyncByteStream)
    async for piece in response.stream:
        arrived += len(piece)
        for part in unpack.feed(piece):
            yield arrived, part
    yield arrived, unpack.end()


def _unpacker(response: httpx.Response) -> _Plain | _Packed:
    names = response.headers.get("content-encoding", "").lower().replace(",", " ").split()
    layers = [name for name in names if name != "identity"]
    if not layers:
        return _Plain()
    if len(layers) == 1 and layers[0] in ("gzip", "x-gzip", "deflate"):
        return _Packed()
    raise FetchError(
        f"{response.url}: packed as {', '.join(layers)!r}, where {ACCEPT_ENCODING} was asked for; cannot be read"
    )


class _Plain:
    def feed(self, piece: bytes) -> Iterable[bytes]:
        """Return the bytes as they are."""
        return (piece,)

    def end(self) -> bytes:
        """Nothing is held back or can be missing: the connection's framing has its own check."""
        return b""


class _Packed:
    """gzip, zlib or bare deflate, told by the first bytes: servers confuse the three."""

    def __init__(self) -> None:
        self._zip: zlib._Decompress | None = None
        self._start = b""
        self._members = 0

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Yield what can be unpacked, at most 64 KiB at a time."""
        while piece:
            if self._zip is None or self._zip.eof:
                self._start += piece
                if len(self._start) < 2:
                    return
                piece, self._start = self._start, b""
                if self._members and not (piece.startswith(_GZIP) and self._members < _MEMBERS):
                    return  # Browsers ignore what follows the packed body, unless it is another gzip member.
                self._zip = zlib.decompressobj(_window(piece))
                self._members += 1
            try:
                yield self._zip.decompress(piece, _STEP)
            except zlib.error as error:
                raise httpx.DecodingError(str(error)) from error
            piece = self._zip.unused_data if self._zip.eof else self._zip.unconsumed_tail

    def end(self) -> bytes:
        """Return what zlib held back (a few kilobytes at most).

        Raises:
            httpx.DecodingError: the end of the packed body is missing.
        """
        if self._zip is None:
            if self._start:
                raise httpx.DecodingError("the packed body is cut short")
            return b""
        rest = self._zip.flush()
        if not self._zip.eof:
            raise httpx.DecodingError("the packed body is cut short")
        return rest


def _window(start: bytes) -> int:
    is_zlib = start[0] & 0x0F == 8 and (start[0] << 8 | start[1]) % 31 == 0
    return zlib.MAX_WBITS | 32 if is_zlib or start.startswith(_GZIP) else -zlib.MAX_WBITS
