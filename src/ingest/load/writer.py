"""The warehouse as a process that writes it sees it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import date, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import duckdb

from ingest.collector import collector_at_rest
from ingest.errors import WarehouseError
from ingest.load import corrections, fingerprints, links, outbox, polling, store
from ingest.load.alike import alike
from ingest.load.database import cursor, database_of, dicts, named_ids, one_thread, transaction, upsert
from ingest.load.delivery_journal import DeliveryJournal, forget, journal_path, take_over
from ingest.load.migrate import open_migrated
from ingest.load.reader import Reader
from ingest.load.storage import storage_of
from ingest.model import (
    Batch,
    Candidate,
    Correction,
    Duplicate,
    IndexPart,
    Overlap,
    Stored,
    StoryLink,
    Verdict,
)
from ingest.place import Place, masked

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_BEGUN = ("run_id", "started_at", "command", "status", "alerts", "program_version")


class Warehouse:
    """The warehouse, opened and of the newest schema; a context manager.

    Every method that writes does so in one transaction: all of it is stored, or nothing.
    """

    def __init__(self, place: Place) -> None:
        """Open or create it; make it ready.

        Raises:
            BusyError: another process has it open.
            NewerSchemaError: a newer version of this program wrote it.
            WarehouseError: it, or its journal of deliveries, is unreadable or not ours; the message names the
                remedy.
        """
        self.place = place
        self._storage = storage_of(place)
        with ExitStack() as opened:
            opened.callback(self._storage.close)
            try:
                self._connection = open_migrated(self._storage)
            except duckdb.Error as error:
                said = masked(str(error).splitlines()[0])
                raise WarehouseError(f"{place}: damaged ({said}); restore a copy from published/") from error
            opened.callback(self._connection.close)
            self._database = database_of(self._connection)
            self.reader = Reader(self._connection)
            """Reads what is stored so far."""
            self._take_over_deliveries()  # of a run that was killed while it sent
            opened.pop_all()

    @classmethod
    def open(cls, place: Place) -> Self:
        """Open or create it; as the constructor."""
        return cls(place)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close it; safe to call twice."""
        with suppress(duckdb.Error):
            self._connection.close()
        self._storage.close()

    def alone(self) -> AbstractContextManager[None]:
        """Let nobody else write while the block runs, where others can: on a DuckLake."""
        return self._storage.alone()

    # ------------------------------------------------------------ runs and batches

    def begin_run(
        self, run_id: str, command: str, started_at: datetime, version: str, *, alerts: bool = True
    ) -> None:
        """Note that a run began; one that never said how it ended is noted as failed.

        What a run without alerts brings counts as told: a backfill never mails, not even later.
        """
        with self._transaction(f"run {run_id}"):
            found = self._connection.execute("SELECT run_id FROM run WHERE status = 'running'").fetchall()
            begun = {begun_id for (begun_id,) in found}
            with named_ids(self._connection, "dead", sorted(begun - self._storage.running(begun))):
                self._connection.execute(
                    "UPDATE run SET status = 'failed' WHERE run_id IN (SELECT id FROM dead)"
                )
            self._storage.begin(run_id)
            row = (run_id, started_at, command, "running", alerts, version)
            upsert(self._connection, "run", _BEGUN, [row], key=1)

    def end_run(self, run_id: str, status: str, counts: Mapping[str, object], ended_at: datetime) -> None:
        """Note how a run ended: `done` or `failed`, and what it counted.

        With a run that is done stands what the warehouse holds, as the check of the next run needs it.
        """
        if status == "done":
            counts = {**counts, "stored": self._held()}
        with self._transaction(f"the end of run {run_id}"):
            self._connection.execute(
                "UPDATE run SET status = ?, counts = ?, ended_at = ? WHERE run_id = ?",
                [status, json.dumps(counts, default=str), ended_at, run_id],
            )

    def _held(self) -> dict[str, int]:
        (counts,) = dicts(
            self._connection,
            """
            SELECT
                (SELECT count(DISTINCT document_id) FROM document) AS documents,
                (SELECT count(*) FROM inspection) AS inspections,
                (SELECT count(*) FROM judgement) AS judgements,
                (SELECT count(*) FROM finding) AS findings,
                (SELECT count(*) FROM story) AS stories,
            """,
        )
        return counts

    def store(self, batch: Batch, run_id: str, now: datetime) -> Stored:
        """Store what one source brought; say what that changed.

        A document that no table can hold goes to quarantine, so that it does not take the batch with it.

        Raises:
            WarehouseError: nothing of the batch was stored; the message says why.
        """
        what = f"what source {batch.source_id} brought"
        with collector_at_rest(), one_thread(self._connection), self._transaction(what):
            return store.store_batch(self._connection, batch, run_id, now)

    def take_over(self, source: Reader) -> dict[str, int]:
        """Copy all that another warehouse holds into this one, which is empty; return rows by table.

        Raises:
            ConfigError: this one is not empty, or the other has another schema.
        """
        with self._transaction("what the other warehouse holds"):
            return source.give(self._connection)

    def write(self, what: str, task: Callable[..., None], *args: Any) -> None:
        """Let a function of this room write with the connection and `args`, all of it or nothing.

        Raises:
            WarehouseError: nothing was stored; the message names `what`.
        """
        with self._transaction(what):
            task(self._connection, *args)

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

    def note_verdicts(self, verdicts: Sequence[Verdict]) -> None:
        """Note what the rules said in the place of each correction."""
        with self._transaction("what came of corrections"):
            corrections.note_verdicts(self._connection, verdicts)

    # ------------------------------------------------------------ duplicates and stories

    def new_texts(self, document_ids: Sequence[str]) -> dict[int, tuple[str, str]]:
        """Return these documents' texts that were not compared yet: the number that each gets, its hash and text."""
        texts = fingerprints.new_texts(self._connection, document_ids)
        return dict(enumerate(texts, start=fingerprints.next_number(self._connection)))

    def numbered_texts(self, numbers: Collection[int]) -> dict[int, tuple[str, str]]:
        """Return compared texts by number: hash and text; without those that no current document has."""
        return fingerprints.numbered_texts(self._connection, numbers)

    def index_parts(self) -> tuple[IndexPart, ...]:
        """Return the sorted parts of the index of fingerprints; large ones are mapped from files.

        Raises:
            WarehouseError: the disk refused a file.
        """
        with self._transaction("the index of texts"):
            return tuple(fingerprints.index_parts(self._connection, self._storage.scratch))

    def add_texts(
        self, texts: Mapping[int, tuple[str, npt.NDArray[np.uint64]]], overlaps: Sequence[Overlap]
    ) -> None:
        """Note number -> (text_hash, fingerprints) of compared texts, and their overlaps."""
        with self._transaction("the comparison of texts"):
            fingerprints.add_texts(self._connection, texts, overlaps)

    def alike(self, document_ids: Sequence[str]) -> tuple[tuple[Candidate, ...], tuple[Overlap, ...]]:
        """Return the documents that may repeat each other, the given among them, and the overlaps of their texts."""
        return alike(self._connection, document_ids)

    def set_duplicates(self, document_ids: Sequence[str], duplicates: Sequence[Duplicate]) -> None:
        """Note what is a duplicate of what; those of the given that are not named are none."""
        with self._transaction("the duplicates"):
            links.set_duplicates(self._connection, document_ids, duplicates)

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

    def record_alerts(self, alerts: Sequence[outbox.Fields], *, told_all: bool = False) -> None:
        """Write rows of `alert`, before anything leaves.

        `told_all`: the watches were asked about all that is stored; nothing of it is `untold` any more.
        """
        with self._transaction("the alerts"):
            outbox.record_alerts(self._connection, alerts, told_all=told_all)

    def enqueue(
        self, deliveries: Sequence[outbox.Fields], at: datetime, composed: Sequence[str] = ()
    ) -> None:
        """Write rows of `delivery` (with `alert_ids`), before anything leaves; known ones stay as they are.

        `composed`: the alerts that wait no longer.
        """
        with self._transaction("the outbox"):
            outbox.enqueue(self._connection, deliveries, composed, at)

    @contextmanager
    def delivery_journal(self) -> Iterator[DeliveryJournal]:
        """Note in the block how each delivery fares; it is taken over at the end, or when the file is next opened.

        Raises:
            WarehouseError: the disk refused.
        """
        try:
            with DeliveryJournal(journal_path(self._storage.scratch)) as journal:
                yield journal
        finally:
            self._take_over_deliveries()

    def _take_over_deliveries(self) -> None:
        journal = journal_path(self._storage.scratch)
        if journal.is_file():
            with self._transaction("what was sent"):
                take_over(self._connection, journal)
            forget(journal)

    def mark_delivery(self, delivery_id: str, status: str, error: str | None) -> None:
        """Note what is known of a delivery afterwards; `pending` sends it again."""
        with self._transaction(f"delivery {delivery_id}"):
            outbox.mark(self._connection, delivery_id, status, error)

    def pending_deliveries(self, now: datetime) -> list[dict[str, Any]]:
        """Return the rows of `delivery` that are to be tried now, without bodies, what was tried least first."""
        return outbox.pending_deliveries(self._connection, now)

    def delivery_bodies(self, delivery_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Return text and HTML of these deliveries by id; may be asked from another thread."""
        with cursor(self._connection, self._database) as beside:
            return outbox.delivery_bodies(beside, delivery_ids)

    def deliveries_named(self, words: str) -> list[dict[str, Any]]:
        """Return the deliveries whose id begins so; at most six."""
        return outbox.deliveries_named(self._connection, words)

    def waiting_alerts(self) -> list[dict[str, Any]]:
        """Return the rows of `alert` that wait for their digest."""
        return outbox.waiting_alerts(self._connection)

    def told(self, authorities: Sequence[str]) -> list[dict[str, Any]]:
        """Return what every alert about these authorities said: watch_id, story_id, gss, content_key, content."""
        return outbox.told(self._connection, authorities)

    def alerted(self, start: datetime, end: datetime) -> set[str]:
        """Return the watches that have an alert from `start` to before `end`."""
        return outbox.alerted(self._connection, start, end)

    def newest_alerts(self, watch_id: str, gss: str | None, most: int) -> list[dict[str, Any]]:
        """Return the newest rows of `alert` of a watch, about one authority where one is given."""
        return outbox.newest_alerts(self._connection, watch_id, gss, most)

    # ------------------------------------------------------------ publishing

    def publish(self, published: Place) -> Place:
        """Let readers see what is stored now; return what they open.

        It is the last that is done: a file is closed by it.

        Raises:
            WarehouseError: the disk refused; readers keep what they have.
        """
        return self._storage.publish(self._connection, published)

    @contextmanager
    def _transaction(self, what: str) -> Iterator[None]:
        with self.alone(), transaction(self._connection, f"{self.place}: {what}"):
            yield
            self._storage.assert_alone()
