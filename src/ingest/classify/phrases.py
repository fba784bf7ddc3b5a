"""A lexicon of phrases found in one pass, for the cue and theme files that a domain expert edits.

A phrase is words in lower case; `{a|b}` offers alternatives; `*` at its end stands for any rest of the
word ("assess*"), before a space for a usual ending ("carer* review"); hyphens count as spaces. Places in the
result are places in the text that was given.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

import ahocorasick_rs

from ingest.classify.folding import APOSTROPHES, HYPHENS, SPACES, folding
from ingest.classify.sentences import LONGEST
from ingest.errors import ConfigError

Label = TypeVar("Label")

_fold = folding({" ": SPACES + HYPHENS + "-⎯", "'": APOSTROPHES})
_REST = re.compile(r"[^\W_]+")

_ENDINGS = ("", "s", "'s", "s'", "e", "es", "d", "ed", "ing")
"""What `*` stands for inside a phrase, where it cannot stand for any rest of a word."""

_CHOICE = re.compile(r"\{([^{}]*)\}")


@lru_cache(maxsize=4096)
def fold_sentence(sentence: str) -> str:
    """Return the first LONGEST characters as phrases see them; kept, because every rule reads the same sentences."""
    return _fold(sentence[:LONGEST])


def holds_any(text: str, letters: tuple[str, ...]) -> bool:
    """Say whether one of these stands anywhere in the text; a loop, which takes half as long as `any`."""
    for some in letters:  # noqa: SIM110
        if some in text:
            return True
    return False


def expand(phrase: str) -> Iterator[str]:
    """Yield every wording of a phrase with alternatives: "{a|b} plan" gives "a plan" and "b plan"."""
    choice = _CHOICE.search(phrase)
    if choice:
        for option in choice.group(1).split("|"):
            yield from expand(phrase[: choice.start()] + option + phrase[choice.end() :])
        return
    wording = " ".join(phrase.replace("-", " ").split())
    stems = wording.split("* ")
    for endings in itertools.product(_ENDINGS, repeat=len(stems) - 1):
        yield "".join(f"{stem}{end} " for stem, end in zip(stems, (*endings, ""), strict=True)).strip()


class Hit(NamedTuple, Generic[Label]):
    """A phrase of the lexicon at folded[start:end], with what the lexicon says of it.

    A tuple, because a document makes ten thousand of them.
    """

    start: int
    end: int
    phrase: str
    label: Label


class Lexicon(Generic[Label]):
    """Phrases with labels; one phrase may carry several."""

    def __init__(self, entries: Iterable[tuple[str, Label]]) -> None:
        table: dict[str, list[tuple[str, bool, Label]]] = {}
        for phrase, label in entries:
            for wording in dict.fromkeys(expand(phrase)):
                open_end = wording.endswith("*")
                stem = wording.rstrip("*")
                if "*" in stem or "{" in stem or "}" in stem or not stem:
                    raise ConfigError(f"phrase {phrase!r}: * may only end a word, and {{a|b}} must be closed")
                table.setdefault(stem, []).append((wording, open_end, label))
        self._entries = list(table.values())
        self._automaton = ahocorasick_rs.AhoCorasick(list(table)) if table else None

    def hits(self, folded: str) -> list[Hit[Label]]:
        """Return every phrase that stands in the folded text at word boundaries, overlapping or not."""
        found: list[Hit[Label]] = []
        if self._automaton is None:
            return found
        length = len(folded)
        for number, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            if start and folded[start - 1].isalnum():
                continue
            whole = end == length or not folded[end].isalnum()
            for phrase, open_end, label in self._entries[number]:
                if whole or open_end:
                    reach = end if whole else _word_end(folded, end)
                    # Not Hit(...), which takes twice as long, in the hottest loop of all.
                    found.append(tuple.__new__(Hit, (start, reach, phrase, label)))
        return found


def _word_end(folded: str, position: int) -> int:
    rest = _REST.match(folded, position)
    return rest.end() if rest else position


def outside(
    hits: Iterable[Hit[Label]], spans: Iterable[tuple[int, int]], *, wholly: bool = False
) -> list[Hit[Label]]:
    """Drop hits that begin in one of the spans; with `wholly`, only those that also end in it."""
    ordered = sorted(spans)
    kept: list[Hit[Label]] = []
    reach = -1
    following = 0
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        while following < len(ordered) and ordered[following][0] <= hit.start:
            reach = max(reach, ordered[following][1])
            following += 1
        if reach < hit.end if wholly else reach <= hit.start:
            kept.append(hit)
    return kept


def longest(hits: Iterable[Hit[Label]]) -> list[Hit[Label]]:
    """Keep the leftmost longest hits, so that a phrase silences the words inside it.

    Of two that end with the same word, the one that spells out more of it stays ("assessment*", not "assess*").
    """
    hits = list(hits)
    if len(hits) < 2:
        return hits
    kept: list[Hit[Label]] = []
    free = 0
    for hit in sorted(hits, key=lambda h: (h.start, -h.end, -len(h.phrase))):
        if hit.start >= free:
            kept.append(hit)
            free = hit.end
    return kept
