"""The raw archive: bytes under their sha256, written once, never changed, packed where that saves room."""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import zstandard

from ingest import packed
from ingest.errors import ConfigError, IngestError

IN_MEMORY = 1024 * 1024
"""Bytes of a body that wait in memory; a larger one goes to the disk as it arrives."""
TEMPORARY = ".tmp-"
"""How the names of files begin that are not whole yet."""
_numbers = itertools.count()


class Archive:
    """Files at `root/ab/abcd...`; a reader never sees half of one. `ingest.packed` says what they hold."""

    __slots__ = ("root",)

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, body: bytes) -> str:
        """Keep the bytes and return their sha256 in hex; bytes that are held already cost no write.

        Raises:
            ConfigError: the folder cannot be written.
            IngestError: the disk is full or failing.
        """
        content_hash = hashlib.sha256(body).hexdigest()
        if not self.holds(content_hash):
            try:
                _write(self.path(content_hash), packed.as_kept(body))
            except OSError as error:
                raise self.fault(error) from error
        return content_hash

    def receive(self) -> Incoming:
        """Return what takes in a body part by part, to be kept or dropped at its end."""
        return Incoming(self)

    def path(self, content_hash: str) -> Path:
        """Return where the bytes of this hash are kept, or would be; `packed.read_kept` reads the file."""
        return self.root / content_hash[:2] / content_hash

    def holds(self, content_hash: str) -> bool:
        """Return whether the bytes are there."""
        return self.path(content_hash).is_file()

    def read(self, content_hash: str) -> bytes:
        """Return the bytes of this hash.

        Raises:
            IngestError: they are not there or cannot be read.
        """
        path = self.path(content_hash)
        try:
            return packed.read_kept(path)
        except FileNotFoundError as error:
            raise IngestError(
                f"{path}: not in the archive; restore the archive folder or fetch the document again"
            ) from error
        except (OSError, ValueError) as error:
            said = error.strerror if isinstance(error, OSError) else error
            raise IngestError(f"{path}: cannot be read: {said}") from error

    def files(self) -> Iterator[Path]:
        """Yield the files of all kept bytes and of unfinished ones (`TEMPORARY`), in the order of their names."""
        for folder in sorted(self.root.glob("[0-9a-f][0-9a-f]")):
            yield from sorted(path for path in folder.iterdir() if path.is_file())

    def fault(self, error: OSError) -> IngestError:
        """Return what a failed write means for the user."""
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return IngestError(f"{self.root}: the disk is full; make room and run again, nothing is lost")
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
            return ConfigError(
                f"{self.root}: the archive cannot be written there ({error.strerror}); "
                "mend its permissions or set another data_dir"
            )
        return IngestError(f"{self.root}: the archive cannot be written: {error.strerror}")


class Incoming:
    """A body on its way into the archive: in memory while it is small, then in a file beside the others."""

    __slots__ = ("_archive", "_file", "_hash", "_head", "_packer", "_path", "_start", "size")

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._hash = hashlib.sha256()
        self._start: bytearray | None = bytearray()
        """The whole body as long as it is in memory; None once it is in the file."""
        self._path: Path | None = None
        self._file: BinaryIO | None = None
        self._packer: Any = None
        self._head = b""
        self.size = 0

    def write(self, part: bytes) -> None:
        """Take in the next part.

        Raises: as `Archive.put`.
        """
        self._hash.update(part)
        self.size += len(part)
        if self._start is not None:
            self._start += part
            if len(self._start) > IN_MEMORY:
                self._spill(bytes(self._start))
                self._start = None
        else:
            self._append(part)

    def telling(self) -> bytes:
        """Return the bytes that tell what it is: of a large PDF or the like its start, else all."""
        if self._start is None and self._packer is None:
            return self._head
        return self.whole()

    def whole(self) -> bytes:
        """Return all bytes taken in so far; of a large body they are read back."""
        if self._start is not None:
            return bytes(self._start)
        self._finish()
        assert self._path is not None
        return packed.read_kept(self._path)

    def keep(self) -> str:
        """Put the body under its sha256 and return that; nothing can be taken in any more.

        Raises: as `Archive.put`.
        """
        if self._start is not None:
            return self._archive.put(bytes(self._start))
        content_hash = self._hash.hexdigest()
        target = self._archive.path(content_hash)
        assert self._path is not None
        try:
            self._finish()
            target.parent.mkdir(parents=True, exist_ok=True)
            self._path.replace(target)
        except (IngestError, OSError) as error:
            self.drop()
            raise self._archive.fault(error) if isinstance(error, OSError) else error from error
        self._path = None
        return content_hash

    def drop(self) -> None:
        """Forget the body."""
        if self._file is not None:
            # A full disk refuses what is still held back, which nobody wants any more.
            with suppress(OSError):
                self._file.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)
        self._file = self._path = None

    def _spill(self, start: bytes) -> None:
        try:
            # Beside the others, so that keeping it is a rename.
            folder = self._archive.root / "00"
            folder.mkdir(parents=True, exist_ok=True)
            self._path = _temporary(folder)
            self._file = self._path.open("wb")
        except OSError as error:
            raise self._archive.fault(error) from error
        self._head = start
        if packed.is_worth_packing(start):
            self._packer = zstandard.ZstdCompressor().compressobj()
        self._append(start)

    def _append(self, part: bytes) -> None:
        assert self._file is not None
        try:
            self._file.write(self._packer.compress(part) if self._packer else part)
        except OSError as error:
            raise self._archive.fault(error) from error

    def _finish(self) -> None:
        if self._file is None:
            return
        try:
            if self._packer:
                self._file.write(self._packer.flush())
            self._file.close()
        except OSError as error:
            raise self._archive.fault(error) from error
        self._file = None


def _temporary(folder: Path) -> Path:
    return folder / f"{TEMPORARY}{os.getpid()}-{next(_numbers)}"


def _write(target: Path, body: bytes) -> None:
    temporary = _temporary(target.parent)
    try:
        try:
            file = temporary.open("wb", buffering=0)
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            file = temporary.open("wb", buffering=0)
        with file:
            view = memoryview(body)
            while view:
                view = view[file.write(view) :]
        # Without fsync: after a power cut the run's transaction is gone too, and the item is fetched again.
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
