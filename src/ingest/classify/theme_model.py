"""Weighs the words of a sentence for each theme, as learned from sentences that were labelled by hand.

The model is a logistic regression a theme over words, pairs of words, and the points that the phrases of
themes.toml give; so an edit of the phrases changes its answers at once. `benchmarks/themes/train.py` makes
theme_model.npz from the published documents and from labels that hold no text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.errors import ConfigError

MODEL = Path(__file__).with_name("theme_model.npz")
FORMAT = 1
"""Changes when the file or the features do; a model of another format is refused."""

_WORD = re.compile(r"[a-z']+")
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ThemeModel:
    """The weights, read from MODEL."""

    themes: tuple[str, ...]
    _grams: tuple[str, ...]
    _vocabulary: dict[str, int]
    _rarity: Floats
    """Inverse document frequency of each word or pair."""
    _weights: Floats
    """(words and pairs) x themes."""
    _hints: dict[str, int]
    _hint_weights: Floats
    """(features of the phrases found) x themes."""
    _bias: Floats

    def weigh(self, sentences: Sequence[tuple[str, Mapping[str, float]]]) -> Floats:
        """Return the log-odds, sentences x themes; above 0 a theme is likelier than not.

        A sentence is its folded text (see phrases.py) and the features of the phrases found in it. Many at
        once cost a third of one by one.
        """
        odds = np.tile(self._bias, (len(sentences), 1))
        rows: list[int] = []
        owners: list[int] = []
        hinted: list[tuple[int, int, float]] = []
        for number, (folded, hints) in enumerate(sentences):
            found = self._rows(folded)
            rows += found
            owners += [number] * len(found)
            hinted += [
                (number, self._hints[name], value) for name, value in hints.items() if name in self._hints
            ]
        if rows:
            owner = np.asarray(owners)
            rarity = self._rarity[rows]
            length = np.sqrt(np.bincount(owner, rarity * rarity, len(sentences))).astype(np.float32)
            shares = self._weights[rows] * (rarity / length[owner])[:, None]
            starts = np.flatnonzero(np.diff(owner, prepend=-1))
            odds[owner[starts]] += np.add.reduceat(shares, starts, axis=0)
        if hinted:
            numbers, places, values = zip(*hinted, strict=True)
            np.add.at(
                odds,
                list(numbers),
                self._hint_weights[list(places)] * np.asarray(values, np.float32)[:, None],
            )
        return odds

    def words(self, folded: str, theme: str, most: int = 3) -> list[str]:
        """Return the words and pairs of words of a sentence that spoke for a theme, the weightiest first."""
        rows = self._rows(folded)
        place = self.themes.index(theme)
        shares = {row: float(self._weights[row, place] * self._rarity[row]) for row in rows}
        best = sorted(shares, key=lambda row: -shares[row])[:most]
        return [self._grams[row] for row in best if shares[row] > 0]

    def _rows(self, folded: str) -> list[int]:
        row_of = self._vocabulary.get
        return [row for gram in dict.fromkeys(ngrams(folded)) if (row := row_of(gram)) is not None]


def ngrams(folded: str) -> list[str]:
    """Return the words and the pairs of neighbouring words of a folded text."""
    words = _WORD.findall(folded)
    return words + [f"{first} {second}" for first, second in pairwise(words)]


@lru_cache(maxsize=1)
def theme_model() -> ThemeModel:
    """Return the model of the package, read once a process; raise ConfigError where its file is unusable."""
    try:
        with np.load(MODEL, allow_pickle=False) as file:
            return _read(file)
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(
            f"classify/{MODEL.name} cannot be read ({error}); install the package again"
        ) from error


def _read(file: Mapping[str, Any]) -> ThemeModel:
    if int(file["format"]) != FORMAT:
        raise ValueError(f"format {int(file['format'])}, not {FORMAT}")
    grams = _lines(file["grams"])
    return ThemeModel(
        themes=tuple(_lines(file["themes"])),
        _grams=tuple(grams),
        _vocabulary={gram: row for row, gram in enumerate(grams)},
        _rarity=file["rarity"].astype(np.float32),
        _weights=file["weights"].astype(np.float32) * file["scale"].astype(np.float32),
        _hints={name: row for row, name in enumerate(_lines(file["hints"]))},
        _hint_weights=file["hint_weights"].astype(np.float32),
        _bias=file["bias"].astype(np.float32),
    )


def write_model(
    path: Path,
    themes: Sequence[str],
    grams: Sequence[str],
    rarity: Floats,
    weights: Floats,
    hints: Sequence[str],
    hint_weights: Floats,
    bias: Floats,
) -> None:
    """Write a model; the weights of words are kept in one byte each, scaled by theme."""
    scale = np.abs(weights).max(axis=0) / 127
    np.savez_compressed(
        path,
        format=np.int64(FORMAT),
        themes=_packed(themes),
        grams=_packed(grams),
        rarity=rarity.astype(np.float16),
        weights=np.round(weights / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        hints=_packed(hints),
        hint_weights=hint_weights.astype(np.float32),
        bias=bias.astype(np.float32),
    )


def _packed(lines: Sequence[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer("\n".join(lines).encode(), np.uint8)


def _lines(packed: npt.NDArray[np.uint8]) -> list[str]:
    return packed.tobytes().decode().split("\n")
