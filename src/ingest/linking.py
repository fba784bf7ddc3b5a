"""The step that links what is stored: copies to their original, reports to their visit, documents to their story."""

from __future__ import annotations

from collections.abc import Sequence

from ingest import dedupe
from ingest.load import Warehouse
from ingest.reference import load as load_gazetteer
from ingest.running import Progress, Reporter

AT_ONCE = 1024
"""Texts that are compared and stored together, which bounds the memory."""


def link(warehouse: Warehouse, progress: Progress, reporter: Reporter) -> None:
    """Link what this run touched, and what a stopped run left unlinked."""
    touched = list(dict.fromkeys([*progress.touched(), *warehouse.reader.unlinked()]))
    if not touched:
        return
    reporter.stage("Linking duplicates and stories")
    compare_texts(warehouse, touched, reporter)
    members, overlaps = warehouse.alike(touched)
    warehouse.set_duplicates(touched, dedupe.find_duplicates(members, overlaps))
    _tell_stories(warehouse, touched)


def compare_texts(warehouse: Warehouse, document_ids: Sequence[str], reporter: Reporter) -> None:
    """Compare the texts of these documents, as far as they are new, with every text that came before."""
    matcher: dedupe.Matcher | None = None
    for start in range(0, len(document_ids), AT_ONCE):
        texts = warehouse.new_texts(document_ids[start : start + AT_ONCE])
        if texts:
            matcher = matcher or dedupe.Matcher(warehouse.index_parts(), warehouse.numbered_texts)
            fingerprints, overlaps = matcher.add(texts)
            stored = {number: (texts[number][0], found) for number, found in fingerprints.items()}
            warehouse.add_texts(stored, overlaps)
        reporter.progress("compared", min(start + AT_ONCE, len(document_ids)), len(document_ids))


def _tell_stories(warehouse: Warehouse, touched: Sequence[str]) -> None:
    claims = warehouse.reader.visit_claims(touched)
    visits = dedupe.resolve_visits(claims)
    moved = [
        (claim.document_id, claim.filed_under, meant)
        for claim in claims
        if (meant := visits[claim.document_id, claim.inspection.inspection_id].inspection_id)
        != claim.filed_under
    ]
    warehouse.file_claims(moved)
    linked = list(dict.fromkeys([*touched, *(document_id for document_id, _, _ in moved)]))
    warehouse.set_stories(dedupe.story_links(warehouse.reader.subjects(linked), visits, load_gazetteer()))
