"""Stored documents as records again, as far as the search for their stories needs them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import duckdb

from ingest.load.database import dicts, named_ids
from ingest.model import AuthorityMatch, Document, Extracted, Inspection, Link, Reading, Snapshot, VisitClaim

_DOCUMENTS = """
SELECT
    document_id, source_id, url, final_url, title, kind, publisher, published_on, published_printed_on,
    text, media_type, charset, size, content_hash, fetched_at,
    coalesce((SELECT any_value(m.home) FROM document_address AS m WHERE m.url = document.url), '') AS home,
FROM document
WHERE is_current AND document_id IN (SELECT id FROM wanted)
ORDER BY document_id
"""
_AUTHORITIES = """
SELECT a.document_id, a.gss, a.role, a.evidence, a.rule, a.start_char AS "start", a.end_char AS "end",
FROM document_authority AS a
SEMI JOIN (FROM document WHERE is_current) AS d USING (document_id, version)
WHERE a.document_id IN (SELECT id FROM wanted)
ORDER BY a.document_id, a.start_char NULLS FIRST, a.gss
"""
_INSPECTIONS = """
SELECT
    document_id, gss, kind, framework, started_on, ended_on, month, letter_on, published_on, reported_on,
    focus, ordinals, lead_inspectors, relation = 'primary' AS is_primary,
FROM inspection_document
WHERE document_id IN (SELECT id FROM wanted)
ORDER BY document_id, NOT is_primary, month DESC NULLS LAST, inspection_id
"""
_CLAIMS = """
WITH claim AS (
    SELECT *, if(starts_with(kind, 'ilacs'), 'ilacs', kind) AS kind_group, FROM inspection_document
)
SELECT
    document_id, inspection_id AS filed_under, gss, kind, framework, started_on, ended_on, month, letter_on,
    published_on, reported_on, focus, ordinals, lead_inspectors, relation = 'primary' AS is_primary,
FROM claim
WHERE (gss, kind_group) IN (SELECT (gss, kind_group) FROM claim WHERE document_id IN (SELECT id FROM wanted))
ORDER BY document_id, inspection_id
"""


def visit_claims(
    connection: duckdb.DuckDBPyConnection, document_ids: Sequence[str]
) -> tuple[VisitClaim, ...]:
    """Return all that is said of visits of the kind, to the authority, that these documents tell of."""
    with named_ids(connection, "wanted", document_ids):
        rows = dicts(connection, _CLAIMS)
    claims = []
    for row in rows:
        document_id, filed_under = row.pop("document_id"), row.pop("filed_under")
        lists = {name: tuple(row[name]) for name in ("ordinals", "lead_inspectors")}
        claims.append(VisitClaim(document_id, Inspection(**{**row, **lists}), filed_under))
    return tuple(claims)


def stored_subjects(
    connection: duckdb.DuckDBPyConnection, document_ids: Sequence[str]
) -> tuple[Document, ...]:
    """Return the current versions with their authorities and inspections, in the order of their ids.

    Blocks, findings, judgements and notes are left out.
    """
    authorities: dict[str, list[AuthorityMatch]] = defaultdict(list)
    inspections: dict[str, list[Inspection]] = defaultdict(list)
    with named_ids(connection, "wanted", document_ids):
        documents = dicts(connection, _DOCUMENTS)
        for row in dicts(connection, _AUTHORITIES):
            authorities[row.pop("document_id")].append(AuthorityMatch(**row))
        for row in dicts(connection, _INSPECTIONS):
            lists = {name: tuple(row[name]) for name in ("ordinals", "lead_inspectors")}
            inspections[row.pop("document_id")].append(Inspection(**{**row, **lists}))
    return tuple(
        _document(row, authorities[row["document_id"]], inspections[row["document_id"]]) for row in documents
    )


def _document(
    row: dict[str, Any], authorities: Sequence[AuthorityMatch], inspections: Sequence[Inspection]
) -> Document:
    link = Link(
        row["source_id"],
        row["url"],
        row["title"],
        row["published_on"],
        publisher=row["publisher"],
        home=row["home"],
    )
    snapshot = Snapshot(
        link=link,
        final_url=row["final_url"],
        content_hash=row["content_hash"],
        media_type=row["media_type"],
        charset=row["charset"],
        size=row["size"],
        fetched_at=row["fetched_at"],
    )
    extracted = Extracted(row["title"], row["text"], (), row["published_printed_on"])
    reading = Reading(row["kind"], row["published_on"], tuple(authorities), tuple(inspections))
    return Document(snapshot, extracted, reading)
