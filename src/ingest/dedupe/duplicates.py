"""The same document under two addresses, and texts reprinted with small changes.

Candidates share some of the smallest hashes of their word runs; whether they are duplicates is decided on
the exact Jaccard index of all runs. The original is Ofsted's own document, else the earliest published.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise

from ingest.model import Candidate, Duplicate

RUN = 4
"""Words in a run: long enough that shared phrases of the trade do not count, short enough to survive edits."""
SKETCH = 128
"""Hashes kept of each text."""
SIMILAR = 0.6
"""Jaccard index from which a text is a reprint of another; a shared quotation stays far below."""

_WORD = re.compile(r"\w+")
_PRIMARY = {
    "ofsted_report": 0,
    "ofsted_letter": 0,
    "government_notice": 1,
    "press_release": 2,
    "news_article": 3,
}


def shingles(text: str) -> tuple[int, ...]:
    """Return the smallest hashes of the text's word runs: unsigned 64 bit, sorted, at most `SKETCH`.

    A run's hash is made of its words' hashes, each shifted by its place: a third of the time that hashing
    every run takes.
    """
    words = _WORD.findall(text.casefold())
    if not words:
        return ()
    words += [""] * (RUN - len(words))
    hashes = list(map(_hash, words))
    pairs = [one ^ two << 3 for one, two in pairwise(hashes)]
    runs = [one ^ two << 1 for one, two in zip(pairs, pairs[2:], strict=False)]
    # Hashes spread evenly: of many runs, those below this bound are enough, unless the text repeats itself.
    bound = (3 * SKETCH << 64) // len(runs)
    smallest = {run for run in runs if run < bound}
    return tuple(sorted(smallest if len(smallest) >= SKETCH else set(runs))[:SKETCH])


def find_duplicates(
    documents: Iterable[str], pairs: Sequence[tuple[Candidate, Candidate]]
) -> tuple[Duplicate, ...]:
    """Decide for each group of equal or similar texts which one is the original.

    Args:
        documents: ids that were looked at; those without a partner turn out to be originals.
        pairs: stored documents that may be the same.
    """
    candidates = {candidate.document_id: candidate for pair in pairs for candidate in pair}
    runs = {document_id: _runs(candidate.text) for document_id, candidate in candidates.items()}
    leader = {document_id: document_id for document_id in (*documents, *candidates)}
    for one, other in pairs:
        if _similarity(one, other, runs) >= SIMILAR:
            _join(leader, one.document_id, other.document_id)
    groups: dict[str, list[str]] = {}
    for document_id in leader:
        groups.setdefault(_find(leader, document_id), []).append(document_id)
    return tuple(duplicate for members in groups.values() for duplicate in _decide(members, candidates, runs))


def _decide(
    members: Sequence[str], candidates: Mapping[str, Candidate], runs: Mapping[str, frozenset[str]]
) -> list[Duplicate]:
    if len(members) == 1:
        return [Duplicate(members[0], None, None)]
    original = min((candidates[member] for member in members), key=_originality)
    return [
        Duplicate(member, None, None)
        if member == original.document_id
        else Duplicate(
            member, original.document_id, round(_similarity(candidates[member], original, runs), 4)
        )
        for member in sorted(members)
    ]


def _originality(candidate: Candidate) -> tuple[int, date, bool, str]:
    return (
        _PRIMARY.get(candidate.kind, 4),
        candidate.published_on or date.max,
        not candidate.is_direct,
        candidate.document_id,
    )


def _similarity(one: Candidate, other: Candidate, runs: Mapping[str, frozenset[str]]) -> float:
    if one.text_hash == other.text_hash:
        return 1.0
    left, right = runs[one.document_id], runs[other.document_id]
    return len(left & right) / max(len(left | right), 1)


def _runs(text: str) -> frozenset[str]:
    words = _WORD.findall(text.casefold())
    if len(words) <= RUN:
        return frozenset([" ".join(words)]) if words else frozenset()
    return frozenset(" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1))


@lru_cache(maxsize=1 << 16)
def _hash(word: str) -> int:
    """Return 60 bits, which leaves room for the shift by a place in a run."""
    digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 4


def _find(leader: dict[str, str], member: str) -> str:
    while leader[member] != member:
        leader[member] = leader[leader[member]]
        member = leader[member]
    return member


def _join(leader: dict[str, str], one: str, other: str) -> None:
    left, right = sorted((_find(leader, one), _find(leader, other)))
    leader[right] = left
