"""The warehouse as the one process that writes it sees it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from ingest.errors import WarehouseError
from ingest.load import corrections, links, outbox, polling, store
from ingest.load.database import connect, transaction
from ingest.load.migrate import migrate, refresh_reference, refresh_views
from ingest.load.publish import publish
from ingest.load.reader import Reader
from ingest.model import Batch, Candidate, Correction, Duplicate, Stored, StoryLink


class Warehouse:
    """The writer's file, opened and of the newest schema; a context manager.

    Every method that writes does so in one transaction: all of it is stored, or nothing.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the file; make it ready.

        Raises:
            BusyError: another process has it open.
            NewerSchemaError: a newer version of this program wrote it.
            WarehouseError: it is unreadable or not ours; the message names the remedy.
        """
        self.path = path
        self._connection = connect(path)
        try:
            new = migrate(self._connection, path)
            refresh_views(self._connection, all_of_them=new > 0)
            refresh_reference(self._connection)
        except duckdb.Error as error:
            self.close()
            said = str(error).splitlines()[0]
            raise WarehouseError(f"{path}: damaged ({said}); restore a copy from published/") from error
        except BaseException:
            self.close()
            raise
        self.reader = Reader(self._connection)
        """Reads what is stored so far."""

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or create the file; as the constructor."""
        return cls(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; safe to call twice."""
        with suppress(duckdb.Error):
            self._connection.close()

    # ------------------------------------------------------------ runs and batches

    def begin_run(
        self, run_id: str, command: str, started_at: datetime, version: str, *, alerts: bool = True
    ) -> None:
        """Note that a run began; one that never said how it ended is noted as failed.

        What a run without alerts brings counts as told: a backfill never mails, not even later.
        """
        with self._transaction(f"run {run_id}"):
            self._connection.execute("UPDATE run SET status = 'failed' WHERE status = 'running'")
            self._connection.execute(
                "INSERT OR REPLACE INTO run (run_id, started_at, command, status, alerts, program_version) "
                "VALUES (?, ?, ?, 'running', ?, ?)",
                [run_id, started_at, command, alerts, version],
            )

    def end_run(self, run_id: str, status: str, counts: Mapping[str, object], ended_at: datetime) -> None:
        """Note how a run ended: `done` or `failed`, and what it counted."""
        with self._transaction(f"the end of run {run_id}"):
            self._connection.execute(
                "UPDATE run SET status = ?, counts = ?, ended_at = ? WHERE run_id = ?",
                [status, json.dumps(counts, default=str), ended_at, run_id],
            )

    def store(self, batch: Batch, run_id: str, now: datetime) -> Stored:
        """Store what one source brought; say what that changed.

        A document that no table can hold goes to quarantine, so that it does not take the batch with it.

        Raises:
            WarehouseError: nothing of the batch was stored; the message says why.
        """
        with self._transaction(f"what source {batch.source_id} brought"):
            return store.store_batch(self._connection, batch, run_id, now)

    # ------------------------------------------------------------ when sources are asked

    def polls(self) -> dict[str, polling.Poll]:
        """Return what is known of the rhythm of each source, by its id."""
        return polling.polls(self._connection)

    def begin_polls(self, source_ids: Sequence[str]) -> None:
        """Note that a run is at these sources."""
        with self._transaction("which sources are asked"):
            polling.begin_polls(self._connection, source_ids)

    def note_polls(self, made: Iterable[polling.Poll]) -> None:
        """Note when sources are to be asked next."""
        with self._transaction("when sources are asked next"):
            polling.note_polls(self._connection, made)

    # ------------------------------------------------------------ corrections

    def add_corrections(self, made: Sequence[Correction]) -> None:
        """Note what people corrected; it is applied when their documents are read again."""
        with self._transaction("the corrections"):
            corrections.add_corrections(self._connection, made)

    def remove_correction(self, correction_id: str) -> None:
        """Take a correction back; the rules decide again when its document is read again."""
        with self._transaction(f"correction {correction_id}"):
            corrections.remove_correction(self._connection, correction_id)

    # ------------------------------------------------------------ duplicates and stories

    def candidates(self, document_ids: Sequence[str]) -> tuple[tuple[Candidate, Candidate], ...]:
        """Return the pairs (given document, other current document) that may be duplicates."""
        return links.candidates(self._connection, document_ids)

    def set_duplicates(self, duplicates: Sequence[Duplicate]) -> None:
        """Note what is a duplicate of what."""
        with self._transaction("the duplicates"):
            links.set_duplicates(self._connection, duplicates)

    def file_claims(self, moves: Sequence[tuple[str, str, str]]) -> None:
        """File what documents say of a visit under another inspection: (document_id, from, to)."""
        with self._transaction("the visits"):
            links.file_claims(self._connection, moves)

    def set_stories(self, story_links: Sequence[StoryLink]) -> None:
        """Put each named document into exactly the stories that are named for it."""
        with self._transaction("the stories"):
            links.set_stories(self._connection, story_links)

    # ------------------------------------------------------------ alerts

    def watch_began(self, watches: Iterable[outbox.Watched], today: date) -> dict[str, date]:
        """Note the watches (watch_id, since, definition); return the day on which each began."""
        with self._transaction("the watches"):
            return outbox.began(self._connection, watches, today)

    def record(
        self,
        alerts: Sequence[Mapping[str, object]],
        deliveries: Sequence[Mapping[str, object]] = (),
        *,
        told_all: bool = False,
    ) -> None:
        """Write rows of `alert` and `delivery` together, before any mail leaves.

        `told_all`: the watches were asked about all that is stored; nothing of it is `untold` any more.
        """
        with self._transaction("the alerts"):
            outbox.record(self._connection, alerts, deliveries, told_all=told_all)

    def delivery_done(self, delivery_id: str, status: str, error: str | None, at: datetime) -> None:
        """Note an attempt to send a mail."""
        with self._transaction(f"delivery {delivery_id}"):
            outbox.delivery_done(self._connection, delivery_id, status, error, at)

    def pending_deliveries(self) -> list[dict[str, Any]]:
        """Return the rows of `delivery` that are still to be sent, the oldest first."""
        return outbox.pending_deliveries(self._connection)

    def waiting_alerts(self) -> list[dict[str, Any]]:
        """Return the rows of `alert` that wait for their digest."""
        return outbox.waiting_alerts(self._connection)

    def told(self) -> list[dict[str, Any]]:
        """Return what every alert said: watch_id, story_id, gss, content_key, content."""
        return outbox.told(self._connection)

    def last_delivery(self, watch_id: str) -> datetime | None:
        """Return when the newest mail of a watch was written."""
        return outbox.last_delivery(self._connection, watch_id)

    # ------------------------------------------------------------ publishing

    def publish(self, published_dir: Path) -> Path:
        """Write all to the file, close it, and give readers a copy of it; return that copy's path.

        Raises:
            WarehouseError: the disk refused; readers keep the copy that they have.
        """
        try:
            self._connection.execute("CHECKPOINT")
        except duckdb.Error as error:
            said = str(error).splitlines()[0]
            raise WarehouseError(
                f"{self.path}: not written out ({said}); free space and run again"
            ) from error
        finally:
            self.close()
        return publish(self.path, published_dir)

    def _transaction(self, what: str) -> Any:
        return transaction(self._connection, f"{self.path}: {what}")
