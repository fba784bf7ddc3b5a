"""One run at a time: a lock that the kernel frees at once when its holder dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.errors import BusyError, ConfigError


@contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Hold `run.lock` in the folder.

    Raises:
        BusyError: another process holds it; names that process.
        ConfigError: the folder cannot be made or written.
    """
    path = folder / "run.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("a+")
    except OSError as error:
        raise ConfigError(
            f"{folder}: cannot be written: {error.strerror}; name another with INGEST_DATA_DIR."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise BusyError(
                f"another run (process {holder}) is working on {folder}: wait until it ends, or stop it."
            ) from error
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield
