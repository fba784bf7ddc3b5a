"""The raw archive: bytes under their sha256, written once, never changed."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from pathlib import Path

from ingest.errors import ConfigError, IngestError


class Archive:
    """Files at `root/ab/cd/abcd...`; a reader never sees half of one."""

    __slots__ = ("_root",)

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, body: bytes) -> str:
        """Keep the bytes and return their sha256 in hex; bytes that are held already cost no write.

        Raises:
            ConfigError: the folder cannot be written.
            IngestError: the disk is full or failing.
        """
        content_hash = hashlib.sha256(body).hexdigest()
        target = self.path(content_hash)
        if not self.holds(content_hash):
            try:
                _write(target, body)
            except OSError as error:
                raise self._fault(error) from error
        return content_hash

    def path(self, content_hash: str) -> Path:
        """Return where the bytes of this hash are kept, or would be."""
        return self._root / content_hash[:2] / content_hash[2:4] / content_hash

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
            return path.read_bytes()
        except FileNotFoundError as error:
            raise IngestError(
                f"{path}: not in the archive; restore the archive folder or fetch the document again"
            ) from error
        except OSError as error:
            raise IngestError(f"{path}: cannot be read: {error.strerror}") from error

    def _fault(self, error: OSError) -> IngestError:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return IngestError(f"{self._root}: the disk is full; make room and run again, nothing is lost")
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
            return ConfigError(
                f"{self._root}: the archive cannot be written there ({error.strerror}); "
                "mend its permissions or set another data_dir"
            )
        return IngestError(f"{self._root}: the archive cannot be written: {error.strerror}")


def _write(target: Path, body: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".tmp-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        # Without fsync: after a power cut the run's transaction is gone too, and the item is fetched again.
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
