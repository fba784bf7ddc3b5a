"""When to stop turning pages: a source that lists its newest first need not be read to its end each time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from ingest.model import Link
from ingest.sources.announcement import Announcement

RUN = 10
"""Items in a row, over all pages so far, that must be known: a few pinned on top of a page prove nothing."""


@dataclass(slots=True)
class CatchUp:
    """Counts the known items at the end of what was read.

    `known` are addresses that earlier runs have stored; it must be empty until one run has turned every page,
    because a run that was stopped stored the first pages and not the last. Items published before `since`
    count as known.
    """

    known: Collection[str]
    since: date | None = None
    in_a_row: int = 0

    def older(self, announcement: Announcement) -> str | None:
        """Return the next page to read after this one, None where the last `RUN` items were known."""
        for link in announcement.links:
            self._count(link.url in self.known or self._is_before(link))
        # A search that leads to its items through pages of details announces them by those.
        for address in announcement.follow:
            self._count(address in self.known)
        return None if self.in_a_row >= RUN else announcement.older

    def _count(self, is_known: bool) -> None:
        self.in_a_row = self.in_a_row + 1 if is_known else 0

    def _is_before(self, link: Link) -> bool:
        return bool(self.since and link.published_on and link.published_on < self.since)
