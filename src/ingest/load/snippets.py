"""The part of a text that shows best why it was found, with the places of the words that were searched."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")
LENGTH = 240
"""Characters of a snippet, about."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of a text in one line, with the spans (start, end) of what matched in it."""

    text: str
    marks: tuple[tuple[int, int], ...]


def words_of(text: str) -> list[str]:
    """Return the words as the index knows them: lower case, without accents."""
    return [_plain(match.group()) for match in _WORD.finditer(text)]


def best_snippet(text: str, words: set[str]) -> Snippet:
    """Return the stretch with most different words of `words`, then with most of them; the first such."""
    places = [
        (m.start(), m.end(), word) for m in _WORD.finditer(text) if (word := _plain(m.group())) in words
    ]
    start = 0
    best = (0, 0)
    last = 0
    for first, (begin, _, _) in enumerate(places):
        while last < len(places) and places[last][1] <= begin + LENGTH:
            last += 1
        inside = places[first:last]
        worth = (len({word for _, _, word in inside}), len(inside))
        if worth > best:
            best, start = worth, begin
    return _cut(text, _sentence_start(text, start), places)


def _cut(text: str, start: int, places: list[tuple[int, int, str]]) -> Snippet:
    end = min(len(text), start + LENGTH)
    if end < len(text) and (space := text.rfind(" ", start, end)) > start:
        end = space
    head, tail = "… " if start else "", " …" if end < len(text) else ""
    marks = tuple(
        (b - start + len(head), e - start + len(head)) for b, e, _ in places if b >= start and e <= end
    )
    # White space becomes one blank for one character, so that the marks stay where they are.
    return Snippet(head + re.sub(r"\s", " ", text[start:end]) + tail, marks)


def _sentence_start(text: str, place: int) -> int:
    """The beginning of the sentence or paragraph of a place; where that is far, of a word shortly before it."""
    if len(text) <= LENGTH:
        return 0
    far = place - LENGTH // 2
    nearest = max(text.rfind(mark, max(0, far), place) for mark in (". ", "\n\n"))
    if nearest >= 0:
        return nearest + 2
    if far <= 0:
        return 0
    return text.find(" ", place - LENGTH // 4, place) + 1 or place


def _plain(word: str) -> str:
    split = unicodedata.normalize("NFKD", word)
    return "".join(c for c in split if not unicodedata.combining(c)).lower()
