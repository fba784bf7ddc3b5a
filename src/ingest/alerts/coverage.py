"""The documents of a story as a mail lists them: each original once, its reprints under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest import wording
from ingest.links import Address, address, defanged
from ingest.model import Coverage


@dataclass(frozen=True, slots=True)
class Covered:
    """One original document and where else the same text stands."""

    title: str
    byline: str
    address: Address
    copies: tuple[tuple[str, Address], ...]
    """(who and when, where) of each reprint."""


def covered(document: Coverage, documents: Sequence[Coverage]) -> Covered:
    """Show a document; `documents` are all of its story, its reprints among them."""
    key = document.duplicate_of or document.document_id
    copies = [
        copy for copy in documents if copy.duplicate_of == key and copy.document_id != document.document_id
    ]
    title = wording.shorten(wording.tidy(document.title), 160) or "(without a title)"
    return Covered(
        title=defanged(title),
        byline=_byline(document),
        address=address(document.url),
        copies=tuple((_byline(copy), address(copy.url)) for copy in copies),
    )


def _byline(document: Coverage) -> str:
    when = wording.day(document.published_on) if document.published_on else "undated"
    return ", ".join(part for part in (defanged(wording.tidy(document.publisher)), when) if part)
