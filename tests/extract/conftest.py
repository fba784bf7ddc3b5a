"""What the tests of this room share."""

from __future__ import annotations

from ingest.model import Extracted


def texts(extracted: Extracted, kind: str) -> list[str]:
    """The text of each block of a kind."""
    return [extracted.text[block.start : block.end] for block in extracted.blocks if block.kind == kind]
