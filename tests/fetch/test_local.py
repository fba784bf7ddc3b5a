"""Local files, read as items without a network."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.errors import FetchError, RefusedError
from ingest.fetch import Archive, Fetcher, file_etag
from ingest.model import Link

Make = Callable[..., Fetcher]


def test_a_local_file_is_read_once(tmp_path: Path, make_fetcher: Make, archive: Archive) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"%PDF-1.4 letter")
    link = Link(source_id="folder", url="https://files.example/1", path=str(path))
    fetcher = make_fetcher()
    fetched = fetcher.item(link)
    assert fetched is not None
    snapshot, validator = fetched
    assert (snapshot.media_type, snapshot.final_url) == ("application/pdf", link.url)
    assert archive.read(snapshot.content_hash) == b"%PDF-1.4 letter"
    assert validator.etag == file_etag(path)
    size, _, modified = (validator.etag or "").partition("-")
    assert (size, modified) == ("15", str(path.stat().st_mtime_ns))
    path.chmod(0)
    assert fetcher.item(link, validator) is None
    path.chmod(0o600)
    os.utime(path, ns=(0, 0))
    touched = fetcher.item(link, validator)
    assert touched is not None
    assert touched[0] is None
    assert fetcher.item(link, touched[1]) is None
    path.write_bytes(b"%PDF-1.4 changed")
    changed = fetcher.item(link, validator)
    assert changed is not None
    assert changed[1].first_fetched_at == validator.first_fetched_at


def test_bytes_that_the_archive_lost_are_read_again(
    tmp_path: Path, make_fetcher: Make, archive: Archive
) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(b"Leeds did well.")
    link = Link(source_id="folder", url="https://files.example/1", path=str(path))
    fetched = make_fetcher().item(link)
    assert fetched is not None
    assert fetched[0] is not None
    archive.path(fetched[0].content_hash).unlink()
    assert make_fetcher().item(link, fetched[1]) == (None, fetched[1])
    assert archive.read(fetched[0].content_hash) == b"Leeds did well."


def test_unusable_local_files_are_named(tmp_path: Path, make_fetcher: Make) -> None:
    link = Link(source_id="folder", url="file:a.txt", path=str(tmp_path / "a.txt"))
    with pytest.raises(FetchError, match=r"a\.txt: cannot be read: No such file"):
        make_fetcher().item(link)
    (tmp_path / "a.txt").write_bytes(b"0" * 200_000)
    with pytest.raises(RefusedError, match="max_bytes"):
        make_fetcher().item(link)
    with pytest.raises(FetchError, match="cannot be read"):
        make_fetcher().item(replace(link, path=str(tmp_path)))
