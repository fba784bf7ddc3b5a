"""What could not be fetched or read: noted once, closed when it was read after all."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from ingest.load.database import named_ids, upsert
from ingest.load.rows import Row
from ingest.model import Batch, Failure

_QUARANTINE = (
    "quarantine_id",
    "source_id",
    "url",
    "stage",
    "error",
    "message",
    "content_hash",
    "retryable",
    "first_run_id",
    "last_run_id",
    "resolved_run_id",
)


def quarantine(
    connection: duckdb.DuckDBPyConnection, failures: Sequence[Failure], run_id: str
) -> tuple[Failure, ...]:
    """Note what failed; return the failures that were not open before."""
    once = {failure.quarantine_id: failure for failure in failures}
    with named_ids(connection, "given", list(once)):
        seen = {
            quarantine_id: (first_run_id, is_open)
            for quarantine_id, first_run_id, is_open in connection.execute(
                """
                SELECT quarantine_id, first_run_id, resolved_run_id IS NULL
                FROM quarantine
                WHERE quarantine_id IN (SELECT id FROM given)
                """
            ).fetchall()
        }
    rows: list[Row] = [
        (
            key,
            f.source_id,
            f.url,
            f.stage,
            f.error,
            f.message,
            f.content_hash,
            f.retryable,
            seen.get(key, (run_id,))[0],
            run_id,
            None,
        )
        for key, f in once.items()
    ]
    upsert(connection, "quarantine", _QUARANTINE, rows, key=1)
    return tuple(f for key, f in once.items() if not seen.get(key, ("", False))[1])


def resolve(connection: duckdb.DuckDBPyConnection, batch: Batch, failing: set[str], run_id: str) -> None:
    """Close the quarantine rows of what was read now.

    A server's answer alone settles only what failed on the way to it: the bytes may still be unreadable.
    """
    read = {document.snapshot.link.url for document in batch.documents} - failing
    answered = {validator.url for validator in batch.validators} - failing
    with named_ids(connection, "read", sorted(read)), named_ids(connection, "answered", sorted(answered)):
        connection.execute(
            """
            UPDATE quarantine
            SET resolved_run_id = ?
            WHERE
                resolved_run_id IS NULL
                AND (
                    url IN (SELECT id FROM read)
                    OR stage IN ('sources', 'fetch') AND url IN (SELECT id FROM answered)
                )
            """,
            [run_id],
        )
