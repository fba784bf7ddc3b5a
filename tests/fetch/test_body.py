from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import RefusedError
from ingest.fetch import body as body_module


class Pieces(httpx.AsyncByteStream):
    def __init__(self, whole: bytes, size: int) -> None:
        self._whole, self._size = whole, size

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._whole), self._size):
            yield self._whole[start : start + self._size]


def answer(whole: bytes, encoding: str, size: int = 65536) -> httpx.Response:
    return httpx.Response(
        200,
        headers={"Content-Encoding": encoding},
        stream=Pieces(whole, size),
        request=httpx.Request("GET", "http://news.example/"),
    )


def read_body(response: httpx.Response, limit: int, *, truncate: bool = False) -> bytes:
    whole = bytearray()
    asyncio.run(body_module.read_body(response, limit, whole.extend, truncate=truncate))
    return bytes(whole)


def bare(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKERS = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress}


@settings(max_examples=60)
@given(
    body=st.one_of(st.binary(max_size=3000), st.integers(0, 300_000).map(lambda n: b"ab" * n)),
    size=st.sampled_from([1, 2, 7, 1000, 65536]),
    encoding=st.sampled_from(sorted(PACKERS)),
)
def test_what_was_packed_comes_back_however_it_is_cut(body: bytes, size: int, encoding: str) -> None:
    assert read_body(answer(PACKERS[encoding](body), encoding, size), 700_000) == body


@settings(max_examples=60)
@given(body=st.binary(min_size=20, max_size=500), lost=st.integers(1, 17), size=st.sampled_from([1, 9, 1000]))
def test_a_packed_body_that_lacks_its_end_is_damaged(body: bytes, lost: int, size: int) -> None:
    with pytest.raises(httpx.DecodingError):
        read_body(answer(gzip.compress(body)[:-lost], "gzip", size), 1000)


@pytest.mark.parametrize("size", [1, 21, 40, 65536])
def test_members_follow_one_another_and_rubbish_ends_them(size: int) -> None:
    members = gzip.compress(b"one ") + gzip.compress(b"two ") + gzip.compress(b"three")
    assert read_body(answer(members, "gzip", size), 1000) == b"one two three"
    assert read_body(answer(members + b"\0rubbish", "gzip", size), 1000) == b"one two three"


def test_countless_members_are_not_all_read() -> None:
    assert len(read_body(answer(gzip.compress(b"x") * 5000, "gzip"), 10_000)) == 100


def test_deflate_without_its_wrapper_is_understood() -> None:
    assert read_body(answer(bare(b"a letter" * 99), "deflate", 3), 1000) == b"a letter" * 99


def test_the_limit_holds_to_the_byte() -> None:
    for encoding, pack in {"identity": bytes, **PACKERS}.items():
        assert len(read_body(answer(pack(b"x" * 1000), encoding), 1000)) == 1000
        with pytest.raises(RefusedError, match="larger than 999 bytes"):
            read_body(answer(pack(b"x" * 1000), encoding), 999)
        assert read_body(answer(pack(b"x" * 1000), encoding), 999, truncate=True) == b"x" * 999


def test_an_empty_body_is_empty() -> None:
    assert read_body(answer(b"", "gzip"), 10) == b""
