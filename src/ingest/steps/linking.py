"""The step that links what is stored: copies to their original, reports to their visit, documents to their story."""

from __future__ import annotations

from collections.abc import Sequence

from ingest import dedupe
from ingest.load import Reader, Warehouse
from ingest.model import OF_STORIES, Ruling, Verdict, VisitClaim
from ingest.reference import load as load_gazetteer
from ingest.steps.running import Progress, Reporter

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
    reader = warehouse.reader
    corrections = [c for c in reader.corrections() if c.what in OF_STORIES]
    rulings = [
        Ruling(c.document_id, c.value, c.what == "story", f"correction {c.correction_id[:8]}: {c.note}")
        for c in corrections
    ]
    # A document that a person tied to one of these moves with it.
    among = set(touched)
    tied = [ruling.document_id for ruling in rulings if ruling.anchor_id in among]
    claims = reader.visit_claims([*touched, *tied])
    visits = dedupe.resolve_visits(claims, rulings)
    moved = [
        (claim.document_id, claim.filed_under, meant)
        for claim in claims
        if (meant := visits[claim.document_id, claim.inspection.inspection_id].inspection_id)
        != claim.filed_under
    ]
    warehouse.file_claims(moved)
    # What a document says for its visit depends on the others of that visit, which are linked anew with it.
    changed = {*touched, *tied, *(document_id for document_id, _, _ in moved)}
    meant_by = [
        (claim.document_id, visits[claim.document_id, claim.inspection.inspection_id]) for claim in claims
    ]
    affected = {match.inspection_id for document_id, match in meant_by if document_id in changed}
    affected.update(left for _, left, _ in moved)
    changed.update(document_id for document_id, match in meant_by if match.inspection_id in affected)
    changed.update(reader.followups_beside(sorted(changed)))
    linked = sorted(changed)
    events = reader.inspection_events(linked)
    links = dedupe.story_links(reader.subjects(linked), visits, load_gazetteer(), events)
    applying = [ruling for ruling in rulings if ruling.document_id in changed]
    anchors = [ruling.anchor_id for ruling in applying]
    said = _by_the_rules(reader, claims, applying)
    links = dedupe.ruled(links, applying, reader.story_links(anchors))
    warehouse.set_stories(links)
    standing = reader.story_links(anchors)
    warehouse.note_verdicts(
        [
            Verdict(c.correction_id, said[c.document_id], is_applied=c.value in standing)
            for c in corrections
            if c.document_id in said
        ]
    )


def _by_the_rules(reader: Reader, claims: Sequence[VisitClaim], rulings: Sequence[Ruling]) -> dict[str, str]:
    """Return the titles of the stories in which the rules alone would put the documents of these rulings."""
    documents = reader.subjects([ruling.document_id for ruling in rulings])
    events = reader.inspection_events([document.document_id for document in documents])
    said: dict[str, list[str]] = {}
    for link in dedupe.story_links(documents, dedupe.resolve_visits(claims), load_gazetteer(), events):
        said.setdefault(link.document_id, []).append(link.title)
    return {document_id: "; ".join(titles) for document_id, titles in said.items()}
