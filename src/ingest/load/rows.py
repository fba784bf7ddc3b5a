"""A document as the rows that the warehouse keeps of it, and a digest to see whether they changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeAlias

import orjson

from ingest.load.database import unique
from ingest.load.layout import FINDING
from ingest.model import Document, Finding, Inspection, make_ids

Row: TypeAlias = tuple[object, ...]
_OTHERWISE = {"start_char": "start", "end_char": "end", "sensitive_rule": "sensitive"}
"""Columns of `finding` that a finding names otherwise."""
_said: Callable[[Finding], Row] = attrgetter(*(_OTHERWISE.get(column, column) for column in FINDING[3:]))
"""Gives the row of `finding` without its three keys."""


@dataclass(frozen=True, slots=True)
class DocumentRows:
    """What the tables will say of a document, but for its version and the run that brought it."""

    source: Document
    text_hash: str
    version_hash: str
    """Equal for texts that differ in nothing that makes a new version."""
    digest: str
    """Of every value that the document and its reading give; not of its bytes, which may differ in
    ways that nobody reads, and not of the clock."""
    document: Row
    authorities: tuple[Row, ...]
    claims: tuple[Row, ...]
    finding_keys: tuple[tuple[str | int, ...], ...]
    """(gss, kind, start, end) of each finding: with the document and its version, what its id is made of."""
    findings: tuple[Row, ...]
    themes: tuple[tuple[tuple[str, str], ...], ...]
    """(theme_id, rule) of each finding, in the order of the findings."""

    @property
    def document_id(self) -> str:
        """The key of the document."""
        return self.source.document_id

    def document_row(self, version: int, run_id: str, is_told: bool) -> Row:
        """Return the row of table `document`."""
        snapshot = self.source.snapshot
        return (
            self.document_id,
            version,
            run_id,
            snapshot.fetched_at,
            snapshot.final_url,
            snapshot.media_type,
            snapshot.charset,
            snapshot.size,
            snapshot.content_hash,
            self.text_hash,
            self.version_hash,
            self.digest,
            True,
            is_told,
            *self.document,
        )

    def finding_ids(self, version: int) -> list[str]:
        """Return the key of each finding."""
        return make_ids(("finding", self.document_id, version), self.finding_keys)


def document_rows(document: Document, version_hash: str = "") -> DocumentRows:
    """Lay a document out in rows; without a version hash, any change of its text makes a new version.

    Where a reading says a thing twice (an authority, an inspection, a finding of one kind with the
    same span), the first counts.

    Raises:
        UnicodeError: a text holds half a character, which no file of text can store.
    """
    link, extracted, reading = document.snapshot.link, document.extracted, document.reading
    main = (
        link.source_id,
        link.url,
        document.address,
        extracted.canonical_url,
        extracted.title or link.title,
        reading.kind,
        link.publisher,
        reading.published_on,
        extracted.published_on,
        extracted.text,
        [(b.kind, b.start, b.end, b.page, b.level) for b in extracted.blocks],
        extracted.pages,
        list(reading.notes),
        reading.sensitive is not None,
        reading.sensitive,
    )
    authorities = unique(
        [(a.gss, a.role, a.evidence, a.start, a.end, a.rule) for a in reading.authorities], key=1
    )
    primary_first = sorted(reading.inspections, key=lambda inspection: not inspection.is_primary)
    claims = unique([_claim(inspection) for inspection in primary_first], key=1)
    findings: dict[tuple[str | int, ...], Finding] = {}
    for finding in reading.findings:
        findings.setdefault((finding.gss, finding.kind, finding.start, finding.end), finding)
    said = tuple(map(_said, findings.values()))
    themes = tuple(tuple({t.theme_id: t.rule for t in f.themes}.items()) for f in findings.values())
    text_hash = document.text_hash
    return DocumentRows(
        source=document,
        text_hash=text_hash,
        version_hash=version_hash or text_hash,
        digest=_digest(text_hash, main, authorities, claims, said, themes),
        document=main,
        authorities=tuple(authorities),
        claims=tuple(claims),
        finding_keys=tuple(findings),
        findings=said,
        themes=themes,
    )


def _digest(*values: object) -> str:
    try:
        return hashlib.sha256(orjson.dumps(values)).hexdigest()[:32]
    except orjson.JSONEncodeError as error:
        raise UnicodeError(str(error)) from error


def _claim(inspection: Inspection) -> Row:
    judgements = [
        (j.area, j.grade, j.reason, j.evidence, j.start, j.end, j.page) for j in inspection.judgements
    ]
    return (
        inspection.inspection_id,
        "primary" if inspection.is_primary else "coverage",
        inspection.gss,
        inspection.kind,
        inspection.framework,
        inspection.started_on,
        inspection.ended_on,
        inspection.month,
        inspection.letter_on,
        inspection.published_on,
        inspection.reported_on,
        inspection.focus,
        inspection.focus_topic,
        list(inspection.ordinals),
        list(inspection.lead_inspectors),
        list(inspection.team),
        inspection.addressee,
        inspection.addressee_role,
        inspection.has_priority_action,
        inspection.delivery_body,
        inspection.printed_on,
        judgements,
    )
