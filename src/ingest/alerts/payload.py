"""What a webhook gets: the content of a mail as JSON. Keys are added, never renamed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ingest.alerts.coverage import Covered
from ingest.alerts.view import Item, Section
from ingest.alerts.watch import Watch


def payload(
    delivery_id: str, subject: str, watches: Sequence[Watch], items: Sequence[Item]
) -> dict[str, Any]:
    """Return the body of the call; `delivery_id` is the same when it is repeated."""
    return {
        "delivery_id": delivery_id,
        "subject": subject,
        "watches": [watch.name for watch in watches],
        "stories": [_story(item) for item in items],
    }


def _story(item: Item) -> dict[str, Any]:
    sections = [*item.sections, *([item.others_say] if item.others_say else [])]
    return {
        "story_id": item.story_id,
        "inspection_id": item.inspection_id,
        "gss": item.gss,
        "authority": item.authority,
        "event": item.event,
        "dates": item.dates,
        "update": list(item.update),
        "changed": [{"old": change.old_words, "new": change.new_words} for change in item.changed],
        "withdrawn": list(item.gone),
        "judgements": [
            {"area": row.area, "grade": row.grade, "before": row.before} for row in item.judgements
        ],
        "counts": {section.polarity: section.total for section in item.sections},
        "findings": [
            finding
            for section in sections
            for finding in _findings(section, is_inspectorate=section is not item.others_say)
        ],
        "documents": [
            *(_document(document, is_primary=True) for document in item.own),
            *(_document(document, is_primary=False) for document in item.others),
        ],
        "why": list(item.reasons),
    }


def _findings(section: Section, *, is_inspectorate: bool) -> list[dict[str, Any]]:
    return [
        {
            "polarity": section.polarity if is_inspectorate else None,
            "is_inspectorate": is_inspectorate,
            "quote": statement.quote,
            "who": statement.who,
            "where": statement.where,
            "themes": statement.themes,
            "url": statement.address.href,
            "is_new": statement.is_new,
        }
        for statement in section.statements
    ]


def _document(document: Covered, *, is_primary: bool) -> dict[str, Any]:
    return {
        "title": document.title,
        "by": document.byline,
        "url": document.address.href,
        "is_primary": is_primary,
        "reprints": [{"by": byline, "url": where.href} for byline, where in document.copies],
    }
