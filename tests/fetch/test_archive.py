from __future__ import annotations

import errno
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingest.errors import ConfigError, IngestError
from ingest.fetch import Archive
from ingest.fetch.archive import IN_MEMORY


def test_bytes_come_back_under_their_hash(archive: Archive, tmp_path: Path) -> None:
    content_hash = archive.put(b"letter")
    assert content_hash == hashlib.sha256(b"letter").hexdigest()
    assert archive.read(content_hash) == b"letter"
    assert archive.path(content_hash) == tmp_path / "archive" / content_hash[:2] / content_hash


def test_what_is_held_is_not_written_again(archive: Archive) -> None:
    content_hash = archive.put(b"letter")
    before = archive.path(content_hash).stat()
    archive.put(b"letter")
    assert archive.path(content_hash).stat() == before


def test_many_threads_may_put_the_same_bytes(archive: Archive, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        hashes = set(pool.map(lambda n: archive.put(b"%d" % (n % 3)), range(60)))
    kept = [path for path in (tmp_path / "archive").rglob("*") if path.is_file()]
    assert {path.name for path in kept} == hashes


def test_missing_bytes_are_named(archive: Archive) -> None:
    with pytest.raises(IngestError, match="not in the archive"):
        archive.read("ab" * 32)


def test_a_folder_that_cannot_be_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file stands here")
    with pytest.raises(ConfigError, match="data_dir"):
        Archive(tmp_path / "archive").put(b"letter")


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(ConfigError, match="permissions"):
        Archive(tmp_path / "locked").put(b"letter")


def test_a_full_disk_is_named_and_leaves_nothing_half(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(IngestError, match="disk is full"):
        archive.put(b"letter")
    assert [path for path in (tmp_path / "archive").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("when", ["at the first write", "while it goes on", "at the end"])
def test_a_disk_that_fills_while_a_large_body_arrives_is_named_and_left_as_it_was(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    full = tmp_path / "full"
    full.symlink_to("/dev/full")
    body = archive.receive()
    start = b"%PDF-" + os.urandom(IN_MEMORY)
    if when == "at the first write":
        monkeypatch.setattr("ingest.fetch.archive._temporary", lambda folder: full)
    else:
        body.write(start)
        assert body._file is not None
        body._file.close()
        # Its buffer holds the last bytes back, so that the disk refuses them later.
        body._file = full.open("wb")
        start = b"a few bytes"
    with pytest.raises(IngestError, match="disk is full"):  # noqa: PT012
        body.write(start)
        while when == "while it goes on":
            body.write(start)
        body.keep()
    body.drop()
    body.drop()
    assert list(archive.files()) == []
    assert full.is_symlink() is (when != "at the first write")
