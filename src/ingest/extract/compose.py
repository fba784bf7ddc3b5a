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
    """The words of a document, to see how it writes one elsewhere.

    Args:
        texts: with the words that are whole.
        divided: those that a line end divides at a hyphen, each as its two parts.
    """

    def __init__(self, texts: Iterable[str], divided: Iterable[tuple[str, str]] = ()) -> None:
        self._text = "\n".join(texts).casefold()
        parts = [_parts(left, right) for left, right in divided]
        joined = {head + tail for head, tail in parts if head and tail and self.has(head + tail)}
        meant = sum(self.has(f"{head}-{tail}") for head, tail in parts)
        self.is_hyphenated = len(joined) >= DIVIDED and len(joined) > 2 * meant
        """Whether the typesetter divides words: then a hyphen at a line end is mostly none of the word's own."""

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


DIVIDED = 3
"""Words that a document writes whole elsewhere and divides at line ends at least, if its typesetter divides words."""
SUSPENDED = re.compile(r"(?:and|or|to)(?=\s|$)")
"""How words go on behind a hyphen that stands for a word to come: "16- and 17-year-olds"."""
_CHAIN_BEFORE = re.compile(r"-(?:to|of|on|in|by|and|the)$")
_CHAIN_BEHIND = re.compile(r"(?:to|of|on|in|by|and|the)-")
"""A little word within a chain of words: "up-to-date"."""


def _parts(left: str, right: str) -> tuple[str, str]:
    head = re.search(r"[^\W\d_]+$", left)
    tail = re.match(r"[^\W\d_]+", right)
    return (head.group() if head else "", tail.group() if tail else "")


def resolve_hyphen(left: str, right: str, known: Vocabulary) -> str:
    """Join a word that a line end divided at a hyphen.

    The hyphen stays ("multi-agency"), unless the document writes the word without one elsewhere and never
    with one: few of Ofsted's documents are hyphenated by the typesetter, so a hyphen is nearly always meant.
    In those that are, it stays between two words that stand alone elsewhere, too.
    """
    head, tail = _parts(left, right)
    if head and tail and known.has(head + tail) and not known.has(f"{head}-{tail}"):
        return left + right
    if SUSPENDED.match(right):
        return f"{left}- {right}"
    is_chain = _CHAIN_BEFORE.search(left) or _CHAIN_BEHIND.match(right)
    is_divided = head and tail.islower() and not is_chain and not (known.has(head) and known.has(tail))
    if known.is_hyphenated and is_divided and not known.has(f"{head}-{tail}"):
        return left + right
    return f"{left}-{right}"
