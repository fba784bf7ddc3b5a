"""Stored documents as records again, as far as the search for their stories needs them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import duckdb

from ingest.load.database import dicts, named_ids
from ingest.load.snapshots import snapshot_of
from ingest.model import (
    AuthorityMatch,
    Document,
    Extracted,
    Inspection,
    InspectionEvent,
    Link,
    Reading,
    StoryLink,
    VisitClaim,
)

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
_CLAIM = """
WITH claim AS (
    SELECT *, if(starts_with(kind, 'ilacs'), 'ilacs', kind) AS kind_group, FROM inspection_document
)
"""
_CLAIMS = f"""
{_CLAIM}
SELECT
    document_id, inspection_id AS filed_under, gss, kind, framework, started_on, ended_on, month, letter_on,
    published_on, reported_on, focus, ordinals, lead_inspectors, relation = 'primary' AS is_primary,
FROM claim
WHERE (gss, kind_group) IN (SELECT (gss, kind_group) FROM claim WHERE document_id IN (SELECT id FROM wanted))
ORDER BY document_id, inspection_id
"""  # noqa: S608
# Whose words they are matters only where a report has to find its visit.
_QUOTES = f"""
{_CLAIM},
reported AS (
    SELECT DISTINCT gss, kind_group,
    FROM claim
    WHERE
        (gss, kind_group) IN (SELECT (gss, kind_group) FROM claim WHERE document_id IN (SELECT id FROM wanted))
        AND relation = 'coverage'
)
SELECT c.document_id, c.gss, c.kind_group, list(DISTINCT f.quote ORDER BY f.quote) AS quotes,
FROM claim AS c
JOIN reported USING (gss, kind_group)
JOIN finding AS f ON f.document_id = c.document_id AND f.version = c.version AND f.gss = c.gss
WHERE f.is_inspectorate
GROUP BY ALL
"""  # noqa: S608
_EVENTS = """
WITH subject AS (
    SELECT DISTINCT a.gss,
    FROM document_authority AS a
    JOIN document AS d USING (document_id, version)
    WHERE d.is_current AND a.role = 'subject' AND d.document_id IN (SELECT id FROM wanted)
),
told AS (
    SELECT inspection_id, min(reported_on) AS reported_on,
    FROM inspection_document
    SEMI JOIN subject USING (gss)
    GROUP BY inspection_id
),
judged AS (
    SELECT inspection_id, list(DISTINCT grade ORDER BY grade) AS grades,
    FROM judgement
    WHERE grade IS NOT NULL
    GROUP BY inspection_id
)
SELECT
    i.inspection_id,
    i.gss,
    -- The letter's own date stands in where no publication is known.
    coalesce(least(i.published_on, t.reported_on), i.published_on, t.reported_on, i.letter_on) AS told_on,
    coalesce(j.grades, []) AS grades,
FROM inspection AS i
JOIN told AS t USING (inspection_id)
LEFT JOIN judged AS j USING (inspection_id)
ORDER BY i.inspection_id
"""
# Follow-ups about an authority of which the given documents tell something: a new inspection may be theirs.
_FOLLOWUPS = """
SELECT DISTINCT f.document_id,
FROM story_document AS f
JOIN inspection_document AS c USING (gss)
WHERE f.followup IS NOT NULL AND c.document_id IN (SELECT id FROM wanted)
ORDER BY f.document_id
"""
_STORY_LINKS = """
SELECT
    story_id, title, inspection_id, document_id, gss, reasons, score,
    follows_inspection_id AS follows, followup,
FROM story_document
WHERE document_id IN (SELECT id FROM wanted)
ORDER BY document_id, position
"""


def visit_claims(
    connection: duckdb.DuckDBPyConnection, document_ids: Sequence[str]
) -> tuple[VisitClaim, ...]:
    """Return all that is said of visits of the kind, to the authority, that these documents tell of."""
    with named_ids(connection, "wanted", document_ids):
        rows = dicts(connection, _CLAIMS)
        quotes = {
            (row["document_id"], row["gss"], row["kind_group"]): tuple(row["quotes"])
            for row in dicts(connection, _QUOTES)
        }
    claims = []
    for row in rows:
        document_id, filed_under = row.pop("document_id"), row.pop("filed_under")
        told = _inspection(row)
        said = quotes.get((document_id, told.gss, told.group), ())
        claims.append(VisitClaim(document_id, told, filed_under, said))
    return tuple(claims)


def inspection_events(
    connection: duckdb.DuckDBPyConnection, document_ids: Sequence[str]
) -> tuple[InspectionEvent, ...]:
    """Return the inspections of all authorities that these documents are about."""
    with named_ids(connection, "wanted", document_ids):
        rows = dicts(connection, _EVENTS)
    return tuple(InspectionEvent(**{**row, "grades": frozenset(row["grades"])}) for row in rows)


def followups_beside(connection: duckdb.DuckDBPyConnection, document_ids: Sequence[str]) -> tuple[str, ...]:
    """Return the follow-ups about authorities of whose inspections these documents tell."""
    with named_ids(connection, "wanted", document_ids):
        return tuple(row["document_id"] for row in dicts(connection, _FOLLOWUPS))


def stored_links(
    connection: duckdb.DuckDBPyConnection, document_ids: Sequence[str]
) -> dict[str, tuple[StoryLink, ...]]:
    """Return by document the stories that it belongs to now, the first first."""
    found: defaultdict[str, list[StoryLink]] = defaultdict(list)
    with named_ids(connection, "wanted", document_ids):
        for row in dicts(connection, _STORY_LINKS):
            found[row["document_id"]].append(StoryLink(**{**row, "reasons": tuple(row["reasons"])}))
    return {document_id: tuple(links) for document_id, links in found.items()}


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
            inspections[row.pop("document_id")].append(_inspection(row))
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
    extracted = Extracted(row["title"], row["text"], (), row["published_printed_on"])
    reading = Reading(row["kind"], row["published_on"], tuple(authorities), tuple(inspections))
    return Document(snapshot_of(row, link), extracted, reading)


def _inspection(row: dict[str, Any]) -> Inspection:
    lists = {name: tuple(row[name]) for name in ("ordinals", "lead_inspectors")}
    return Inspection(**{**row, **lists})
