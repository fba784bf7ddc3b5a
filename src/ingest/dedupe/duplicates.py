"""Which documents say the same, and which of them is the original.

The original is Ofsted's own document, then the earliest published. Going from the most original to the
least, a document is a duplicate of the first original that it repeats, else an original itself: the answer
depends on the documents, never on the order in which they came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from ingest.dedupe.fingerprints import SIMILAR
from ingest.model import Candidate, Duplicate, Overlap

MOSTLY = 0.5
"""Share of a text that must be a reprint, so that the rest is not worth a document of its own."""
_PRIMARY = {
    "ofsted_report": 0,
    "ofsted_letter": 0,
    "government_notice": 1,
    "press_release": 2,
    "news_article": 3,
}


def find_duplicates(documents: Sequence[Candidate], overlaps: Sequence[Overlap]) -> tuple[Duplicate, ...]:
    """Decide for each document whether it repeats another one of them.

    Args:
        documents: all that may repeat each other: whatever shares an address, a text or an overlap.
        overlaps: of their texts, by text_hash, each pair once.
    """
    known = {(o.one, o.other): o for overlap in overlaps for o in (overlap, overlap.turned())}
    originals: list[Candidate] = []
    found = []
    for document in sorted(documents, key=_originality):
        for original in originals:
            similarity = _similarity(document, original, known)
            if similarity is not None:
                found.append(Duplicate(document.document_id, original.document_id, similarity))
                break
        else:
            originals.append(document)
            found.append(Duplicate(document.document_id, None, None))
    return tuple(sorted(found, key=lambda duplicate: duplicate.document_id))


def _originality(candidate: Candidate) -> tuple[int, date, bool, str]:
    return (
        _PRIMARY.get(candidate.kind, 4),
        candidate.published_on or date.max,
        not candidate.is_direct,
        candidate.document_id,
    )


def _similarity(
    document: Candidate, original: Candidate, known: Mapping[tuple[str, str], Overlap]
) -> float | None:
    """Return the Jaccard index where a document repeats a more original one; else None."""
    if document.text_hash == original.text_hash:
        return 1.0
    overlap = known.get((document.text_hash, original.text_hash))
    if document.address == original.address:
        return round(overlap.jaccard, 4) if overlap else 0.0
    if overlap is None:
        return None
    # A page's own word counts where the texts bear it out: page 2 of an article may name page 1.
    is_claimed = bool({document.address, document.claimed} & {original.address, original.claimed} - {None})
    if not is_claimed and _tell_of_others(document, original):
        return None
    repeats = (
        is_claimed
        or overlap.jaccard >= SIMILAR
        or overlap.one_is_held  # nothing in it that the original does not say
        or (overlap.other_is_held and overlap.one_share >= MOSTLY)
    )
    return round(overlap.jaccard, 4) if repeats else None


def _tell_of_others(one: Candidate, other: Candidate) -> bool:
    """Say whether both name what they are about and it is not the same: a template, filled in twice."""
    if one.subjects and other.subjects and not one.subjects & other.subjects:
        return True
    left, right = dict(one.visits), dict(other.visits)
    shared = left.keys() & right.keys()
    return any(left[visit] != right[visit] for visit in shared)
