"""How the archive keeps bytes: packed with Zstandard where that saves room, else as they are.

A file that begins with Zstandard's own mark is packed; bytes that begin so themselves are therefore always
packed. PDFs and images stay as they are, so that any viewer opens them.
"""

from __future__ import annotations

from pathlib import Path

ZSTD = b"\x28\xb5\x2f\xfd"
"""The mark of a Zstandard frame (RFC 8878, 3.1.1)."""
_PACKED_ALREADY = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf")
_LEVEL = 3
_WORTH = 0.9
"""Packed bytes that are not at least so much fewer are kept as they came."""
_SAMPLE = 256 * 1024


def is_worth_packing(head: bytes) -> bool:
    """Judge by the first bytes, 256 KiB of them at most, whether to pack what they begin."""
    if head.startswith(ZSTD):
        return True
    if head.startswith(_PACKED_ALREADY) or not head:
        return False
    return len(pack(head[:_SAMPLE])) < _WORTH * len(head[:_SAMPLE])


def pack(body: bytes) -> bytes:
    """Return the bytes as a Zstandard frame; the same bytes always give the same frame."""
    import zstandard

    return zstandard.ZstdCompressor(level=_LEVEL).compress(body)


def as_kept(body: bytes) -> bytes:
    """Return what a file of the archive holds for these bytes."""
    if body.startswith(_PACKED_ALREADY):
        return body
    packed = pack(body)
    return packed if len(packed) < _WORTH * len(body) or body.startswith(ZSTD) else body


def as_came(kept: bytes) -> bytes:
    """Return the bytes that a file of the archive holds.

    Raises:
        ValueError: the file is damaged.
    """
    if not kept.startswith(ZSTD):
        return kept
    import zstandard

    unpacker = zstandard.ZstdDecompressor().decompressobj()
    try:
        body = unpacker.decompress(kept)
    except zstandard.ZstdError as error:
        raise ValueError(f"damaged: {error}") from error
    if not unpacker.eof:
        raise ValueError("damaged: its end is missing")
    return body


def read_kept(path: Path) -> bytes:
    """Return the bytes that a file of the archive holds.

    Raises:
        OSError: it cannot be read.
        ValueError: it is damaged.
    """
    return as_came(path.read_bytes())
