"""One run at a time: a lock that the kernel frees at once when its holder dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeVar

from ingest.errors import BusyError, ConfigError

PATIENCE = 3.0
"""Seconds to wait for one who only looks for a moment, as `ingest check` and `ingest doctor` do."""
_T = TypeVar("_T")


def patiently(take: Callable[[], _T]) -> _T:
    """Return what `take` gives; while that raises BusyError, try again until the patience is over."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return take()
        except BusyError:
            if time.monotonic() > until:
                raise
        time.sleep(0.1)


@contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Hold `run.lock` in the folder.

    Raises:
        BusyError: another process holds it for longer than a moment; names that process.
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
        patiently(lambda: _take(file, folder))
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield


def _take(file: IO[str], folder: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        raise BusyError(
            f"another run (process {holder}) is working on {folder}: wait until it ends, or stop it."
        ) from error
