"""What becomes of each delivery, noted line by line in a file beside the warehouse and taken over in one go.

A transaction of DuckDB for each mail would take longer than the mail. A line is written before a mail is handed
over and another when the server has answered, so that a process killed at any moment leaves one mail in doubt,
which is sent again under the same Message-ID. The first line that comes `SYNC_SECONDS` after the last sync takes
all lines before it to the disk as well: a machine that loses power may repeat what it sent within one such span,
and loses nothing.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from ingest.errors import WarehouseError
from ingest.load.database import arrow_table, registered, sync_folder
from ingest.model import DeliveryResult

SYNC_SECONDS = 0.25
_BEGUN = "begun"
_IN_DOUBT = (
    "stopped while it was handed over: it may have arrived, and is sent again under the same Message-ID"
)
_COLUMNS = ("delivery_id", "status", "attempts", "error", "sent_at", "next_try_at")
# A journal may be old: where several machines send, another one may have sent meanwhile what this one began.
_TAKE_OVER = """
UPDATE delivery
SET status = noted.status, attempts = noted.attempts, error = noted.error, sent_at = noted.sent_at,
    next_try_at = noted.next_try_at
FROM noted
WHERE delivery.delivery_id = noted.delivery_id
    AND delivery.status = 'pending'
    AND (noted.status = 'sent' OR noted.attempts > delivery.attempts)
"""


def journal_path(warehouse_path: Path) -> Path:
    """Return where the journal of this warehouse lies."""
    return warehouse_path.with_suffix(".deliveries.jsonl")


class DeliveryJournal:
    """The file, open for more lines; a context manager.

    Its methods raise WarehouseError where the disk refuses a line: then nothing more may be sent.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._synced_at = time.monotonic()
        self._file = self._guarded(os.open, path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            self._guarded(sync_folder, path.parent)  # else the whole file may be gone after a loss of power
        except WarehouseError:
            os.close(self._file)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)

    def begin(self, delivery_id: str, attempts: int) -> None:
        """Note that it is handed over now, for the time that `attempts` says."""
        self._write({"delivery_id": delivery_id, "status": _BEGUN, "attempts": attempts})

    def done(self, result: DeliveryResult) -> None:
        """Note how it fared."""
        self._write({column: getattr(result, column) for column in _COLUMNS})

    def _write(self, row: dict[str, Any]) -> None:
        line = json.dumps(row, default=datetime.isoformat).encode() + b"\n"
        if self._guarded(os.write, self._file, line) < len(line):
            raise WarehouseError(f"{self._path}: the disk is full; free space and run again")
        if time.monotonic() - self._synced_at >= SYNC_SECONDS:
            self._guarded(os.fdatasync, self._file)
            self._synced_at = time.monotonic()

    def _guarded(self, call: Any, *args: Any) -> int:
        try:
            return int(call(*args) or 0)
        except OSError as error:
            raise WarehouseError(
                f"{self._path}: what was sent cannot be noted ({error.strerror}), so no more is sent; free space "
                "or mend permissions and run again"
            ) from error


def take_over(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write what the journal says into the table; to be called within a transaction.

    Only what is pending changes: to sent, or to what came of a later attempt than the table knows of. Taken over
    twice it says the same, so the file is removed afterwards, with `forget`.
    """
    last = {row["delivery_id"]: _outcome(row) for row in _rows(path)}
    rows = [tuple(row[column] for column in _COLUMNS) for row in last.values()]
    if rows:
        with registered(connection, "noted", arrow_table(connection, "delivery", _COLUMNS, rows)):
            connection.execute(_TAKE_OVER)


def forget(path: Path) -> None:
    """Remove a journal that was taken over, for good: it must not come back after a loss of power."""
    with suppress(FileNotFoundError):
        path.unlink()
        sync_folder(path.parent)


def _rows(path: Path) -> list[dict[str, Any]]:
    rows = []
    for line in path.read_bytes().split(b"\n"):
        with suppress(ValueError):  # the last one may be cut off
            rows.append(json.loads(line))
    return rows


def _outcome(row: dict[str, Any]) -> dict[str, Any]:
    if row["status"] == _BEGUN:
        return {**row, "status": "pending", "error": _IN_DOUBT, "sent_at": None, "next_try_at": None}
    times = {name: row[name] and datetime.fromisoformat(row[name]) for name in ("sent_at", "next_try_at")}
    return {**row, **times}
