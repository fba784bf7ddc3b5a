"""A document as the rows that the warehouse keeps of it, and a digest to see whether they changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TypeAlias

from ingest.load.database import unique
from ingest.model import Document, Finding, Inspection, ids_under

Row: TypeAlias = tuple[object, ...]

DOCUMENT = (
    "document_id",
    "version",
    "run_id",
    "fetched_at",
    "final_url",
    "media_type",
    "charset",
    "size",
    "content_hash",
    "text_hash",
    "version_hash",
    "digest",
    "is_current",
    "is_told",
    "source_id",
    "url",
    "address",
    "canonical_url",
    "title",
    "kind",
    "publisher",
    "published_on",
    "published_printed_on",
    "text",
    "blocks",
    "pages",
    "notes",
    "is_sensitive",
    "sensitive_rule",
)
AUTHORITY = ("document_id", "version", "gss", "role", "evidence", "start_char", "end_char", "rule")
CLAIM = (
    "document_id",
    "version",
    "inspection_id",
    "relation",
    "gss",
    "kind",
    "framework",
    "started_on",
    "ended_on",
    "month",
    "letter_on",
    "published_on",
    "reported_on",
    "focus",
    "focus_topic",
    "ordinals",
    "lead_inspectors",
    "team",
    "addressee",
    "addressee_role",
    "has_priority_action",
    "delivery_body",
    "printed_on",
    "judgements",
)
FINDING = (
    "finding_id",
    "document_id",
    "version",
    "inspection_id",
    "gss",
    "polarity",
    "kind",
    "speaker",
    "is_inspectorate",
    "quote",
    "start_char",
    "end_char",
    "page",
    "section",
    "responsible_body",
    "rule",
    "trend",
    "quotation_key",
    "is_sensitive",
    "sensitive_rule",
)
THEME = ("finding_id", "theme_id", "rule")


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

    def finding_rows(self, version: int) -> tuple[list[Row], list[Row]]:
        """Return the rows of `finding` and of `finding_theme`."""
        key = self.document_id, version
        id_of = ids_under("finding", *key)
        rows: list[Row] = []
        themes: list[Row] = []
        for finding, of_finding in zip(self.findings, self.themes, strict=True):
            gss, kind, start, end = finding[:4]
            finding_id = id_of(gss, kind, start, end)
            inspection_id, polarity, speaker, is_inspectorate, quote, *rest = finding[4:]
            said = (polarity, kind, speaker, is_inspectorate, quote, start, end, *rest)
            rows.append((finding_id, *key, inspection_id, gss, *said))
            themes.extend((finding_id, *theme) for theme in of_finding)
        return rows, themes


def document_rows(document: Document, version_hash: str = "") -> DocumentRows:
    """Lay a document out in rows; without a version hash, any change of its text makes a new version.

    Where a reading says a thing twice (an authority, an inspection, a finding of one kind with the
    same span), the first counts.

    Raises:
        UnicodeEncodeError: a text holds half a character, which no file of text can store.
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
        [
            {"kind": b.kind, "start": b.start, "end": b.end, "page": b.page, "level": b.level}
            for b in extracted.blocks
        ],
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
    findings: dict[Row, Finding] = {}
    for finding in reading.findings:
        findings.setdefault((finding.gss, finding.kind, finding.start, finding.end), finding)
    said = tuple((*key, *_said(finding)) for key, finding in findings.items())
    themes = tuple(tuple({t.theme_id: t.rule for t in f.themes}.items()) for f in findings.values())
    text_hash = document.text_hash
    everything = (text_hash, main, authorities, claims, said, themes)
    packed = json.dumps(everything, ensure_ascii=False, default=str, separators=(",", ":"))
    return DocumentRows(
        source=document,
        text_hash=text_hash,
        version_hash=version_hash or text_hash,
        digest=hashlib.sha256(packed.encode()).hexdigest()[:32],
        document=main,
        authorities=tuple(authorities),
        claims=tuple(claims),
        findings=said,
        themes=themes,
    )


def _claim(inspection: Inspection) -> Row:
    judgements = [
        {
            "area": j.area,
            "grade": j.grade,
            "reason": j.reason,
            "evidence": j.evidence,
            "start_char": j.start,
            "end_char": j.end,
            "page": j.page,
        }
        for j in inspection.judgements
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


def _said(finding: Finding) -> Row:
    return (
        finding.inspection_id,
        finding.polarity,
        finding.speaker,
        finding.is_inspectorate,
        finding.quote,
        finding.page,
        finding.section,
        finding.responsible_body,
        finding.rule,
        finding.trend,
        finding.quotation_key,
        finding.sensitive is not None,
        finding.sensitive,
    )
