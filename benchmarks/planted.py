"""Generated articles with planted copies of every sort, and pairs that merely share a passage."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate

WORDS = 300
_FORMS = 20_000
_SENTENCE = 15
_SHARE = 40
"""One article in so many begins a planted family of each sort."""


@dataclass(slots=True)
class Planted:
    """Texts, and which two of them are the same document, by sort."""

    texts: list[str] = field(default_factory=list)
    copies: dict[str, set[tuple[int, int]]] = field(default_factory=dict)
    traps: dict[str, set[tuple[int, int]]] = field(default_factory=dict)


class Writer:
    """Writes articles of words that are as unequally frequent as those of a language (Zipf's law)."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self._forms = [f"word{number}" for number in range(_FORMS)]
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(_FORMS)))

    def words(self, count: int) -> list[str]:
        """Return so many words."""
        return self.chance.choices(self._forms, cum_weights=self._weights, k=count)

    def edited(self, words: list[str], rate: float) -> list[str]:
        """Replace, drop or add a word at this share of all places."""
        result = []
        for word in words:
            if self.chance.random() >= rate:
                result.append(word)
                continue
            what = self.chance.random()
            if what < 0.6:
                result += self.words(1)
            elif what < 0.8:
                result += [word, *self.words(1)]
        return result

    def reordered(self, words: list[str]) -> list[str]:
        """Put the sentences into another order."""
        sentences = [words[i : i + _SENTENCE] for i in range(0, len(words), _SENTENCE)]
        self.chance.shuffle(sentences)
        return [word for sentence in sentences for word in sentence]


def prose(words: list[str]) -> str:
    """Return words as sentences."""
    sentences = (" ".join(words[i : i + _SENTENCE]).capitalize() for i in range(0, len(words), _SENTENCE))
    return ". ".join(sentences) + "."


def planted(count: int, seed: int = 6) -> Planted:
    """Return `count` articles; one in forty has a copy of each sort, or shares a passage with another."""
    writer, found = Writer(seed), Planted()
    sorts: dict[str, Callable[[list[str]], str]] = {
        "verbatim, set otherwise": lambda words: "  " + " ".join(words).upper() + "\n",
        "sentences reordered": lambda words: prose(writer.reordered(words)),
        "10 % of words edited": lambda words: prose(writer.edited(words, 0.1)),
        "20 % of words edited": lambda words: prose(writer.edited(words, 0.2)),
        "release inside an article": lambda words: prose(writer.words(130) + words + writer.words(100)),
    }
    footers = [writer.words(120) for _ in range(max(count // 4000, 1))]
    found.copies = {sort: set() for sort in sorts}
    found.traps = {"boilerplate only": set(), "quotation only": set()}
    last_with: dict[int, int] = {}
    while len(found.texts) < count:
        for sort, copy in sorts.items():
            words = writer.words(WORDS)
            found.copies[sort].add((len(found.texts), len(found.texts) + 1))
            found.texts += [prose(words), copy(words)]
        quotation = writer.words(60)
        found.traps["quotation only"].add((len(found.texts), len(found.texts) + 1))
        for _ in range(2):
            words = writer.words(WORDS)
            found.texts.append(prose(words[:100] + quotation + words[100:]))
        for _ in range(2):
            footer = writer.chance.randrange(len(footers))
            if footer in last_with:
                found.traps["boilerplate only"].add((last_with[footer], len(found.texts)))
            last_with[footer] = len(found.texts)
            found.texts.append(prose(writer.words(WORDS) + footers[footer]))
        found.texts += [prose(writer.words(WORDS)) for _ in range(_SHARE - 14)]
    return found
