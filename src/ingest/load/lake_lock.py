"""Locks that the writers of a DuckLake share: advisory locks of the PostgreSQL that has its catalogue.

Snapshot isolation does not see that two transactions add the same key, nor that one draws an inspection from
claims to which the other adds. So writers take turns, transaction by transaction. PostgreSQL frees the locks of
a process that dies.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb

from ingest.errors import WarehouseError
from ingest.load.database import CONFIG, raise_interrupt
from ingest.load.lake_parts import load_extensions, opening_error, quoted
from ingest.place import Lake, masked

_WRITING, _RUN = 1, 2
"""The two kinds of lock: the first of two numbers by which PostgreSQL knows one."""
PAUSE = 0.05
"""Seconds between two tries to get the lock: a wait in PostgreSQL would not hear Ctrl-C."""


class LakeLock:
    """The locks of one process."""

    def __init__(self, place: Lake) -> None:
        """Connect to the catalogue.

        Raises:
            WarehouseError: PostgreSQL is out of reach.
        """
        self._place = place
        self._connection = duckdb.connect(config=CONFIG)
        self._runs = self._connection.cursor()
        self._depth = 0
        try:
            load_extensions(self._connection, "postgres_scanner")
            self._connection.execute(
                f"ATTACH {quoted(place.catalogue)} AS catalogue (TYPE postgres, READ_ONLY)"
            )
        except duckdb.Error as error:
            self.close()
            raise opening_error(place, error) from error

    def close(self) -> None:
        """Let go of all of them; safe to call twice."""
        self._runs.close()
        self._connection.close()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until nobody else writes, and let nobody else write while the block runs.

        Raises:
            WarehouseError: the lock cannot be had.
        """
        if self._depth == 0:
            self._wait()
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0:
                self._let_go()

    def assert_held(self) -> None:
        """See that the lock was not lost with its connection.

        Raises:
            WarehouseError: it was, so that somebody else may write.
        """
        try:
            self._ask(self._connection, "SELECT 1")
        except duckdb.Error as error:
            said = masked(str(error).splitlines()[0])
            raise WarehouseError(
                f"{self._place}: the lock of its writers was lost ({said}); run again"
            ) from error

    def hold(self, run_id: str) -> None:
        """Hold the lock of a run until this is closed."""
        self._runs.begin()
        self._ask(self._runs, f"SELECT pg_advisory_xact_lock({_RUN}, {_number(run_id)})::text")

    def is_held(self, run_id: str) -> bool:
        """Say whether a process holds the lock of a run."""
        with self._connection.cursor() as cursor:
            cursor.begin()
            free = self._ask(cursor, f"SELECT pg_try_advisory_xact_lock({_RUN}, {_number(run_id)})")
            cursor.rollback()
            return not free

    def _wait(self) -> None:
        self._connection.begin()
        try:
            while not self._ask(self._connection, f"SELECT pg_try_advisory_xact_lock({_WRITING}, 0)"):
                time.sleep(PAUSE)
        except duckdb.Error as error:
            self._let_go()
            said = masked(str(error).splitlines()[0])
            raise WarehouseError(f"{self._place}: the lock of its writers cannot be had ({said})") from error
        except BaseException as error:
            self._let_go()
            raise_interrupt(error)
            raise

    def _let_go(self) -> None:
        with suppress(duckdb.Error):  # A lost connection has no lock to give back.
            self._connection.rollback()

    @staticmethod
    def _ask(connection: duckdb.DuckDBPyConnection, sql: str) -> object:
        rows = connection.execute("FROM postgres_query('catalogue', ?)", [sql]).fetchall()
        return rows[0][0]


def _number(run_id: str) -> int:
    return zlib.crc32(run_id.encode()) - 2**31
