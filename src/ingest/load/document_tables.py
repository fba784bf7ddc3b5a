"""Writes documents with all that they say: a few statements for a whole batch, which read only what it touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Literal

import duckdb
import pyarrow as pa

from ingest.load import layout
from ingest.load.database import insert, insert_columns, named_ids, registered
from ingest.load.inspections import claimed_by, draw_inspections
from ingest.load.rows import DocumentRows

_REMOVE_THEMES = """
DELETE FROM finding_theme WHERE finding_id IN (
    SELECT finding_id FROM finding SEMI JOIN rewritten USING (document_id, version)
)
"""
_OF_A_VERSION = ("finding", "document_authority", "document_change", "document")


@dataclass(frozen=True, slots=True)
class Write:
    """A version of a document that is to be written, and the run that brought it."""

    rows: DocumentRows
    outcome: Literal["new", "changed", "updated"]
    """`changed`: the version before stays, no longer current; `updated`: it is this version, and makes way."""
    version: int
    run_id: str
    is_told: bool

    @property
    def key(self) -> tuple[str, int]:
        """The key of the version."""
        return self.rows.document_id, self.version


def write_documents(connection: duckdb.DuckDBPyConnection, writes: Sequence[Write]) -> None:
    """Write these versions and draw their inspections anew; to be called within a transaction."""
    if not writes:
        return
    known = [write.rows.document_id for write in writes if write.outcome != "new"]
    affected = claimed_by(connection, known)
    if known:
        _retire(connection, known)
        _remove(connection, [write.key for write in writes if write.outcome == "updated"])
    documents = [write.rows.document_row(write.version, write.run_id, write.is_told) for write in writes]
    authorities = [(*write.key, *row) for write in writes for row in write.rows.authorities]
    claims = [(*write.key, *row) for write in writes for row in write.rows.claims]
    insert(connection, "document", layout.DOCUMENT, documents)
    insert(connection, "document_authority", layout.AUTHORITY, authorities)
    insert(connection, "inspection_document", layout.CLAIM, claims)
    _write_findings(connection, writes)
    affected.update(str(row[0]) for write in writes for row in write.rows.claims)
    draw_inspections(connection, affected)


def _write_findings(connection: duckdb.DuckDBPyConnection, writes: Sequence[Write]) -> None:
    """Write the findings and their themes; column by column, as there are many."""
    ids: list[str] = []
    documents: list[str] = []
    versions: list[int] = []
    for write in writes:
        made = write.rows.finding_ids(write.version)
        ids += made
        documents += repeat(write.rows.document_id, len(made))
        versions += repeat(write.version, len(made))
    said = zip(*(row for write in writes for row in write.rows.findings), strict=True)
    insert_columns(connection, "finding", layout.FINDING, [ids, documents, versions, *said] if ids else ())
    of_each = (themes for write in writes for themes in write.rows.themes)
    themes = [(made, *theme) for made, themes in zip(ids, of_each, strict=True) for theme in themes]
    insert(connection, "finding_theme", layout.THEME, themes)


def _retire(connection: duckdb.DuckDBPyConnection, document_ids: Sequence[str]) -> None:
    """Take away what holds for the current version only."""
    with named_ids(connection, "given", document_ids):
        connection.execute("DELETE FROM inspection_document WHERE document_id IN (SELECT id FROM given)")
        connection.execute(
            "UPDATE document SET is_current = false WHERE is_current AND document_id IN (SELECT id FROM given)"
        )


def _remove(connection: duckdb.DuckDBPyConnection, keys: Sequence[tuple[str, int]]) -> None:
    """Take these versions away with all that they say."""
    if not keys:
        return
    ids, versions = zip(*keys, strict=True)
    rewritten = pa.table(
        {"document_id": pa.array(ids, pa.string()), "version": pa.array(versions, pa.int32())}
    )
    with registered(connection, "rewritten", rewritten):
        connection.execute(_REMOVE_THEMES)
        for table in _OF_A_VERSION:
            connection.execute(
                f"""
                DELETE FROM {table}
                USING rewritten
                WHERE {table}.document_id = rewritten.document_id AND {table}.version = rewritten.version
                """  # noqa: S608
            )
