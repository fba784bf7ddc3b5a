"""Gives readers a copy of the warehouse, swapped in one step; a writer never blocks them.

The copy has a number in its name behind the symlink `warehouse.duckdb`, because a process that holds an
old file open would be given that file again under the same name. An old copy goes when nobody reads it.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path

import duckdb

from ingest.errors import BusyError, WarehouseError
from ingest.load.database import connect, copy_file, sync_folder

NAME = "warehouse.duckdb"
KEPT = 2
"""Copies that stay unused: the newest, and the one that a reader may be about to open."""
_TRIES = 20
"""So often a reader follows the link that is pointed elsewhere before its file is open."""


def publish(warehouse_path: Path, published_dir: Path) -> Path:
    """Copy the closed and checkpointed file into the folder of the readers; return the copy's path.

    Raises:
        WarehouseError: the file has unwritten changes beside it, or the disk refused; readers keep what
            they have.
    """
    if warehouse_path.with_name(warehouse_path.name + ".wal").exists():
        raise WarehouseError(f"{warehouse_path}: not closed properly (a .wal file lies beside it); run again")
    return swap_in(published_dir, "warehouse", lambda target: copy_file(warehouse_path, target))


def swap_in(folder: Path, name: str, write: Callable[[Path], None]) -> Path:
    """Let `write` make the next numbered file, point the link `<name>.duckdb` at it, and return its path.

    Raises:
        WarehouseError: the disk refused; the link points where it pointed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        copies = _copies(folder, name)
        number = copies[-1][0] + 1 if copies else 1
        copy = folder / f"{name}-{number:06d}.duckdb"
        write(copy)
        _point(folder / f"{name}.duckdb", copy)
        for _, old in _copies(folder, name)[:-KEPT]:
            if not _is_read(old):
                old.unlink()
    except OSError as error:
        raise WarehouseError(
            f"{folder}: the copy for readers could not be written ({error.strerror or error}); they "
            "keep the one they have; free space or mend permissions and run again"
        ) from error
    return copy


def connect_newest(path: Path) -> duckdb.DuckDBPyConnection:
    """Open what a link points to, read only, also while it is pointed elsewhere; raises as `connect`."""
    for _ in range(_TRIES - 1):
        copy = path.resolve()
        try:
            return connect(copy, read_only=True)
        except (WarehouseError, BusyError):  # It went, or the publisher tries whether somebody reads it.
            if path.resolve() == copy:
                raise
    return connect(path.resolve(), read_only=True)


def _is_read(path: Path) -> bool:
    """Say whether another process has the file open: DuckDB's readers share a lock on it."""
    with path.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _copies(folder: Path, name: str) -> list[tuple[int, Path]]:
    found = []
    for path in folder.glob(f"{name}-*.duckdb"):
        number = path.stem.removeprefix(f"{name}-")
        if number.isdecimal():
            found.append((int(number), path))
    return sorted(found)


def _point(link: Path, target: Path) -> None:
    fresh = link.with_name(link.name + ".next")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target.name)
    fresh.replace(link)
    sync_folder(link.parent)
