"""Stores one batch: decides for each document whether it is new, changed, read differently or known.

| the current version has   | outcome   | what is written                                         |
|---------------------------|-----------|---------------------------------------------------------|
| no row                    | new       | version 1                                               |
| the same digest           | unchanged | nothing                                                 |
| the same text or bytes    | updated   | the same version anew: the rules read it differently    |
| a text that differs only  | unchanged | nothing: a counter, a date of update, a list of links   |
| where it does every day   |           |                                                         |
| another text, other bytes | changed   | one version more; the old one stays, no longer current  |

The same text from a second source that announces the same address changes nothing: a version belongs
to the source that brought it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import duckdb

from ingest.load.corrections import note_verdicts
from ingest.load.database import named_ids
from ingest.load.document_tables import Write, write_documents
from ingest.load.presence import note_moves, note_presence
from ingest.load.quarantine import quarantine, resolve
from ingest.load.rows import DocumentRows, document_rows
from ingest.load.source_rows import write_source
from ingest.model import Batch, Failure, Stored


@dataclass(frozen=True, slots=True)
class _Known:
    version: int
    source_id: str
    text_hash: str
    version_hash: str
    content_hash: str
    digest: str
    run_id: str
    is_told: bool


def store_batch(connection: duckdb.DuckDBPyConnection, batch: Batch, run_id: str, now: datetime) -> Stored:
    """Write the batch; to be called within a transaction."""
    laid, refused = _lay_out(batch)
    known = _known(connection, [rows.document_id for rows in laid])
    outcomes: dict[str, list[str]] = {"new": [], "changed": [], "updated": [], "unchanged": []}
    writes: list[Write] = []
    is_told = _is_backfill(connection, run_id)
    for rows in laid:
        have = known.get(rows.document_id)
        outcome = _outcome(rows, have)
        outcomes[outcome].append(rows.document_id)
        if outcome == "updated" and have:
            writes.append(Write(rows, outcome, have.version, have.run_id, have.is_told))
        elif outcome != "unchanged":
            writes.append(Write(rows, outcome, have.version + 1 if have else 1, run_id, is_told))
    write_documents(connection, writes)
    write_source(connection, batch, run_id, now)
    note_moves(connection, batch.moves, now)
    note_presence(connection, batch.source_id, batch.withdrawn, batch.restored, run_id, now)
    note_verdicts(connection, batch.verdicts)
    failures = (*batch.failures, *refused)
    quarantined = quarantine(connection, failures, run_id)
    resolve(connection, batch, {failure.url for failure in failures}, run_id)
    return Stored(**{name: tuple(ids) for name, ids in outcomes.items()}, quarantined=quarantined)


def _lay_out(batch: Batch) -> tuple[list[DocumentRows], tuple[Failure, ...]]:
    """Return the rows of each document once, and a failure for each that no table can hold."""
    documents = {document.document_id: document for document in reversed(batch.documents)}
    laid, refused = [], []
    for document in reversed(documents.values()):
        try:
            laid.append(document_rows(document, batch.version_hashes.get(document.document_id, "")))
        except UnicodeError as error:
            link = document.snapshot.link
            message = f"its text holds half a character ({error}), which cannot be stored"
            refused.append(
                Failure(
                    link.source_id,
                    link.url,
                    "load",
                    type(error).__name__,
                    message,
                    content_hash=document.snapshot.content_hash,
                )
            )
    return laid, tuple(refused)


def _is_backfill(connection: duckdb.DuckDBPyConnection, run_id: str) -> bool:
    """Say whether what this run brings counts as told, because the run was begun without alerts."""
    found = connection.execute("SELECT 1 FROM run WHERE run_id = ? AND NOT alerts", [run_id]).fetchone()
    return found is not None


def _known(connection: duckdb.DuckDBPyConnection, document_ids: Sequence[str]) -> dict[str, _Known]:
    with named_ids(connection, "given", document_ids):
        found = connection.execute(
            """
            SELECT document_id, version, source_id, text_hash, version_hash, content_hash, digest, run_id, is_told
            FROM document
            WHERE is_current AND document_id IN (SELECT id FROM given)
            """
        ).fetchall()
    return {document_id: _Known(*rest) for document_id, *rest in found}


def _outcome(rows: DocumentRows, have: _Known | None) -> Literal["new", "changed", "updated", "unchanged"]:
    if have is None:
        return "new"
    if rows.digest == have.digest:
        return "unchanged"
    snapshot = rows.source.snapshot
    if rows.text_hash != have.text_hash and snapshot.content_hash != have.content_hash:
        return "unchanged" if rows.version_hash == have.version_hash else "changed"
    return "updated" if snapshot.link.source_id == have.source_id else "unchanged"
