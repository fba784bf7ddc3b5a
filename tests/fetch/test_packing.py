"""What the archive's files hold: packed or plain, the same bytes come back; large bodies pass through the disk."""

from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import packed
from ingest.errors import IngestError
from ingest.fetch import Archive
from ingest.fetch.archive import IN_MEMORY, TEMPORARY

HTML = b"<!doctype html><p>Inspectors found that children wait.</p>" * 200


@settings(max_examples=80)
@given(st.one_of(st.binary(max_size=3000), st.binary(max_size=9).map(lambda b: b * 400)))
def test_what_was_kept_comes_back(body: bytes) -> None:
    for whole in (body, packed.ZSTD + body, b"%PDF-1.7" + body):
        assert packed.as_came(packed.as_kept(whole)) == whole


def test_pages_are_packed_and_pdfs_stay_what_a_viewer_opens(archive: Archive) -> None:
    page, pdf = archive.put(HTML), archive.put(b"%PDF-1.4 " + b"a" * 9000)
    assert archive.path(page).stat().st_size < len(HTML) / 10
    assert archive.path(page).read_bytes().startswith(packed.ZSTD)
    assert archive.path(pdf).read_bytes().startswith(b"%PDF-1.4 ")
    assert (archive.read(page), archive.read(pdf)[:5]) == (HTML, b"%PDF-")


@pytest.mark.parametrize(
    "body",
    [
        HTML * 120,
        b"%PDF-1.4 " + random.Random(1).randbytes(2 * IN_MEMORY),
        packed.ZSTD + b"x" * 2 * IN_MEMORY,
        HTML,
    ],
    ids=["large page", "large pdf", "large and looks packed", "small page"],
)
def test_a_body_that_comes_in_parts_is_kept_as_one_that_comes_whole(archive: Archive, body: bytes) -> None:
    incoming = archive.receive()
    for start in range(0, len(body), 70_000):
        incoming.write(body[start : start + 70_000])
    assert incoming.whole() == body
    assert body.startswith(incoming.telling()[:100])
    content_hash = incoming.keep()
    assert content_hash == hashlib.sha256(body).hexdigest()
    assert (incoming.size, archive.read(content_hash)) == (len(body), body)
    assert [path.name for path in archive.files()] == [content_hash]


def test_a_large_body_that_is_dropped_leaves_nothing(archive: Archive) -> None:
    incoming = archive.receive()
    incoming.write(random.Random(1).randbytes(2 * IN_MEMORY))
    assert [path.name.startswith(TEMPORARY) for path in archive.files()] == [True]
    incoming.drop()
    assert list(archive.files()) == []


def test_a_damaged_file_is_named(archive: Archive) -> None:
    content_hash = archive.put(HTML)
    path = archive.path(content_hash)
    for damaged in (path.read_bytes()[:-4], path.read_bytes()[:4] + b"rubbish"):
        path.write_bytes(damaged)
        with pytest.raises(IngestError, match=f"{content_hash}: cannot be read: damaged"):
            archive.read(content_hash)
