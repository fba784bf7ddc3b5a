"""Stored inspections and documents, as a comparison with other records of them needs them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import duckdb

from ingest.load.database import dicts

_OPENING = 6000
"""Characters in which a document says when the inspectors were there."""
_INSPECTIONS = f"""
SELECT
    i.inspection_id,
    i.gss,
    i.kind,
    i.started_on,
    i.ended_on,
    coalesce(i.published_on, d.published_on) AS published_on,
    i.document_id,
    coalesce(d.url, '') AS url,
    coalesce(d.notes, []) AS notes,
    coalesce(left(d.text, {_OPENING}), '') AS opening,
FROM inspection AS i
LEFT JOIN document AS d ON d.document_id = i.document_id AND d.is_current
ORDER BY i.inspection_id
"""  # noqa: S608
_JUDGEMENTS = """
SELECT inspection_id, area, grade, reason, evidence, page,
FROM judgement
ORDER BY inspection_id, area
"""
# What Ofsted published: its own documents, whether or not their inspection was understood.
_DOCUMENTS = """
SELECT
    d.document_id,
    d.url,
    d.title,
    d.kind,
    d.published_on,
    a.gss,
    n.urn IS NOT NULL AS was_announced,
FROM document AS d
LEFT JOIN document_authority AS a
    ON a.document_id = d.document_id AND a.version = d.version AND a.role = 'subject'
LEFT JOIN announcement AS n ON n.source_id = d.source_id AND n.url = d.url
WHERE d.is_current AND d.kind IN ('ofsted_report', 'ofsted_letter')
ORDER BY d.url, a.gss
"""


@dataclass(frozen=True, slots=True)
class StoredGrade:
    """A judgement with its proof."""

    area: str
    grade: str | None
    reason: str | None
    evidence: str
    page: int | None


@dataclass(frozen=True, slots=True)
class StoredInspection:
    """An inspection with the address of Ofsted's document and the words with which that begins."""

    inspection_id: str
    gss: str
    kind: str
    started_on: date | None
    ended_on: date | None
    published_on: date | None
    document_id: str | None
    url: str
    notes: tuple[str, ...]
    opening: str
    grades: tuple[StoredGrade, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document of Ofsted's; `was_announced` where a listing once gave it Ofsted's provider number."""

    document_id: str
    url: str
    title: str
    kind: str
    published_on: date | None
    gss: str | None
    was_announced: bool


def stored_inspections(connection: duckdb.DuckDBPyConnection) -> tuple[StoredInspection, ...]:
    """Return all inspections with their judgements."""
    grades: dict[str, list[StoredGrade]] = defaultdict(list)
    for row in dicts(connection, _JUDGEMENTS):
        grades[row.pop("inspection_id")].append(StoredGrade(**row))
    return tuple(
        StoredInspection(**{**row, "notes": tuple(row["notes"])}, grades=tuple(grades[row["inspection_id"]]))
        for row in dicts(connection, _INSPECTIONS)
    )


def stored_documents(connection: duckdb.DuckDBPyConnection) -> tuple[StoredDocument, ...]:
    """Return the current versions of Ofsted's own documents, once for each authority."""
    return tuple(StoredDocument(**row) for row in dicts(connection, _DOCUMENTS))
