"""Putting blocks together to one text, so that every block knows its span."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.model import Block, BlockKind


class Composer:
    """Collects blocks; `text` holds them divided by blank lines."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0
        self._page_starts: list[int] = []

    def add(
        self,
        kind: BlockKind,
        text: str,
        *,
        page: int | None = None,
        level: int = 0,
        prefix: str = "",
        turns: Iterable[tuple[int, int]] = (),
    ) -> None:
        """Append a block; `prefix` (a bullet, a number) is in the text but not in the block's span.

        `turns` are the pages on which it goes on: (page, where in the block it begins).
        """
        if not text.strip():
            return
        if self._parts:
            self._parts.append("\n\n")
            self._length += 2
        if page:
            self._turn_to(page, self._length)
        self._parts.append(prefix + text)
        start = self._length + len(prefix)
        for overleaf, place in turns:
            self._turn_to(overleaf, start + place)
        self._length = start + len(text)
        self._blocks.append(Block(kind, start, self._length, page, level))

    def _turn_to(self, page: int, place: int) -> None:
        missing = page - len(self._page_starts)
        self._page_starts += [place] * missing

    def page_starts(self, pages: int) -> tuple[int, ...]:
        """Where each of so many pages begins in the text; one without text begins where the next does."""
        self._turn_to(pages, self._length)
        return tuple(self._page_starts)

    @property
    def text(self) -> str:
        """All blocks so far."""
        return "".join(self._parts)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Their kinds and spans."""
        return tuple(self._blocks)


class Vocabulary:
    """The words of a document, to see how it writes one elsewhere."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._text = "\n".join(texts).casefold()

    def has(self, word: str) -> bool:
        """Say whether the document has the word, whole and in any case."""
        word = word.casefold()
        start = self._text.find(word)
        while start >= 0:
            around = (
                self._text[max(start - 1, 0) : start] + self._text[start + len(word) : start + len(word) + 1]
            )
            if not any(char.isalpha() or char == "-" for char in around):
                return True
            start = self._text.find(word, start + 1)
        return False


SUSPENDED = re.compile(r"(?:and|or|to)(?=\s|$)")
"""How words go on behind a hyphen that stands for a word to come: "16- and 17-year-olds"."""


def resolve_hyphen(left: str, right: str, known: Vocabulary) -> str:
    """Join a word that a line end divided at a hyphen.

    The hyphen stays ("multi-agency"), unless the document writes the word without one elsewhere and never
    with one: Ofsted's documents are not hyphenated by the typesetter, so a hyphen is nearly always meant.
    """
    if SUSPENDED.match(right):
        return f"{left}- {right}"
    head = re.search(r"[^\W\d_]+$", left)
    tail = re.match(r"[^\W\d_]+", right)
    if head and tail:
        joined, hyphened = head.group() + tail.group(), f"{head.group()}-{tail.group()}"
        if known.has(joined) and not known.has(hyphened):
            return left + right
    return f"{left}-{right}"
