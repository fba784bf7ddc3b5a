"""Which stories a document belongs to, with score and reasons.

They are those of the inspections that it reports; else one of what follows an inspection, linked to it; else
one of its own for each authority that it is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.dedupe.followups import FollowupRule, followed_event, followup_rule
from ingest.model import (
    INSPECTION_NAMES,
    Document,
    Inspection,
    InspectionEvent,
    Ruling,
    StoryLink,
    VisitMatch,
    make_id,
)
from ingest.reference.authorities import Gazetteer


def story_links(
    documents: Sequence[Document],
    visits: Mapping[tuple[str, str], VisitMatch],
    gazetteer: Gazetteer,
    events: Sequence[InspectionEvent] = (),
) -> tuple[StoryLink, ...]:
    """Return the stories of each document, its first story first.

    Args:
        documents: with their authorities and inspections.
        visits: which visit a document means, by document_id and the claim's own inspection_id.
        gazetteer: for the names in titles.
        events: the inspections that the documents may follow.
    """
    return tuple(link for document in documents for link in _links(document, visits, gazetteer, events))


def ruled(
    links: Sequence[StoryLink], rulings: Sequence[Ruling], anchors: Mapping[str, Sequence[StoryLink]]
) -> tuple[StoryLink, ...]:
    """Put what people said in the place of what the rules say.

    `anchors` are the links of the documents by which a ruling knows its story. A document that belongs to
    another story leaves its own one about the same authority; one that belongs to none gets one of its own.
    """
    result: dict[str, list[StoryLink]] = {}
    for link in links:
        result.setdefault(link.document_id, []).append(link)
    for ruling in rulings:
        own = result.get(ruling.document_id)
        meant = result.get(ruling.anchor_id) or anchors.get(ruling.anchor_id, ())
        if not own or not meant:
            continue
        result[ruling.document_id] = (
            _with(own, meant, ruling) if ruling.belongs else _without(own, meant, ruling)
        )
    return tuple(link for found in result.values() for link in found)


def _with(own: Sequence[StoryLink], meant: Sequence[StoryLink], ruling: Ruling) -> list[StoryLink]:
    subjects = {link.gss for link in own}
    target = next((link for link in meant if link.gss in subjects), meant[0])
    joined = replace(
        target, document_id=ruling.document_id, reasons=(ruling.reason,), score=1.0, followup=own[0].followup
    )
    others = [link for link in own if link.gss not in (target.gss, None) and link.story_id != target.story_id]
    return [joined, *others]


def _without(own: Sequence[StoryLink], meant: Sequence[StoryLink], ruling: Ruling) -> list[StoryLink]:
    excluded = {link.story_id for link in meant}
    kept = [link for link in own if link.story_id not in excluded]
    if kept:
        return kept
    first = own[0]
    alone = make_id("story", first.document_id, first.gss)
    return [
        replace(first, story_id=alone, inspection_id=None, follows=None, reasons=(ruling.reason,), score=1.0)
    ]


def _links(
    document: Document,
    visits: Mapping[tuple[str, str], VisitMatch],
    gazetteer: Gazetteer,
    events: Sequence[InspectionEvent],
) -> list[StoryLink]:
    rule = followup_rule(_headline(document)) if not document.reading.kind.startswith("ofsted_") else None
    reported = [
        (claim, visits.get((document.document_id, claim.inspection_id)) or _alone(claim))
        for claim in document.reading.inspections
    ]
    subjects = [match.gss for match in document.reading.authorities if match.role == "subject"]
    links = [
        _followup_link(document, gss, rule, event, gazetteer)
        for gss in subjects
        if rule
        and (
            event := followed_event(
                rule, gss, document.reading.published_on, _possible(gss, reported, events)
            )
        )
    ]
    following = {link.gss for link in links}
    links += [
        _visit_link(document, claim, match, rule, gazetteer)
        for claim, match in reported
        if claim.gss not in following
    ]
    told = {link.gss for link in links}
    alone: list[str | None] = [gss for gss in subjects if gss not in told]
    if not subjects and not links:
        alone = [None]
    # What an article about a visit says of another authority besides is no story, unless nothing else is.
    if reported and links:
        alone = []
    return links + [
        StoryLink(
            story_id=make_id("story", document.document_id, gss),
            title=_headline(document) or document.snapshot.link.url,
            inspection_id=None,
            document_id=document.document_id,
            gss=gss,
            reasons=("reports no visit that is known",),
            followup=rule.rule_id if rule else None,
        )
        for gss in alone
    ]


def _possible(
    gss: str, reported: Sequence[tuple[Inspection, VisitMatch]], events: Sequence[InspectionEvent]
) -> Sequence[InspectionEvent]:
    """Return the events that a document may follow: of the inspections that it reports, else all."""
    named = {match.inspection_id for claim, match in reported if claim.gss == gss}
    return [event for event in events if not named or event.inspection_id in named]


def _headline(document: Document) -> str:
    return document.extracted.title or document.snapshot.link.title


def _alone(claim: Inspection) -> VisitMatch:
    return VisitMatch(claim.inspection_id, claim, 1.0, ("the only document of this visit so far",))


def _visit_link(
    document: Document,
    claim: Inspection,
    match: VisitMatch,
    rule: FollowupRule | None,
    gazetteer: Gazetteer,
) -> StoryLink:
    return StoryLink(
        story_id=make_id("story", match.inspection_id),
        title=event_title(match.inspection, gazetteer),
        inspection_id=match.inspection_id,
        document_id=document.document_id,
        gss=claim.gss,
        reasons=match.reasons,
        score=match.score,
        followup=rule.rule_id if rule else None,
    )


def _followup_link(
    document: Document, gss: str, rule: FollowupRule, event: InspectionEvent, gazetteer: Gazetteer
) -> StoryLink:
    authority = gazetteer.by_gss(gss)
    published = document.reading.published_on
    days = (published - event.told_on).days if published and event.told_on else 0
    reasons = [
        f"its title tells of a follow-up ({rule.name})",
        f"{days} days after the inspection was published",
    ]
    if rule.needs_grade and rule.needs_grade in event.grades:
        reasons.append(f"which judged services {rule.needs_grade}")
    nearness = 1 - days / rule.within.days
    return StoryLink(
        # Notice, release and article about one appointment are one story.
        story_id=make_id("story", rule.rule_id, event.inspection_id),
        title=f"{authority.name if authority else gss}: {rule.name}",
        inspection_id=None,
        document_id=document.document_id,
        gss=gss,
        reasons=tuple(reasons),
        score=round(0.5 + 0.3 * nearness + (0.2 if len(reasons) > 2 else 0), 2),
        follows=event.inspection_id,
        followup=rule.rule_id,
    )


def event_title(inspection: Inspection, gazetteer: Gazetteer) -> str:
    """Return what a story about an inspection is called: "Birmingham: Ofsted monitoring visit, May 2018"."""
    authority = gazetteer.by_gss(inspection.gss)
    name = authority.name if authority else inspection.gss
    if inspection.month:
        when = f", {inspection.month:%B %Y}"
    else:
        when = f", reported {inspection.reported_on:%B %Y}" if inspection.reported_on else ""
    return f"{name}: {INSPECTION_NAMES[inspection.kind]}{when}"
