"""One of Ofsted's own documents read whole: authority, inspection, grades, lists, statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ingest.classify import inspections as visits
from ingest.classify.events import stated_ordinals
from ingest.classify.findings import statements
from ingest.classify.judgements import disputed, read_judgements, rows_of_grades
from ingest.classify.listed import listed_findings
from ingest.classify.ofsted import OfstedTitle
from ingest.classify.ofsted_authority import ofsted_authority
from ingest.classify.people import read_people
from ingest.classify.polarity import judge
from ingest.classify.sections import Sections
from ingest.classify.themes import Said, match_all
from ingest.model import AuthorityMatch, Extracted, Finding, Inspection, Link, Reading
from ingest.reference.authorities import Gazetteer

LONG_PARAGRAPH = 160
"""Characters from which a paragraph or bullet on a cover is the report's own text, not a label."""


def read_ofsted(extracted: Extracted, link: Link, title: OfstedTitle, gazetteer: Gazetteer) -> Reading:
    """Classify a document that Ofsted published."""
    notes: list[str] = []
    letter_on = visits.letter_date(extracted, title)
    printed = visits.printed_date(extracted)
    published = link.published_on or printed or letter_on
    dates = visits.visit_dates(extracted, title, published)
    authority, doubts = ofsted_authority(extracted, title, link, published, gazetteer)
    notes.extend((*doubts, *dates.notes))
    if authority is None:
        return Reading(title.form.document_kind, published, notes=tuple(notes))
    if letter_on and dates.ended_on and letter_on < dates.ended_on:
        notes.append(f"the letter is dated {letter_on}, before the visit it reports: not believed")
        letter_on = None
    if printed and link.published_on and printed != link.published_on:
        notes.append(f"the listing says published on {link.published_on}, the document {printed}")
    judgements, disputes = disputed(extracted, title, read_judgements(extracted, title, dates.started_on))
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
        delivery_body=_delivery_body(gazetteer, authority.gss, dates.started_on),
        printed_on=printed,
        judgements=judgements,
        is_primary=True,
        reported_on=published,
    )
    findings = _findings(extracted, title, authority, inspection.inspection_id)
    # What is only recalled of earlier letters was not asked for in this one.
    asked = any(finding.kind == "priority_action" for finding in findings)
    return Reading(
        title.form.document_kind,
        published,
        (authority,),
        (replace(inspection, has_priority_action=asked),),
        findings,
        tuple(notes),
        disputes,
    )


def _findings(
    extracted: Extracted, title: OfstedTitle, authority: AuthorityMatch, inspection_id: str
) -> tuple[Finding, ...]:
    """Items of lists whole, and every other evaluative sentence; nothing from boilerplate."""
    sections = Sections(extracted)
    items = list(listed_findings(extracted, title, authority.gss, inspection_id, sections))
    themes = match_all([Said(item.quote, item.section) for item in items])
    listed = [
        replace(_weighed(item, title), themes=of_item) for item, of_item in zip(items, themes, strict=True)
    ]
    stated = statements(
        extracted,
        title.form.document_kind,
        (authority,),
        inspections={authority.gss: inspection_id},
        skip=[
            *((finding.start, finding.end) for finding in listed),
            *_not_findings(extracted, title, sections),
        ],
        section_of=lambda position: sections.at(position).heading or None,
    )
    return tuple(sorted((*listed, *stated), key=lambda finding: (finding.start, finding.end)))


def _weighed(finding: Finding, title: OfstedTitle) -> Finding:
    """Joint letters of 2016 to 2020 list what is wrong in sentences, not what is to be done."""
    if title.form.kind == "jtai" and finding.kind == "area_for_improvement":
        return replace(finding, polarity="concern") if judge(finding.quote).polarity == "concern" else finding
    return finding


def _not_findings(extracted: Extracted, title: OfstedTitle, sections: Sections) -> Sequence[tuple[int, int]]:
    background = [
        (section.start, section.blocks[-1].end)
        for section in sections.all
        if section.is_background and section.blocks
    ]
    opening = (0, _opening_end(extracted, title))
    return [*background, *rows_of_grades(extracted), *_scope(title, sections), opening]


def _scope(title: OfstedTitle, sections: Sections) -> Sequence[tuple[int, int]]:
    """A list before the first heading of a letter says what the visit looked at."""
    if title.form.kind not in ("focused_visit", "monitoring_visit"):
        return ()
    blocks = sections.at(title.start).blocks
    return [(block.start, block.end) for block in blocks if block.kind == "bullet"]


def _opening_end(extracted: Extracted, title: OfstedTitle) -> int:
    """End of the letterhead, or of the cover with its dates, names and table of grades."""
    if title.form.document_kind == "ofsted_letter":
        return title.end
    first = next(
        (
            block.start
            for block in extracted.blocks
            if block.start > title.end
            and block.kind in ("paragraph", "bullet")
            and block.end - block.start > LONG_PARAGRAPH
        ),
        title.end,
    )
    return max(title.end, first)


def _delivery_body(gazetteer: Gazetteer, gss: str, on: date | None) -> str | None:
    """The trust or company that ran the services on that day; None where the council did or no day is known."""
    bodies = (body.name for body in gazetteer.bodies if on and gss in body.gss and body.serves(on))
    return next(bodies, None)
