"""A DuckLake: Parquet files, in a folder or in object storage, listed in a catalogue that PostgreSQL keeps.
Several machines write it at once.

Every commit is a snapshot. Readers are given the one that was published last, whole, whatever is written
meanwhile; what it names is kept for a week after others took its place.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager

import duckdb

from ingest.errors import WarehouseError
from ingest.load.database import CONFIG, transaction
from ingest.load.lake_files import files_to_reach, reach_files
from ingest.load.lake_lock import LakeLock
from ingest.load.lake_parts import load_extensions, opening_error, quoted
from ingest.place import Lake, Place, masked

NAME = "warehouse"
"""What the lake is called in SQL, where its name is needed."""
KEPT = "7 days"
"""So long what is compacted or overwritten can still be read by those who opened it before."""
LAKE_ONLY = "publication"
"""The table that says which snapshot readers see; a file has none."""
_PUBLICATION = f"CREATE TABLE {LAKE_ONLY} (snapshot BIGINT NOT NULL, published_at TIMESTAMPTZ NOT NULL)"


class LakeStorage:
    """A DuckLake, as the one who writes it has it; as `ingest.load.storage.Storage`."""

    def __init__(self, place: Lake) -> None:
        self.place = place
        self.scratch = place.scratch
        self._held: LakeLock | None = None

    @property
    def _lock(self) -> LakeLock:
        self._held = self._held or LakeLock(self.place)
        return self._held

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open the lake, or make one."""
        connection = _attach(self.place)
        try:
            known = connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [LAKE_ONLY])
            if not known.fetchall():
                with transaction(connection, f"{self.place}: its settings"):
                    connection.execute(_PUBLICATION)
                    for option in ("expire_older_than", "delete_older_than"):
                        connection.execute(f"CALL {NAME}.set_option('{option}', '{KEPT}')")
            return connection
        except BaseException:
            connection.close()
            raise

    def before_migration(
        self, connection: duckdb.DuckDBPyConnection, number: int
    ) -> duckdb.DuckDBPyConnection:
        """The snapshot before it stays for a week."""
        return connection

    def alone(self) -> AbstractContextManager[None]:
        """Hold the lock of the writers."""
        return self._lock.alone()

    def assert_alone(self) -> None:
        """See that PostgreSQL still holds the lock."""
        self._lock.assert_held()

    def running(self, run_ids: Collection[str]) -> set[str]:
        """Return those of these runs whose process still holds their lock."""
        return {run_id for run_id in run_ids if self._lock.is_held(run_id)}

    def begin(self, run_id: str) -> None:
        """Hold the run's lock until the storage is closed."""
        self._lock.hold(run_id)

    def publish(self, connection: duckdb.DuckDBPyConnection, published: Place) -> Place:
        """Compact the lake and point readers at the snapshot that it has then.

        They are pointed at what there is before as well, so that expiring old snapshots leaves them one.
        """
        try:
            with self.alone():
                self._point(connection)
                connection.execute(f"CHECKPOINT {NAME}")
                self._point(connection)
        except duckdb.Error as error:
            said = masked(str(error).splitlines()[0])
            raise WarehouseError(f"{self.place}: not compacted ({said}); run again") from error
        return self.place

    def _point(self, connection: duckdb.DuckDBPyConnection) -> None:
        with transaction(connection, f"{self.place}: which snapshot readers see"):
            connection.execute("DELETE FROM publication")
            connection.execute(f"INSERT INTO publication SELECT id, now() FROM {NAME}.current_snapshot()")  # noqa: S608

    def newest(self) -> duckdb.DuckDBPyConnection:
        """Open all that is stored, for reading."""
        return _attach(self.place, "READ_ONLY")

    def published(self) -> duckdb.DuckDBPyConnection:
        """Open what was published last, for reading; it stays as it is while it is open.

        Raises:
            WarehouseError: nothing was published yet.
        """
        connection = duckdb.connect(config=CONFIG)
        try:
            attach_published(connection, self.place, NAME)
            return _used(connection)
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        """Let go of the locks."""
        if self._held:
            self._held.close()


def attach_published(connection: duckdb.DuckDBPyConnection, place: Lake, name: str) -> None:
    """Let SQL read what was published last under this name; it stays as it is.

    Raises:
        ConfigError: a package or a setting is missing.
        WarehouseError: nothing was published yet, or the lake cannot be opened.
    """
    try:
        _attach_to(connection, place, name, "READ_ONLY")
        found = connection.execute(f"SELECT max(snapshot) FROM {name}.publication").fetchone()  # noqa: S608
        if not found or found[0] is None:
            raise WarehouseError(f"{place}: nothing was published yet; make it with `ingest run`")
        connection.execute(f"DETACH {name}")
        _attach_to(connection, place, name, f"SNAPSHOT_VERSION {found[0]}")
    except duckdb.Error as error:
        raise opening_error(place, error) from error


def _attach(place: Lake, *options: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config=CONFIG)
    try:
        _attach_to(connection, place, NAME, *options)
        return _used(connection)
    except duckdb.Error as error:
        connection.close()
        raise opening_error(place, error) from error
    except BaseException:
        connection.close()
        raise


def _attach_to(connection: duckdb.DuckDBPyConnection, place: Lake, name: str, *options: str) -> None:
    load_extensions(connection, "ducklake", "postgres_scanner")
    if place.files:
        options = (f"DATA_PATH {quoted(place.files)}", *options)
        reach_files(connection, place.files, place.objects)
    how = f" ({', '.join(options)})" if options else ""
    attach = f"ATTACH {quoted(f'ducklake:postgres:{place.catalogue}')} AS {name}{how}"
    try:
        connection.execute(attach)
    except duckdb.Error as error:
        files = files_to_reach(error)
        if not files:
            raise
        reach_files(connection, files, place.objects)
        connection.execute(attach)


def _used(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    connection.execute(f"USE {NAME}")
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    return connection
