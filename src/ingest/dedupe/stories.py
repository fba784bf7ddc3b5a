"""Which story a document belongs to: the inspection that it reports, else a story of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingest.model import INSPECTION_NAMES, Document, Inspection, StoryLink, make_id
from ingest.reference.authorities import Gazetteer


def story_links(
    documents: Sequence[Document], visits: Mapping[tuple[str, str], Inspection], gazetteer: Gazetteer
) -> tuple[StoryLink, ...]:
    """Return the stories of each document: one per inspection, or one of its own where it reports none.

    `visits` says which visit a document means, by document_id and the claim's own inspection_id.
    """
    return tuple(link for document in documents for link in _links(document, visits, gazetteer))


def _links(
    document: Document, visits: Mapping[tuple[str, str], Inspection], gazetteer: Gazetteer
) -> list[StoryLink]:
    document_id = document.document_id
    if document.reading.inspections:
        return [
            _visit_link(document_id, claim, visits.get((document_id, claim.inspection_id), claim), gazetteer)
            for claim in document.reading.inspections
        ]
    subjects: list[str | None] = [
        match.gss for match in document.reading.authorities if match.role == "subject"
    ]
    title = document.extracted.title or document.snapshot.link.title or document.snapshot.link.url
    return [
        StoryLink(
            story_id=make_id("story", document_id, gss),
            title=title,
            inspection_id=None,
            document_id=document_id,
            gss=gss,
            reason="reports no visit that is known",
        )
        for gss in subjects or [None]
    ]


def _visit_link(document_id: str, claim: Inspection, visit: Inspection, gazetteer: Gazetteer) -> StoryLink:
    if claim.is_primary:
        reason = "Ofsted's own document"
    elif visit.inspection_id == claim.inspection_id:
        reason = "reports a visit of that month"
    else:
        reason = "reports a visit of that kind within three weeks"
    return StoryLink(
        story_id=make_id("story", visit.inspection_id),
        title=_title(visit, gazetteer),
        inspection_id=visit.inspection_id,
        document_id=document_id,
        gss=claim.gss,
        reason=reason,
    )


def _title(inspection: Inspection, gazetteer: Gazetteer) -> str:
    authority = gazetteer.by_gss(inspection.gss)
    name = authority.name if authority else inspection.gss
    if inspection.month:
        when = f", {inspection.month:%B %Y}"
    else:
        when = f", reported {inspection.reported_on:%B %Y}" if inspection.reported_on else ""
    return f"{name}: {INSPECTION_NAMES[inspection.kind]}{when}"
