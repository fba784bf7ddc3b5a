"""Document -> authorities, inspection, judgements, findings, themes: `read` composes the room."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ingest.classify import inspections as visits
from ingest.classify.authorities import assign
from ingest.classify.events import reported_inspections, stated_ordinals
from ingest.classify.findings import statements
from ingest.classify.judgements import read_judgements
from ingest.classify.kinds import other_kind, publication_date
from ingest.classify.listed import listed_findings
from ingest.classify.ofsted import OfstedTitle, recognise
from ingest.classify.ofsted_authority import ofsted_authority
from ingest.classify.people import read_people
from ingest.classify.sections import Sections
from ingest.classify.themes import match as match_themes
from ingest.model import Extracted, Finding, Inspection, Link, Reading
from ingest.reference.authorities import load as load_gazetteer

__all__ = ["read"]


def read(extracted: Extracted, link: Link) -> Reading:
    """Classify one document; what cannot be decided stays unknown and is said in `notes`."""
    title = recognise(extracted)
    if title is not None:
        return _read_ofsted(extracted, link, title)
    return _read_other(extracted, link)


def _read_ofsted(extracted: Extracted, link: Link, title: OfstedTitle) -> Reading:
    letter_on = visits.letter_date(extracted, title)
    printed = visits.printed_date(extracted)
    published = link.published_on or printed or letter_on
    dates = visits.visit_dates(extracted, title, published)
    authority, notes = ofsted_authority(extracted, title, link, published, load_gazetteer())
    notes = (*notes, *dates.notes)
    if authority is None:
        return Reading(title.form.document_kind, published, notes=notes)
    if letter_on and dates.ended_on and letter_on < dates.ended_on:
        notes = (*notes, f"the letter is dated {letter_on}, before the visit it reports: not believed")
        letter_on = None
    if printed and link.published_on and printed != link.published_on:
        notes = (*notes, f"the listing says published on {link.published_on}, the document {printed}")
    focus = visits.focus(extracted, title)
    people = read_people(extracted, title)
    inspection = Inspection(
        gss=authority.gss,
        kind=visits.settle_kind(title.form.kind, dates),
        framework=title.form.framework,
        started_on=dates.started_on,
        ended_on=dates.ended_on,
        month=dates.started_on.replace(day=1) if dates.started_on else None,
        letter_on=letter_on,
        published_on=published,
        focus=focus,
        focus_topic=visits.focus_topic(extracted, focus),
        ordinals=stated_ordinals(extracted, title),
        lead_inspectors=people.leads,
        team=people.team,
        addressee=people.addressee,
        addressee_role=people.addressee_role,
        delivery_body=_delivery_body(authority.gss, dates.started_on),
        printed_on=printed,
        judgements=read_judgements(extracted, title, dates.started_on),
        is_primary=True,
        reported_on=published,
    )
    sections = Sections(extracted)
    listed = [
        replace(finding, themes=match_themes(finding.quote, finding.section))
        for finding in listed_findings(extracted, title, authority.gss, inspection.inspection_id, sections)
    ]
    skip = [
        *((finding.start, finding.end) for finding in listed),
        *(
            (section.start, section.blocks[-1].end)
            for section in sections.all
            if section.is_background and section.blocks
        ),
        (0, _opening_end(extracted, title)),
    ]
    stated = statements(
        extracted,
        title.form.document_kind,
        (authority,),
        skip=skip,
        section_of=lambda position: sections.at(position).heading or None,
    )
    findings = sorted(
        (*listed, *(replace(finding, inspection_id=inspection.inspection_id) for finding in stated)),
        key=lambda finding: (finding.start, finding.end),
    )
    return Reading(title.form.document_kind, published, (authority,), (inspection,), tuple(findings), notes)


def _delivery_body(gss: str, on: date | None) -> str | None:
    bodies = [body.name for body in load_gazetteer().bodies if gss in body.gss and on and body.serves(on)]
    return bodies[0] if bodies else None


def _opening_end(extracted: Extracted, title: OfstedTitle) -> int:
    """End of the cover or letterhead: title, dates, table of grades, and who was there."""
    if title.form.document_kind == "ofsted_letter":
        return title.end
    rows = [
        block.end for block in extracted.blocks if block.kind in ("heading", "row") and (block.page or 1) == 1
    ]
    first_page_paragraphs = [
        block.start
        for block in extracted.blocks
        if block.kind == "paragraph" and block.end - block.start > 160
    ]
    return (
        min([title.end, *rows[-1:]], default=0)
        if not first_page_paragraphs
        else max(title.end, first_page_paragraphs[0])
    )


def _read_other(extracted: Extracted, link: Link) -> Reading:
    gazetteer = load_gazetteer()
    kind = other_kind(extracted, link, gazetteer)
    published = publication_date(extracted, link)
    authorities, notes = assign(extracted, link, kind, published)
    inspections = reported_inspections(extracted, authorities, published)
    by_gss = {inspection.gss: inspection.inspection_id for inspection in inspections}
    findings: list[Finding] = [
        replace(finding, inspection_id=by_gss.get(finding.gss))
        for finding in statements(extracted, kind, authorities)
    ]
    return Reading(kind, published, authorities, inspections, tuple(findings), notes)
