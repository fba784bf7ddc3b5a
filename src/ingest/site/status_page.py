"""The status page: sources, gaps, runs, checks; and the page that says how to read the others."""

from __future__ import annotations

from ingest.site.content import SiteContent
from ingest.site.unit import Unit, page

_WAITING = 50


def status_units(content: SiteContent) -> list[Unit]:
    """Return the status page and the page about the site."""
    shown = content.shown
    empty = [place.authority for place in content.places if not place.events]
    only_told = [e for e in content.events if e.visit and e.visit.document_id is None]
    no_grade = sorted(
        {grade.words for event in content.events for grade in event.grades if grade.key == "none"}
    )
    inputs = (
        shown.sources,
        shown.outages,
        shown.listing,
        shown.runs,
        shown.waiting,
        shown.failed_checks,
        shown.corrections,
        shown.unfiled,
        shown.held_back,
        [authority.name for authority in empty],
        [event.digest for event in only_told],
        content.documents,
        content.statements,
    )
    status = page(
        content,
        "status.html",
        "status.html.j2",
        inputs,
        site=content,
        shown=shown,
        empty=empty,
        only_told=only_told[:_WAITING],
        only_told_count=len(only_told),
        no_grade=no_grade,
        waiting=shown.waiting[:_WAITING],
    )
    return [status, page(content, "about.html", "about.html.j2", None)]
