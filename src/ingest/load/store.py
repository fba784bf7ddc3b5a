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

import duckdb
import pyarrow as pa

from ingest.load import rows as layout
from ingest.load.corrections import note_verdicts
from ingest.load.database import insert, named_ids, registered, upsert
from ingest.load.inspections import claimed_by, draw_inspections
from ingest.load.presence import note_moves, note_presence
from ingest.load.quarantine import quarantine, resolve
from ingest.load.rows import DocumentRows, Row, document_rows
from ingest.model import Batch, Failure, Stored

_LINK = ("source_id", "url", "title", "published_on", "label", "publisher", "kind", "gss", "urn", "path")
_RESOURCE = (
    "source_id",
    "url",
    "etag",
    "last_modified",
    "content_hash",
    "final_url",
    "first_fetched_at",
    "checked_at",
    "moved_to",
    "same_as",
    "retry_at",
)
_CHECK = (
    "run_id",
    "source_id",
    "name",
    "status",
    "announced",
    "fetched",
    "new",
    "failed",
    "message",
    "checked_at",
    "state",
    "severity",
    "is_passing",
    "problems",
    "pages_read",
    "is_whole",
    "items",
    "titled",
    "dated",
)


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


@dataclass(frozen=True, slots=True)
class _Write:
    rows: DocumentRows
    version: int
    run_id: str
    is_told: bool


def _lay_out(batch: Batch) -> tuple[list[DocumentRows], tuple[Failure, ...]]:
    """Return the rows of each document once, and a failure for each that no table can hold."""
    documents = {document.document_id: document for document in reversed(batch.documents)}
    laid, refused = [], []
    for document in reversed(documents.values()):
        try:
            laid.append(document_rows(document, batch.version_hashes.get(document.document_id, "")))
        except UnicodeEncodeError as error:
            link = document.snapshot.link
            message = f"its text holds half a character ({error.reason}), which cannot be stored"
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


def store_batch(connection: duckdb.DuckDBPyConnection, batch: Batch, run_id: str, now: datetime) -> Stored:
    """Write the batch; to be called within a transaction."""
    laid, refused = _lay_out(batch)
    known = _known(connection, [rows.document_id for rows in laid])
    outcomes: dict[str, list[str]] = {"new": [], "changed": [], "updated": [], "unchanged": []}
    writes: list[_Write] = []
    is_told = _is_backfill(connection, run_id)
    for rows in laid:
        have = known.get(rows.document_id)
        outcome = _outcome(rows, have)
        outcomes[outcome].append(rows.document_id)
        if have is None:
            writes.append(_Write(rows, 1, run_id, is_told))
        elif outcome == "changed":
            writes.append(_Write(rows, have.version + 1, run_id, is_told))
        elif outcome == "updated":
            writes.append(_Write(rows, have.version, have.run_id, have.is_told))
    _write(connection, writes, replaced=[*outcomes["changed"], *outcomes["updated"]])
    _write_source(connection, batch, run_id, now)
    note_moves(connection, batch.moves, now)
    note_presence(connection, batch.source_id, batch.withdrawn, batch.restored, run_id, now)
    note_verdicts(connection, batch.verdicts)
    failures = (*batch.failures, *refused)
    quarantined = quarantine(connection, failures, run_id)
    resolve(connection, batch, {failure.url for failure in failures}, run_id)
    return Stored(**{name: tuple(ids) for name, ids in outcomes.items()}, quarantined=quarantined)


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


def _outcome(rows: DocumentRows, have: _Known | None) -> str:
    if have is None:
        return "new"
    if rows.digest == have.digest:
        return "unchanged"
    snapshot = rows.source.snapshot
    if rows.text_hash != have.text_hash and snapshot.content_hash != have.content_hash:
        return "unchanged" if rows.version_hash == have.version_hash else "changed"
    return "updated" if snapshot.link.source_id == have.source_id else "unchanged"


def _write(connection: duckdb.DuckDBPyConnection, writes: Sequence[_Write], replaced: Sequence[str]) -> None:
    affected = claimed_by(connection, replaced)
    if replaced:
        _remove(connection, writes, replaced)
    documents: list[Row] = []
    authorities: list[Row] = []
    claims: list[Row] = []
    findings: list[Row] = []
    themes: list[Row] = []
    for write in writes:
        rows, key = write.rows, (write.rows.document_id, write.version)
        documents.append(rows.document_row(write.version, write.run_id, write.is_told))
        authorities.extend((*key, *row) for row in rows.authorities)
        claims.extend((*key, *row) for row in rows.claims)
        of_findings, of_themes = rows.finding_rows(write.version)
        findings.extend(of_findings)
        themes.extend(of_themes)
        affected.update(str(row[0]) for row in rows.claims)
    insert(connection, "document", layout.DOCUMENT, documents)
    insert(connection, "document_authority", layout.AUTHORITY, authorities)
    insert(connection, "inspection_document", layout.CLAIM, claims)
    insert(connection, "finding", layout.FINDING, findings)
    insert(connection, "finding_theme", layout.THEME, themes)
    draw_inspections(connection, affected)


def _remove(connection: duckdb.DuckDBPyConnection, writes: Sequence[_Write], replaced: Sequence[str]) -> None:
    """Take away what the versions about to be written say now, and what holds for a current version only."""
    keys = pa.table(
        {
            "document_id": pa.array([write.rows.document_id for write in writes], type=pa.string()),
            "version": pa.array([write.version for write in writes], type=pa.int32()),
        }
    )
    with named_ids(connection, "given", replaced), registered(connection, "rewritten", keys):
        connection.execute(
            """
            DELETE FROM finding_theme WHERE finding_id IN (
                SELECT finding_id FROM finding SEMI JOIN rewritten USING (document_id, version)
            )
            """
        )
        for table in ("finding", "document_authority", "document_change", "document"):
            connection.execute(
                f"""
                DELETE FROM {table}
                USING rewritten
                WHERE {table}.document_id = rewritten.document_id AND {table}.version = rewritten.version
                """  # noqa: S608
            )
        connection.execute("DELETE FROM inspection_document WHERE document_id IN (SELECT id FROM given)")
        connection.execute(
            """
            UPDATE document
            SET is_current = false
            WHERE is_current AND document_id IN (SELECT id FROM given)
            """
        )


def _write_source(connection: duckdb.DuckDBPyConnection, batch: Batch, run_id: str, now: datetime) -> None:
    links: list[Row] = [
        (k.source_id, k.url, k.title, k.published_on, k.label, k.publisher, k.kind, k.gss, k.urn, k.path)
        for k in batch.links
    ]
    upsert(connection, "announcement", _LINK, links, key=2)
    answers: list[Row] = [
        (
            batch.source_id,
            v.url,
            v.etag,
            v.last_modified,
            v.content_hash,
            v.final_url,
            v.first_fetched_at,
            v.checked_at,
            v.moved_to,
            v.same_as,
            v.retry_at,
        )
        for v in batch.validators
    ]
    # When an address was first fetched is never forgotten.
    upsert(connection, "resource", _RESOURCE, answers, key=2, earliest="first_fetched_at")
    check = batch.check
    if check is None:
        return
    seen = check.announcing
    row: Row = (
        run_id,
        check.source_id,
        check.name,
        check.status,
        check.announced,
        check.fetched,
        check.new,
        check.failed,
        check.message,
        now,
        check.state,
        check.severity,
        check.is_passing,
        [
            {"state": p.state, "severity": p.severity, "message": p.message, "page": p.page}
            for p in check.problems
        ],
        *((seen.pages, seen.is_whole, seen.items, seen.titled, seen.dated) if seen else (None,) * 5),
    )
    upsert(connection, "source_check", _CHECK, [row], key=2)
