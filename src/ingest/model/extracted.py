"""A snapshot as text: blocks and their spans."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

from ingest.model.words import BlockKind


@dataclass(frozen=True, slots=True)
class Block:
    """A run of `text[start:end]` that a reader sees as one piece."""

    kind: BlockKind
    start: int
    end: int
    page: int | None = None
    """Counted from 1; None where the medium has no pages."""
    level: int = 0
    """Heading or bullet depth, 1 the highest; 0 where it does not apply."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """A snapshot as text: what a person reads, in order, with the furniture left out.

    `text` holds blocks divided by blank lines; every span of every later record indexes into it.
    """

    title: str
    text: str
    blocks: tuple[Block, ...]
    published_on: date | None = None
    """As the page's own metadata or by-line has it."""
    canonical_url: str | None = None
    page_starts: tuple[int, ...] = ()
    """Where the text of each page begins; nothing where the medium has no pages."""

    @property
    def pages(self) -> int | None:
        """The number of pages; None where the medium has none."""
        return len(self.page_starts) or None

    def page_at(self, position: int) -> int | None:
        """Return the page of a place in the text, from 1; None where the medium has none."""
        return max(bisect_right(self.page_starts, position), 1) if self.page_starts else None
