"""Compares new texts with all that came before, without reading them: by fingerprints, then run by run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeAlias

import numpy as np

from ingest.dedupe.fingerprints import SIMILAR, Hashes, Likeness, fingerprints, likeness, text_runs
from ingest.dedupe.index import FingerprintIndex
from ingest.model import IndexPart, Overlap

Texts: TypeAlias = Mapping[int, tuple[str, str]]
"""number -> (text_hash, text)."""

LEAST_RUNS = 40
"""Word runs of a text from which its standing in another one says more than that both quote somebody."""


class Matcher:
    """Finds the earlier texts of which a new one is a copy, an excerpt, or a reprint with additions."""

    def __init__(self, parts: Iterable[IndexPart], fetch: Callable[[Collection[int]], Texts]) -> None:
        """Begin with the index of what is known; `fetch` returns known texts, as far as they still exist."""
        self._index = FingerprintIndex(parts)
        self._fetch = fetch

    def add(self, texts: Texts) -> tuple[dict[int, Hashes], list[Overlap]]:
        """Index new texts, of the next numbers; return their fingerprints and their overlaps."""
        numbers = sorted(texts)
        if not numbers:
            return {}, []
        runs = dict(zip(numbers, text_runs([texts[number][1] for number in numbers]), strict=True))
        found = {number: fingerprints(runs[number]) for number in numbers}
        self._index.add(numbers[0], list(found.values()))
        pairs = self._index.pairs(numbers[0], list(found.values()))
        earlier = dict(self._fetch({other for _, other in pairs} - texts.keys())) if pairs else {}
        runs.update(zip(earlier, text_runs([text for _, text in earlier.values()]), strict=True))
        # Only texts that are compared need their runs sorted, and some are compared often.
        distinct = {number: np.unique(runs[number]) for pair in pairs for number in pair if number in runs}
        hashes = {number: text_hash for number, (text_hash, _) in (*earlier.items(), *texts.items())}
        overlaps = (
            _overlap(
                hashes[other],
                hashes[one],
                likeness(runs[other], runs[one], (distinct[other], distinct[one])),
                (len(runs[other]), len(runs[one])),
            )
            for one, other in pairs
            if other in runs
        )
        return found, [overlap for overlap in overlaps if overlap]


def _overlap(one: str, other: str, like: Likeness, sizes: tuple[int, int]) -> Overlap | None:
    one_is_held, other_is_held = (
        is_held and size >= LEAST_RUNS for is_held, size in zip(like.held, sizes, strict=True)
    )
    if like.jaccard < SIMILAR and not one_is_held and not other_is_held:
        return None
    shares = round(like.shares[0], 4), round(like.shares[1], 4)
    return Overlap(one, other, round(like.jaccard, 4), *shares, one_is_held, other_is_held)
