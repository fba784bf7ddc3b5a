"""Weighs the words of a sentence for each polarity and theme, as learned from sentences that readers labelled.

Each question has its own logistic regression over words, pairs of words, and what the rules of polarity.toml
and themes.toml make of the sentence; so an edit of the rules changes the answers at once.
`benchmarks/learned/train.py` makes learned.npz from the published documents and from labels that hold no text.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ingest.classify.phrases import fold_sentence
from ingest.classify.sentences import heading_end
from ingest.errors import ConfigError

MODEL = Path(__file__).with_name("learned.npz")
FORMAT = 2
"""Changes when the file or the features do; a model of another format is refused."""

WORD = re.compile(r"[a-z']+")
_BETWEEN_WORDS = {code: " " for code in range(128) if not WORD.match(chr(code))}
_UNKNOWN: tuple[None, dict[str, int]] = (None, {})
Floats = npt.NDArray[np.float32]


class Worded(NamedTuple):
    """A sentence as the questions see it: folded, and the rows of the words and pairs that are known."""

    folded: str
    rows: tuple[int, ...]


class Learned(NamedTuple):
    """Both questions, over the same words."""

    vocabulary: Mapping[str, tuple[int | None, Mapping[str, int]]]
    """The row of each word, and those of its pairs with the words that may follow it."""
    polarity: Question
    themes: Question


@dataclass(frozen=True, slots=True)
class Question:
    """What may be answered, and how much each word and each hint speaks for each answer."""

    answers: tuple[str, ...]
    _grams: tuple[str, ...]
    _rarity: Floats
    """Inverse document frequency of each word or pair."""
    _weights: Floats
    """(words and pairs) x answers, by rarity; a sentence's rows count by their share in its length."""
    _hints: dict[str, int]
    _hint_weights: Floats
    """(what the rules say) x answers."""
    _bias: Floats

    def weigh(self, sentences: Sequence[tuple[Worded, Mapping[str, float]]]) -> Floats:
        """Return the log-odds, sentences x answers, of sentences with their hints.

        Many at once cost a third of one by one.
        """
        rows: list[int] = []
        places: list[int] = []
        values: list[float] = []
        words: list[int] = []
        told: list[int] = []
        place_of = self._hints.get
        for sentence, hints in sentences:
            rows += sentence.rows
            words.append(len(sentence.rows))
            for name, value in hints.items():
                if (place := place_of(name)) is not None:
                    places.append(place)
                    values.append(value)
            told.append(len(places))
        odds = np.tile(self._bias, (len(sentences), 1))
        _add(
            odds,
            self._hint_weights[places] * np.asarray(values, np.float32)[:, None],
            np.diff(told, prepend=0),
        )
        spoken = np.zeros_like(odds)
        known = np.array(rows, np.intp)
        _add(spoken, self._weights.take(known, axis=0), words)
        rarity = self._rarity.take(known)
        owner = np.repeat(np.arange(len(sentences)), words)
        length = np.sqrt(np.bincount(owner, rarity * rarity, len(sentences)))
        odds += spoken / np.maximum(length, 1e-9)[:, None]
        return odds

    def words(self, sentence: Worded, answer: str, most: int = 3) -> list[str]:
        """Return the words and pairs of words of a sentence that spoke for an answer, the weightiest first."""
        shares = self._weights[list(sentence.rows), self.answers.index(answer)]
        best = np.argsort(-shares, kind="stable")[:most].tolist()
        return [self._grams[sentence.rows[place]] for place in best if shares[place] > 0]


def _add(totals: Floats, shares: Floats, counts: Sequence[int] | npt.NDArray[np.int64]) -> None:
    """Add to each total as many of the shares, in order, as its count says.

    Not a product of matrices: for so few numbers the threads of BLAS cost ten times what they do.
    """
    if len(shares):
        some = np.flatnonzero(counts)
        ends = np.cumsum(counts)[some]
        totals[some] += np.add.reduceat(shares, np.concatenate(([0], ends[:-1])), axis=0)


@lru_cache(maxsize=4096)
def worded(sentence: str) -> Worded:
    """Return a sentence as it is weighed; kept, because both questions are asked of most sentences."""
    folded = bare(sentence)
    entry_of = learned().vocabulary.get
    rows: dict[int, None] = {}
    followers: Mapping[str, int] = {}
    for word in _words(folded):
        if word in followers:  # seldom: sooner than to ask for what is not there
            rows[followers[word]] = None
        row, followers = entry_of(word, _UNKNOWN)
        if row is not None:
            rows[row] = None
    return Worded(folded, tuple(rows))


def _words(folded: str) -> list[str]:
    """Return what WORD finds, of plain text in half the time."""
    return folded.translate(_BETWEEN_WORDS).split() if folded.isascii() else WORD.findall(folded)


def bare(sentence: str) -> str:
    """Return the folded sentence without a heading glued to it, one space between words."""
    # Hyphens became spaces, and "16- and 17-year-olds" two of them: phrases have one.
    folded = fold_sentence(sentence)[heading_end(sentence) :].strip()
    return " ".join(folded.split()) if "  " in folded else folded


@lru_cache(maxsize=1)
def learned() -> Learned:
    """Return the model of the package, read once a process; raise ConfigError where its file is unusable."""
    try:
        with np.load(MODEL, allow_pickle=False) as file:
            return _read(file)
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise ConfigError(
            f"classify/{MODEL.name} cannot be read ({error}); install the package again"
        ) from error


def _read(file: Mapping[str, Any]) -> Learned:
    if int(file["format"]) != FORMAT:
        raise ValueError(f"format {int(file['format'])}, not {FORMAT}")
    grams = tuple(_lines(file["grams"]))
    rarity = file["rarity"].astype(np.float32)

    def question(name: str) -> Question:
        return Question(
            answers=tuple(_lines(file[f"{name} answers"])),
            _grams=grams,
            _rarity=rarity,
            # In C order, so that the weights of a word lie together: they are looked up by row.
            _weights=np.multiply(file[f"{name} weights"], file[f"{name} scale"] * rarity[:, None], order="C"),
            _hints={hint: row for row, hint in enumerate(_lines(file[f"{name} hints"]))},
            _hint_weights=file[f"{name} hint_weights"].astype(np.float32),
            _bias=file[f"{name} bias"].astype(np.float32),
        )

    return Learned(
        vocabulary=_by_first_word(grams),
        polarity=question("polarity"),
        themes=question("themes"),
    )


def _by_first_word(grams: Sequence[str]) -> dict[str, tuple[int | None, dict[str, int]]]:
    alone: dict[str, int] = {}
    followers: dict[str, dict[str, int]] = {}
    for row, gram in enumerate(grams):
        first, pair, second = gram.partition(" ")
        if pair:
            followers.setdefault(first, {})[second] = row
        else:
            alone[first] = row
    return {word: (alone.get(word), followers.get(word, {})) for word in alone | followers}


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned for one question; the shapes are those of `Question`."""

    answers: Sequence[str]
    weights: Floats
    hints: Sequence[str]
    hint_weights: Floats
    bias: Floats


def write_model(
    path: Path, grams: Sequence[str], rarity: Floats, *, polarity: Weights, themes: Weights
) -> None:
    """Write a model; the weights of words are kept in one byte each, scaled by answer."""
    arrays: dict[str, Any] = {}
    for name, learnt in (("polarity", polarity), ("themes", themes)):
        scale = np.abs(learnt.weights).max(axis=0) / 127
        arrays |= {
            f"{name} answers": _packed(learnt.answers),
            f"{name} weights": np.round(learnt.weights / scale).astype(np.int8),
            f"{name} scale": scale.astype(np.float32),
            f"{name} hints": _packed(learnt.hints),
            f"{name} hint_weights": learnt.hint_weights.astype(np.float32),
            f"{name} bias": learnt.bias.astype(np.float32),
        }
    np.savez_compressed(
        path, format=np.int64(FORMAT), grams=_packed(grams), rarity=rarity.astype(np.float16), **arrays
    )


def _packed(lines: Sequence[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer("\n".join(lines).encode(), np.uint8)


def _lines(packed: npt.NDArray[np.uint8]) -> list[str]:
    return packed.tobytes().decode().split("\n")
