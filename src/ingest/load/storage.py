"""The two kinds of warehouse, and all in which they differ for those who write and open them.

A file has one writer, so nothing needs a lock; readers get copies of it. A DuckLake has many, so what must not
happen at once waits for a lock; readers look at the snapshot that was published last.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Protocol

import duckdb

from ingest.errors import ConfigError, WarehouseError
from ingest.load.database import connect, copy_file
from ingest.load.delivery_journal import journal_path
from ingest.load.lake import LakeStorage
from ingest.load.publish import NAME, connect_newest, publish
from ingest.load.reader import Reader
from ingest.lock import patiently
from ingest.place import Lake, Place


class Storage(Protocol):
    """One warehouse, as the one who writes it has it."""

    @property
    def place(self) -> Place:
        """Where it is."""

    @property
    def scratch(self) -> Path:
        """A folder of this machine for what only saves time; the journal of deliveries lies beside it."""

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open or create it; raises as `ingest.load.database.connect`."""

    def before_migration(
        self, connection: duckdb.DuckDBPyConnection, number: int
    ) -> duckdb.DuckDBPyConnection:
        """See that what is stored can be had back, before migration `number`; return the connection to go on with.

        Raises:
            WarehouseError: it cannot; nothing was migrated.
        """

    def alone(self) -> AbstractContextManager[None]:
        """Let nobody else write while the block runs; blocks of one process may be nested."""

    def assert_alone(self) -> None:
        """See before a commit that nobody else writes; raises WarehouseError where the lock was lost."""

    def running(self, run_ids: Collection[str]) -> set[str]:
        """Return those of these runs that are still at work elsewhere."""

    def begin(self, run_id: str) -> None:
        """Let others see that this run is at work, until the storage is closed."""

    def publish(self, connection: duckdb.DuckDBPyConnection, published: Place) -> Place:
        """Let readers see what is stored now; the connection may be closed by it.

        Raises:
            WarehouseError: the disk or the catalogue refused; readers see what they saw.
        """

    def close(self) -> None:
        """Let go of what others may wait for; safe to call twice."""


class FileStorage:
    """A DuckDB file, which DuckDB lets one process write."""

    def __init__(self, path: Path) -> None:
        self.place = path
        self.scratch = path.with_suffix(".fingerprints")

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open or create the file; one who reads it for a moment is waited for."""
        return patiently(lambda: connect(self.place))

    def before_migration(
        self, connection: duckdb.DuckDBPyConnection, number: int
    ) -> duckdb.DuckDBPyConnection:
        """Copy the file to `<name>.before-<number>`."""
        connection.execute("CHECKPOINT")
        connection.close()  # Closing the copied file would free a lock that this process still needs.
        copy = self.place.with_name(f"{self.place.name}.before-{number:04d}")
        try:
            copy_file(self.place, copy)
        except OSError as error:
            raise WarehouseError(
                f"{copy}: the copy before the migration could not be written ({error.strerror or error}); nothing "
                "was migrated; free space or mend permissions and run again"
            ) from error
        return self.connect()

    def alone(self) -> AbstractContextManager[None]:
        """Nobody else can."""
        return nullcontext()

    def assert_alone(self) -> None:
        """Nobody else can."""

    def running(self, run_ids: Collection[str]) -> set[str]:
        """None: a run at work would have the file open."""
        return set()

    def begin(self, run_id: str) -> None:
        """Others see it by the open file."""

    def publish(self, connection: duckdb.DuckDBPyConnection, published: Place) -> Place:
        """Write all to the file, close it, and copy it into the folder of the readers; return the copy's path."""
        assert isinstance(published, Path)
        try:
            connection.execute("CHECKPOINT")
        except duckdb.Error as error:
            said = str(error).splitlines()[0]
            raise WarehouseError(
                f"{self.place}: not written out ({said}); free space and run again"
            ) from error
        finally:
            connection.close()
        return publish(self.place, published)

    def close(self) -> None:
        """Nobody waits."""


def storage_of(place: Place) -> Storage:
    """Return the warehouse at a place, not opened yet."""
    return LakeStorage(place) if isinstance(place, Lake) else FileStorage(place)


def open_reader(place: Place) -> Reader:
    """Open a published copy, or a warehouse that nobody writes, or all that a DuckLake has, for reading.

    Raises:
        WarehouseError: there is none, or it cannot be opened; BusyError where a writer holds it.
    """
    return Reader(LakeStorage(place).newest() if isinstance(place, Lake) else connect_newest(place))


def open_settled(place: Place) -> Reader:
    """Open as `open_reader`, for those who take the warehouse elsewhere: what was sent must be noted in it.

    Raises:
        ConfigError: what a run of this machine sent before it was killed is in its journal only.
    """
    reader = open_reader(place)
    journal = journal_path(storage_of(place).scratch)
    if journal.exists():
        reader.close()
        raise ConfigError(
            f"{journal}: not all that a stopped run mailed is noted in {place}, so a copy would mail it again; "
            "run `ingest run` once with that warehouse, then copy"
        )
    return reader


def open_published(published: Place) -> Reader:
    """Open the newest copy in the folder of the readers, or what a DuckLake published last; raises as `open_reader`."""
    if isinstance(published, Lake):
        return Reader(LakeStorage(published).published())
    return open_reader(published / NAME)
