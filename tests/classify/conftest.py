"""Builders of invented documents, and what is found in them."""

from __future__ import annotations

from datetime import date

from ingest.classify.findings import statements
from ingest.model import (
    AuthorityMatch,
    Block,
    BlockKind,
    DocumentKind,
    Extracted,
    Finding,
    Inspection,
    Judgement,
    Link,
    Reading,
)

WIGAN, LEEDS = "E08000010", "E08000035"


def document_of(*parts: str | tuple[BlockKind, str]) -> Extracted:
    """A document of these paragraphs, or blocks of another kind."""
    blocks, texts, start = [], [], 0
    for part in parts:
        kind, text = ("paragraph", part) if isinstance(part, str) else part
        blocks.append(Block(kind, start, start + len(text), page=1))
        texts.append(text)
        start += len(text) + 2
    return Extracted(title="Example", text="\n\n".join(texts), blocks=tuple(blocks), page_starts=(0,))


def stated(
    extracted: Extracted,
    kind: DocumentKind = "ofsted_letter",
    *codes: str,
    skip: tuple[tuple[int, int], ...] = (),
) -> list[Finding]:
    """Its findings, each of which is the text at its place."""
    authorities = [AuthorityMatch(code, "subject", "", "") for code in codes or (WIGAN,)]
    found = statements(extracted, kind, authorities, skip=skip)
    for finding in found:
        assert extracted.text[finding.start : finding.end] == finding.quote
    return list(found)


def link(published: date | None = date(2022, 2, 11), **facts: object) -> Link:
    """What a listing says of a document."""
    return Link("s", "https://files.example/1", published_on=published, **facts)  # type: ignore[arg-type]


def only(reading: Reading) -> Inspection:
    """The one inspection of a reading."""
    assert len(reading.inspections) == 1, reading.notes
    return reading.inspections[0]


def grades(judgements: tuple[Judgement, ...]) -> dict[str, str | None]:
    """The grade of each area."""
    return {judgement.area: judgement.grade for judgement in judgements}
