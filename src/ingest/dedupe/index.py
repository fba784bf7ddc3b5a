"""An index of fingerprints: which texts share enough of them, without reading the texts.

It is a list of sorted parts that grow by merging (a log-structured merge tree), of arrays that may be mapped
from files. A look-up costs the logarithm of what is indexed, and what it finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ingest.dedupe.fingerprints import HELD_RUNS, Hashes
from ingest.model import IndexPart

COMMON = 64
"""A fingerprint of more texts than this is boilerplate and leads to no candidates. Equal texts are one text, so
that a release would have to be edited in more ways than this to be taken for boilerplate."""
ENOUGH = 2
"""Fingerprints that two texts share at least."""
DEVIATIONS = 3
"""A pair is looked at where the fingerprints that it shares could, by so many standard deviations, be those
of a text that is held in the other."""

Numbers: TypeAlias = npt.NDArray[np.uint32]
_Counts: TypeAlias = npt.NDArray[np.int64]


class FingerprintIndex:
    """Says which texts share fingerprints; texts are known by numbers below 2^32, in the order of arrival."""

    def __init__(self, parts: Iterable[IndexPart] = ()) -> None:
        """Begin with parts that follow each other."""
        self._fixed = list(parts)
        self._grown: list[IndexPart] = []

    def add(self, first: int, fingerprints: Sequence[Hashes]) -> None:
        """Index the texts from number `first` on, which must be the next."""
        self._grown.append(_part(first, fingerprints))
        while len(self._grown) > 1 and len(self._grown[-1].keys) * 2 > len(self._grown[-2].keys):
            self._grown[-2:] = [_merged(*self._grown[-2:])]

    def pairs(self, first: int, fingerprints: Sequence[Hashes]) -> list[tuple[int, int]]:
        """Return the pairs (one of these texts, an earlier one) that share enough fingerprints.

        Earlier means of a smaller number, so that of two given texts the pair comes once.
        """
        query = _part(first, fingerprints)
        spans = [
            (np.searchsorted(part.keys, query.keys), np.searchsorted(part.keys, query.keys, side="right"))
            for part in self._parts()
        ]
        counts = [last - start for start, last in spans]
        is_rare = np.sum(counts, axis=0) <= COMMON
        codes = [np.empty(0, np.uint64)]
        for part, (start, _), count in zip(self._parts(), spans, counts, strict=True):
            wanted = np.flatnonzero(is_rare & (count > 0))
            left = np.repeat(query.numbers[wanted], count[wanted]).astype(np.uint64)
            right = part.numbers[_places(start[wanted], count[wanted])].astype(np.uint64)
            is_earlier = right < left
            codes.append(left[is_earlier] << np.uint64(32) | right[is_earlier])
        found, shared = np.unique(np.concatenate(codes), return_counts=True)
        ones, others = (found >> np.uint64(32)).astype(np.int64), found.astype(np.uint32).astype(np.int64)
        smaller = np.minimum(query.sizes[ones - first], self._sizes(others)).astype(np.float64)
        expected = HELD_RUNS * smaller
        least = expected - DEVIATIONS * np.sqrt(expected * (1 - HELD_RUNS))
        is_enough = shared >= np.maximum(least, np.minimum(ENOUGH, smaller))
        return list(zip(ones[is_enough].tolist(), others[is_enough].tolist(), strict=True))

    def _parts(self) -> list[IndexPart]:
        return [part for part in (*self._fixed, *self._grown) if len(part.sizes)]

    def _sizes(self, numbers: _Counts) -> npt.NDArray[np.uint16]:
        parts = self._parts()
        homes = np.searchsorted([part.first for part in parts], numbers, side="right") - 1
        sizes = np.zeros(len(numbers), np.uint16)
        for home in np.unique(homes).tolist():
            is_here = homes == home
            sizes[is_here] = parts[home].sizes[numbers[is_here] - parts[home].first]
        return sizes


def _places(starts: _Counts, counts: _Counts) -> _Counts:
    """Return start, start + 1, ... of each span, one span after the other."""
    before = np.cumsum(counts) - counts
    places: _Counts = np.arange(counts.sum()) + np.repeat(starts - before, counts)
    return places


def _part(first: int, fingerprints: Sequence[Hashes]) -> IndexPart:
    sizes = np.array([len(one) for one in fingerprints], np.uint16)
    keys = np.concatenate([np.empty(0, np.uint64), *fingerprints])
    numbers = np.repeat(np.arange(first, first + len(sizes), dtype=np.uint32), sizes)
    order = np.argsort(keys)
    return IndexPart(first, sizes, keys[order], numbers[order])


def _merged(one: IndexPart, other: IndexPart) -> IndexPart:
    keys = np.concatenate([one.keys, other.keys])
    numbers = np.concatenate([one.numbers, other.numbers])
    order = np.argsort(keys, kind="stable")
    return IndexPart(one.first, np.concatenate([one.sizes, other.sizes]), keys[order], numbers[order])
