"""Document -> authorities, inspection, judgements, findings, themes: `read` composes the room."""

from __future__ import annotations

from ingest.classify.authorities import assign
from ingest.classify.events import reported_inspections
from ingest.classify.findings import statements
from ingest.classify.kinds import other_kind, publication_date
from ingest.classify.ofsted import recognise
from ingest.classify.ofsted_reading import read_ofsted
from ingest.classify.unnamed import deduce, still_holds
from ingest.model import AuthorityMatch, Extracted, Link, Reading
from ingest.reference.authorities import load as load_gazetteer

__all__ = ["deduce", "read"]


def read(extracted: Extracted, link: Link, filed: AuthorityMatch | None = None) -> Reading:
    """Classify one document; what cannot be decided stays unknown and is said in `notes`.

    `filed` is the authority that was deduced for a text that names none; it counts while its words stand there.
    """
    title = recognise(extracted, link)
    if title is not None:
        return read_ofsted(extracted, link, title, load_gazetteer())
    return _read_other(extracted, link, filed)


def _read_other(extracted: Extracted, link: Link, filed: AuthorityMatch | None) -> Reading:
    kind = other_kind(extracted, link, load_gazetteer())
    published = publication_date(extracted, link)
    authorities, notes = assign(extracted, link, kind, published)
    if filed and not authorities and still_holds(extracted.text, filed):
        authorities, notes = (filed,), ()
    inspections = reported_inspections(extracted, authorities, published)
    visits = {inspection.gss: inspection.inspection_id for inspection in inspections}
    findings = statements(extracted, kind, authorities, on=published, inspections=visits)
    return Reading(kind, published, authorities, inspections, findings, notes)
