"""What the other rooms ask of the warehouse, as records of the model; never a connection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import duckdb

from ingest.errors import ConfigError, WarehouseError
from ingest.load import corrections, known, layout
from ingest.load.checks import CheckFailure, run_checks
from ingest.load.database import cursor, database_of, dicts, raise_interrupt
from ingest.load.dictionary import Relation, relations
from ingest.load.export import Exported, export
from ingest.load.moving import take_over
from ingest.load.results import Format, ask, write_result
from ingest.load.snapshots import stored_snapshots
from ingest.load.stored import StoredDocument, StoredInspection, stored_documents, stored_inspections
from ingest.load.subjects import (
    followups_beside,
    inspection_events,
    stored_links,
    stored_subjects,
    visit_claims,
)
from ingest.load.updates import story_updates
from ingest.model import (
    AuthorityMatch,
    Correction,
    Document,
    Failure,
    InspectionEvent,
    Known,
    Link,
    Snapshot,
    StoryLink,
    StoryUpdate,
    UnnamedDocument,
    Validator,
    VisitClaim,
)
from ingest.place import masked

_TEXTS = 500
"""Texts of documents held at a time."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What the warehouse holds, for the summary of a run."""

    documents: dict[str, int]
    """Current documents by kind."""
    duplicates: int
    stories: int
    inspections: int
    judgements: int
    findings: dict[str, int]
    """Of current documents that are no duplicates, by polarity."""
    quarantine: tuple[Failure, ...]
    """What is still open."""


class Reader:
    """Questions to a warehouse; a context manager where it has a file of its own open.

    Several threads may ask at once; what a transaction of the writer did not finish is not seen.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._database = database_of(connection)

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

    def give(self, target: duckdb.DuckDBPyConnection) -> dict[str, int]:
        """Copy all that is stored into another warehouse; as `ingest.load.moving.take_over`."""
        with self._cursor() as cursor:
            cursor.begin()  # All tables as they stand at one moment, whoever writes meanwhile.
            return take_over(target, cursor)

    # ------------------------------------------------------------ for fetching

    def validators(self, source_id: str) -> dict[str, Validator]:
        """Return what is known of each address of a source, by address."""
        rows = self._dicts(
            "SELECT url, etag, last_modified, content_hash, final_url, first_fetched_at, checked_at, "
            "moved_to, same_as, retry_at FROM resource WHERE source_id = ?",
            [source_id],
        )
        return {row["url"]: Validator(**row) for row in rows}

    def announcements(self, source_id: str) -> tuple[Link, ...]:
        """Return all that a source ever announced, in the order of the addresses."""
        sql = f"SELECT {', '.join(layout.LINK)} FROM announcement WHERE source_id = ? ORDER BY url"  # noqa: S608
        return tuple(Link(**row) for row in self._dicts(sql, [source_id]))

    # ------------------------------------------------------------ for reading again and linking

    def snapshots(self) -> Iterator[tuple[Link, Snapshot]]:
        """Yield what reprocessing should read again: current documents and open quarantine.

        For quarantined items `media_type` is empty and `size` 0: sniff the archived bytes anew.
        The rows are fetched first, so the warehouse may be written while this is consumed.
        """
        with self._cursor() as cursor:
            found = stored_snapshots(cursor)
        yield from found

    def unlinked(self) -> tuple[str, ...]:
        """Return the current documents that have no story yet, or were rewritten since they had one.

        A run that was stopped between storing and linking leaves such; the next run links them.
        """
        return self._ids("is_current AND story_id IS NULL")

    def untold(self) -> tuple[str, ...]:
        """Return the current documents about which the watches were not asked yet, backfills left out.

        A run that was stopped before its alerts leaves such; the next run tells them.
        """
        return self._ids("is_current AND NOT is_told")

    def known(self) -> Known:
        """Return what can tell which authority a text means that names none."""
        with self._cursor() as cursor:
            return known.known(cursor)

    def unnamed(self) -> tuple[UnnamedDocument, ...]:
        """Return the current documents that name no authority, those filed by deduction included."""
        with self._cursor() as cursor:
            return known.unnamed(cursor)

    def filed(self) -> dict[str, AuthorityMatch]:
        """Return under which authority current documents were filed by deduction, by their ids."""
        with self._cursor() as cursor:
            return known.filed(cursor)

    def subjects(self, document_ids: Sequence[str]) -> tuple[Document, ...]:
        """Return current documents as far as the search for their stories needs them: no findings."""
        with self._cursor() as cursor:
            return stored_subjects(cursor, document_ids)

    def visit_claims(self, document_ids: Sequence[str]) -> tuple[VisitClaim, ...]:
        """Return all that is said of visits of the kind, to the authority, that these documents tell of."""
        with self._cursor() as cursor:
            return visit_claims(cursor, document_ids)

    def inspection_events(self, document_ids: Sequence[str]) -> tuple[InspectionEvent, ...]:
        """Return the inspections of all authorities that these documents are about."""
        with self._cursor() as cursor:
            return inspection_events(cursor, document_ids)

    def followups_beside(self, document_ids: Sequence[str]) -> tuple[str, ...]:
        """Return the follow-ups about authorities of whose inspections these documents tell."""
        with self._cursor() as cursor:
            return followups_beside(cursor, document_ids)

    def story_links(self, document_ids: Sequence[str]) -> dict[str, tuple[StoryLink, ...]]:
        """Return by document the stories that it belongs to now, the first first."""
        with self._cursor() as cursor:
            return stored_links(cursor, document_ids)

    # ------------------------------------------------------------ for alerts and people

    def updates(self, document_ids: Iterable[str], *, sensitive: bool = False) -> tuple[StoryUpdate, ...]:
        """Return what is known of the stories of these documents, by story and authority.

        Findings are those of current versions and originals; a story of no authority gives none. What
        could identify a child is left out, unless `sensitive`.
        """
        with self._cursor() as cursor:
            return story_updates(cursor, document_ids=document_ids, sensitive=sensitive)

    def story_updates(self, story_ids: Iterable[str], *, sensitive: bool = False) -> tuple[StoryUpdate, ...]:
        """Return what is known of these stories; as `updates`."""
        with self._cursor() as cursor:
            return story_updates(cursor, story_ids=story_ids, sensitive=sensitive)

    def corrections(self) -> tuple[Correction, ...]:
        """Return what people corrected, in the order in which they did."""
        with self._cursor() as cursor:
            return corrections.stored_corrections(cursor)

    def documents_named(self, words: str) -> list[dict[str, Any]]:
        """Return the current documents with this id, address, or a beginning of either; at most six."""
        with self._cursor() as cursor:
            return corrections.documents_named(cursor, words)

    def findings_of(self, document_id: str) -> list[dict[str, Any]]:
        """Return the findings of the current version of a document, with their themes and rules."""
        with self._cursor() as cursor:
            return corrections.findings_of(cursor, document_id)

    def dicts(self, sql: str, given: object = None) -> list[dict[str, Any]]:
        """Run a query of ours; return its rows as dictionaries.

        Raises:
            WarehouseError: this copy of the warehouse has not what is asked for.
        """
        try:
            return self._dicts(sql, given)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            said = str(error).splitlines()[0]
            raise WarehouseError(
                f"another version of this program made this warehouse ({said}); `ingest run` brings it up to date"
            ) from error

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield the address and the text of every document in force, in no order.

        They are fetched as they are consumed: all of them at once are gigabytes.
        """
        with self._cursor() as cursor:
            result = cursor.execute("SELECT url, text FROM document WHERE is_current")
            while rows := result.fetchmany(_TEXTS):
                yield from rows

    def inspections(self) -> tuple[StoredInspection, ...]:
        """Return all inspections with their judgements and the evidence, by id."""
        with self._cursor() as cursor:
            return stored_inspections(cursor)

    def ofsted_documents(self) -> tuple[StoredDocument, ...]:
        """Return Ofsted's own documents, once for each authority."""
        with self._cursor() as cursor:
            return stored_documents(cursor)

    def counts(self) -> Counts:
        """Count what is stored."""
        (totals,) = self._dicts(
            """
            SELECT
                (SELECT count(*) FROM document WHERE is_current AND duplicate_of IS NOT NULL) AS duplicates,
                (SELECT count(*) FROM story) AS stories,
                (SELECT count(*) FROM inspection) AS inspections,
                (SELECT count(*) FROM judgement) AS judgements,
            """,
        )
        documents = "SELECT kind, count(*) FROM document WHERE is_current GROUP BY kind ORDER BY kind"
        findings = "SELECT polarity, count(*) FROM finding_current GROUP BY polarity ORDER BY polarity"
        return Counts(
            documents=dict(self._rows(documents)),
            findings=dict(self._rows(findings)),
            quarantine=self.quarantine(),
            **totals,
        )

    def quarantine(self) -> tuple[Failure, ...]:
        """Return what could not be fetched or read and still waits."""
        rows = self._dicts(
            """
            SELECT source_id, url, stage, error, message, content_hash, retryable,
            FROM quarantine
            WHERE resolved_run_id IS NULL
            ORDER BY source_id, url, stage, error
            """,
        )
        return tuple(Failure(**row) for row in rows)

    def last_run(self) -> dict[str, Any] | None:
        """Return the row of the newest run; None before the first."""
        rows = self._dicts("SELECT * FROM run ORDER BY started_at DESC, run_id DESC LIMIT 1")
        return rows[0] if rows else None

    def relations(self) -> tuple[Relation, ...]:
        """Return every table, view and macro with what it says of itself."""
        with self._cursor() as cursor:
            return relations(cursor)

    def check(self) -> tuple[CheckFailure, ...]:
        """Run the checks of warehouse/checks/; return those that found something."""
        with self._cursor() as cursor:
            return run_checks(cursor)

    def query(self, sql: str) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        """Run a user's SQL; return the names of the columns and the rows.

        Raises:
            ConfigError: it asks nothing, or DuckDB does not accept it; then the message is DuckDB's.
        """
        with _told_to_the_user(), self._cursor() as cursor:
            result = ask(cursor, sql)
            columns = tuple(str(column[0]) for column in result.description or ())
            return columns, result.fetchall()

    def first_rows(self, sql: str, most: int) -> tuple[tuple[str, ...], list[tuple[Any, ...]], bool]:
        """Run a user's SQL; return the columns, the first rows, and whether there are more; as `query`."""
        with _told_to_the_user(), self._cursor() as cursor:
            result = ask(cursor, sql)
            columns = tuple(str(column[0]) for column in result.description or ())
            rows = result.fetchmany(most + 1)
            return columns, rows[:most], len(rows) > most

    def published_run(self) -> dict[str, Any] | None:
        """Return the row of the view `published_run`: the run whose results these are; None before one."""
        rows = self.dicts("FROM published_run")
        return rows[0] if rows else None

    def write(self, sql: str, target: IO[bytes], form: Format) -> int:
        """Run a user's SQL and write its result to an open file; return the number of rows.

        Raises:
            ConfigError: it asks nothing, or DuckDB does not accept it; then the message is DuckDB's.
        """
        with _told_to_the_user(), self._cursor() as cursor:
            return write_result(cursor, sql, target, form)

    def export(self, folder: Path, **how: Any) -> tuple[Exported, ...]:
        """Write a release of the views into a new folder; as `ingest.load.export.export`."""
        with self._cursor() as cursor:
            return export(cursor, folder, **how)

    def _cursor(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """One for each question, so that several threads may ask at once."""
        return cursor(self._connection, self._database)

    def _dicts(self, sql: str, given: object = None) -> list[dict[str, Any]]:
        with self._cursor() as cursor:
            return dicts(cursor, sql, given)

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self._cursor() as cursor:
            return cursor.execute(sql).fetchall()

    def _ids(self, condition: str) -> tuple[str, ...]:
        rows = self._rows(f"SELECT document_id FROM document WHERE {condition} ORDER BY document_id")  # noqa: S608
        return tuple(document_id for (document_id,) in rows)


@contextmanager
def _told_to_the_user() -> Iterator[None]:
    """What DuckDB says against a user's query is the user's to read."""
    try:
        yield
    except duckdb.Error as error:
        raise ConfigError(f"that query does not run: {masked(str(error))}") from error
    except RuntimeError as error:
        raise_interrupt(error)
        raise
