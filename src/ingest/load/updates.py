"""Gathers what is known of a story about an authority, as an alert and a page show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import duckdb

from ingest.load.database import dicts, named_ids
from ingest.model import Coverage, FollowedEvent, FoundStatement, PastGrade, StoryUpdate

# `touched` and `coverage` are made anew for each question: the stories of the given documents, and the
# current version of every document in them.
_TOUCHED = """
CREATE OR REPLACE TEMP TABLE touched AS
SELECT DISTINCT story_id,
FROM story_document
WHERE document_id IN (SELECT id FROM given) OR story_id IN (SELECT id FROM named)
"""
_COVERAGE = """
CREATE OR REPLACE TEMP TABLE coverage AS
SELECT
    l.story_id,
    l.gss,
    s.inspection_id,
    d.document_id,
    d.version,
    d.title,
    d.url,
    d.publisher,
    d.kind,
    d.published_on,
    coalesce(c.relation = 'primary', false) AS is_primary,
    d.duplicate_of,
FROM story_document AS l
JOIN story AS s USING (story_id)
JOIN document AS d ON d.document_id = l.document_id AND d.is_current
LEFT JOIN inspection_document AS c
    ON c.document_id = d.document_id AND c.inspection_id = s.inspection_id
WHERE
    l.story_id IN (SELECT story_id FROM touched)
    -- Of what Ofsted itself published, only the sentence is kept back that could identify a child.
    AND ($sensitive OR NOT d.is_sensitive OR starts_with(d.kind, 'ofsted_'))
"""
_STORIES = """
SELECT
    s.story_id,
    -- A story is called as its earliest document, which may be kept back.
    coalesce(
        (SELECT s.title FROM coverage AS c WHERE c.story_id = s.story_id AND c.title = s.title LIMIT 1),
        (SELECT arg_min(c.title, (coalesce(c.published_on, DATE '9999-12-31'), c.document_id))
         FROM coverage AS c WHERE c.story_id = s.story_id)
    ) AS title,
    l.gss,
    coalesce(a.name, l.gss) AS authority,
    s.inspection_id,
    i.kind AS inspection_kind,
    i.started_on,
    i.ended_on,
    i.month,
    s.first_published_on,
    f.kind AS followed_kind,
    coalesce(f.started_on, f.month, f.published_on) AS followed_on,
FROM (SELECT DISTINCT story_id, gss FROM coverage WHERE gss IS NOT NULL) AS l
JOIN story AS s USING (story_id)
LEFT JOIN authority AS a USING (gss)
LEFT JOIN inspection AS i USING (inspection_id)
LEFT JOIN inspection AS f ON f.inspection_id = s.follows_inspection_id
ORDER BY s.first_published_on NULLS LAST, s.story_id, l.gss
"""
_DOCUMENTS = "SELECT * FROM coverage ORDER BY NOT is_primary, published_on NULLS LAST, document_id"
_JUDGEMENTS = """
SELECT inspection_id, area, grade, reason,
FROM judgement
WHERE inspection_id IN (SELECT inspection_id FROM coverage)
ORDER BY start_char NULLS LAST, area
"""
_HISTORY = """
SELECT
    i.gss,
    i.inspection_id,
    j.area,
    j.grade,
    i.kind AS inspection_kind,
    coalesce(i.started_on, i.month, i.published_on) AS "on",
FROM judgement AS j
JOIN inspection AS i USING (inspection_id)
WHERE
    i.gss IN (SELECT gss FROM coverage)
    AND j.grade IS NOT NULL
    AND j.grade <> 'not_judged'
    AND coalesce(i.started_on, i.month, i.published_on) IS NOT NULL
ORDER BY "on", i.inspection_id, j.area
"""
# A finding about another visit belongs to the story of that visit, where the document is in it too.
_FINDINGS = """
SELECT
    c.story_id,
    f.gss,
    f.finding_id,
    f.document_id,
    f.polarity,
    f.kind,
    f.speaker,
    f.is_inspectorate,
    f.quote,
    f.page,
    f.section,
    (SELECT coalesce(list(t.theme_id ORDER BY t.theme_id), []) FROM finding_theme AS t
     WHERE t.finding_id = f.finding_id) AS themes,
FROM coverage AS c
JOIN finding AS f USING (document_id, version)
WHERE
    c.duplicate_of IS NULL
    AND ($sensitive OR NOT f.is_sensitive)
    AND (
        f.inspection_id IS NULL
        OR f.inspection_id IS NOT DISTINCT FROM c.inspection_id
        OR NOT EXISTS (
            SELECT 1
            FROM story_document AS other
            JOIN story AS s USING (story_id)
            WHERE other.document_id = f.document_id AND s.inspection_id = f.inspection_id
        )
    )
ORDER BY NOT c.is_primary, c.published_on NULLS LAST, f.document_id, f.start_char, f.finding_id
"""


def story_updates(
    connection: duckdb.DuckDBPyConnection,
    document_ids: Iterable[str] = (),
    story_ids: Iterable[str] = (),
    *,
    sensitive: bool = False,
) -> tuple[StoryUpdate, ...]:
    """Return one update for each story (named, or of a named document) and each authority of it.

    What could identify a child is left out, unless `sensitive`.
    """
    with (
        named_ids(connection, "given", list(document_ids)),
        named_ids(connection, "named", list(story_ids)),
    ):
        connection.execute(_TOUCHED)
    connection.execute(_COVERAGE, {"sensitive": sensitive})
    documents: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in dicts(connection, _DOCUMENTS):
        documents[row.pop("story_id")].append(row)
    findings: dict[tuple[str, str], list[FoundStatement]] = defaultdict(list)
    for row in dicts(connection, _FINDINGS, {"sensitive": sensitive}):
        key = row.pop("story_id"), row.pop("gss")
        findings[key].append(FoundStatement(**{**row, "themes": tuple(row["themes"])}))
    judgements: dict[str, list[tuple[str, Any, str | None]]] = defaultdict(list)
    for row in dicts(connection, _JUDGEMENTS):
        judgements[row["inspection_id"]].append((row["area"], row["grade"], row["reason"]))
    history: dict[str, list[tuple[str, PastGrade]]] = defaultdict(list)
    for row in dicts(connection, _HISTORY):
        history[row.pop("gss")].append((row.pop("inspection_id"), PastGrade(**row)))
    return tuple(
        StoryUpdate(
            **story,
            history=_before(story, history[story["gss"]]),
            documents=tuple(
                _coverage(row) for row in documents[story["story_id"]] if row["gss"] in (story["gss"], None)
            ),
            judgements=tuple(judgements.get(story["inspection_id"], ())),
            findings=tuple(findings[story["story_id"], story["gss"]]),
        )
        for story in map(_story, dicts(connection, _STORIES))
    )


def _story(row: dict[str, Any]) -> dict[str, Any]:
    kind, on = row.pop("followed_kind"), row.pop("followed_on")
    return {**row, "follows": FollowedEvent(kind, on) if kind else None}


def _before(story: dict[str, Any], grades: list[tuple[str, PastGrade]]) -> tuple[PastGrade, ...]:
    """The grades of other inspections that began before what the story tells of."""
    day = story["started_on"] or story["month"] or story["first_published_on"]
    return tuple(
        past
        for inspection_id, past in grades
        if inspection_id != story["inspection_id"] and (day is None or past.on < day)
    )


def _coverage(row: dict[str, Any]) -> Coverage:
    return Coverage(**{key: value for key, value in row.items() if key not in ("gss", "inspection_id")})
