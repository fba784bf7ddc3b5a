"""Gives readers a copy of the warehouse, swapped in one step; a writer never blocks them.

The copy has a number in its name behind the symlink `warehouse.duckdb`, because a process that holds an
old file open would be given that file again under the same name. An old copy goes when nobody reads it.
"""

from __future__ import annotations

import fcntl
from pathlib import Path

from ingest.errors import WarehouseError
from ingest.load.database import connect, copy_file, sync_folder
from ingest.load.reader import Reader

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
    try:
        published_dir.mkdir(parents=True, exist_ok=True)
        copies = _copies(published_dir)
        number = copies[-1][0] + 1 if copies else 1
        copy = published_dir / f"warehouse-{number:06d}.duckdb"
        copy_file(warehouse_path, copy)
        _point(published_dir / NAME, copy)
        for _, old in _copies(published_dir)[:-KEPT]:
            if not _is_read(old):
                old.unlink()
    except OSError as error:
        raise WarehouseError(
            f"{published_dir}: the copy for readers could not be written ({error.strerror or error}); they "
            "keep the one they have; free space or mend permissions and run again"
        ) from error
    return copy


def open_reader(path: Path) -> Reader:
    """Open a published copy (or a warehouse that nobody writes) for reading.

    Raises:
        WarehouseError: there is none, or it cannot be opened; BusyError where a writer holds it.
    """
    for _ in range(_TRIES - 1):
        copy = path.resolve()
        try:
            return Reader(connect(copy, read_only=True))
        except WarehouseError:
            if path.resolve() == copy:
                raise
    return Reader(connect(path.resolve(), read_only=True))


def open_published(published_dir: Path) -> Reader:
    """Open the newest copy in the folder of the readers; raises as `open_reader`."""
    return open_reader(published_dir / NAME)


def _is_read(path: Path) -> bool:
    """Say whether another process has the file open: DuckDB's readers share a lock on it."""
    with path.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _copies(folder: Path) -> list[tuple[int, Path]]:
    found = []
    for path in folder.glob("warehouse-*.duckdb"):
        number = path.stem.removeprefix("warehouse-")
        if number.isdigit():
            found.append((int(number), path))
    return sorted(found)


def _point(link: Path, target: Path) -> None:
    fresh = link.with_name(link.name + ".next")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target.name)
    fresh.replace(link)
    sync_folder(link.parent)
