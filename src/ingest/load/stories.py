"""One story with all that is known of it, and the search for what a person means by a name of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ingest.load.reader import Reader

_NAMED = """
WITH named AS (
    SELECT DISTINCT l.story_id, starts_with(l.story_id, $words) AS is_story,
    FROM story_document AS l
    JOIN document AS d ON d.document_id = l.document_id AND d.is_current
    WHERE
        starts_with(l.story_id, $words)
        OR l.inspection_id = $words
        OR starts_with(d.document_id, $words)
        OR d.url = $words
        OR d.address = $address
        OR starts_with(d.url, 'file:') AND ends_with(d.url, '/' || $words)
)
SELECT s.story_id, s.title, s.inspection_id, s.first_published_on, s.follows_inspection_id,
FROM story AS s
JOIN named USING (story_id)
ORDER BY is_story DESC, s.first_published_on NULLS LAST, s.story_id
LIMIT 7
"""
_DOCUMENTS = """
SELECT
    d.document_id, d.url, d.title, d.kind, d.publisher, d.published_on, l.gss, l.score, l.reasons, l.followup,
    coalesce(c.relation = 'primary', false) AS is_primary,
    d.duplicate_of, o.title AS original, d.similarity,
    d.is_sensitive AND NOT starts_with(d.kind, 'ofsted_') AS is_withheld,
    (SELECT count(*) FROM finding AS f WHERE f.document_id = d.document_id AND f.version = d.version) AS findings,
    (SELECT coalesce(list({'title': r.title, 'share': if(t.one = d.text_hash, t.one_share, t.other_share)}
                     ORDER BY r.published_on NULLS LAST, r.document_id), [])
     FROM text_overlap AS t
     JOIN document AS r ON r.is_current AND r.text_hash = if(t.one = d.text_hash, t.other, t.one)
     WHERE
        d.duplicate_of IS NULL
        AND r.duplicate_of IS NULL
        AND (
            t.one = d.text_hash AND t.other_is_held
            OR t.other = d.text_hash AND t.one_is_held
        )
    ) AS reprints,
FROM story_document AS l
JOIN document AS d ON d.document_id = l.document_id AND d.is_current
LEFT JOIN document AS o ON o.document_id = d.duplicate_of AND o.is_current
LEFT JOIN inspection_document AS c
    ON c.document_id = d.document_id AND c.inspection_id = l.inspection_id
WHERE l.story_id = $story_id
ORDER BY NOT is_primary, d.duplicate_of IS NOT NULL, d.published_on NULLS LAST, d.document_id
"""
_INSPECTION = """
SELECT i.*, coalesce(a.name, i.gss) AS authority,
FROM inspection AS i
LEFT JOIN authority AS a USING (gss)
WHERE inspection_id = $inspection_id
"""
_JUDGEMENTS = """
SELECT area, grade, reason FROM judgement WHERE inspection_id = $inspection_id ORDER BY start_char NULLS LAST, area
"""
_RELATED = """
SELECT s.story_id, s.title, s.first_published_on, count(*) AS documents,
FROM story AS s
JOIN story_document AS l USING (story_id)
WHERE
    s.follows_inspection_id = $inspection_id AND $what = 'followups'
    OR s.inspection_id = $inspection_id AND $what = 'event'
GROUP BY ALL
ORDER BY s.first_published_on NULLS LAST, s.story_id
"""


@dataclass(frozen=True, slots=True)
class StoredStory:
    """A story as a person looks at it; rows as dictionaries, by the names of the columns."""

    story: dict[str, Any]
    documents: tuple[dict[str, Any], ...]
    inspection: dict[str, Any] | None
    judgements: tuple[dict[str, Any], ...]
    followups: tuple[dict[str, Any], ...]
    """Stories of what came of the inspection."""
    follows: tuple[dict[str, Any], ...]
    """The story of the inspection that this one came of."""


def stories_named(reader: Reader, words: str, address: str) -> list[dict[str, Any]]:
    """Return the stories of this id, or its beginning, or that a document of this id or address belongs to."""
    return reader.dicts(_NAMED, {"words": words, "address": address})


def stored_story(reader: Reader, story: dict[str, Any]) -> StoredStory:
    """Return all that is known of a story that `stories_named` found."""
    visit = {"inspection_id": story["inspection_id"]}
    inspections = reader.dicts(_INSPECTION, visit)
    return StoredStory(
        story=story,
        documents=tuple(reader.dicts(_DOCUMENTS, {"story_id": story["story_id"]})),
        inspection=inspections[0] if inspections else None,
        judgements=tuple(reader.dicts(_JUDGEMENTS, visit)),
        followups=tuple(reader.dicts(_RELATED, {**visit, "what": "followups"})),
        follows=tuple(
            reader.dicts(_RELATED, {"inspection_id": story["follows_inspection_id"], "what": "event"})
        ),
    )
