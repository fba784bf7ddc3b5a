"""One file read as a run reads it, without storing it, and told so that a person can check it on the page.

What is told stands in the order of the document, each thing with its page: facts of the visit, grades with
their evidence, every listed finding, then the statements as counts, and what stayed unknown with the reason.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from textwrap import wrap

from ingest.errors import ConfigError, IngestError
from ingest.fetch import sniff
from ingest.model import Document, Extracted, Finding, Inspection, Link, Snapshot
from ingest.reference.authorities import load as load_gazetteer
from ingest.steps.reading import TARGET, ReadJob
from ingest.wording import counted
from ingest.workers import WorkerPool

SHOWN = 3
"""Statements of each polarity that are shown as examples."""
POLARITIES = ("strength", "concern", "recommendation", "mixed", "neutral")
INDENT = 18
_APART = ("gss", "kind", "framework", "judgements", "is_primary", "reported_on", "month")
"""Fields of an inspection that are told elsewhere, or only make its id."""
_LETTERS = ("focused_visit", "monitoring_visit", "jtai")
_VISITS = ("focused_visit", "monitoring_visit")


def inspect_file(
    path: Path,
    *,
    cpu_seconds: int,
    megabytes: int,
    published_on: date | None = None,
    urn: str | None = None,
    gss: str | None = None,
) -> Document:
    """Read a file in a worker process; the last three are what a listing would say of it.

    Raises:
        ConfigError: there is no such file, authority or provider.
        IngestError: no reader understands it, or it takes more than the limits; the message says why.
    """
    gazetteer = load_gazetteer()
    if gss and gazetteer.by_gss(gss) is None:
        raise ConfigError(f"--gss {gss}: no such authority; give a code as E08000035.")
    if urn and gazetteer.by_urn(urn) is None:
        raise ConfigError(f"--urn {urn}: no authority has that number at Ofsted; leave it out or mend it.")
    path = path.absolute()
    try:
        body = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; name a file that exists.") from error
    link = Link("inspect", path.as_uri(), published_on=published_on, urn=urn, gss=gss, path=str(path))
    snapshot = Snapshot(
        link, link.url, hashlib.sha256(body).hexdigest(), sniff(body), None, len(body), datetime.now(UTC)
    )
    with WorkerPool(TARGET, size=1, cpu_seconds=cpu_seconds, megabytes=megabytes) as workers:
        ((_, result),) = workers.run([ReadJob(snapshot, path)])
    if isinstance(result, IngestError):
        raise type(result)(f"{path}: {result}")
    document: Document = result.document
    return document


def as_json(document: Document) -> str:
    """Return all that was read, text and blocks included; places count characters of `text`."""
    snapshot = document.snapshot
    told = {
        "file": snapshot.link.path,
        "media_type": snapshot.media_type,
        "size": snapshot.size,
        "sha256": snapshot.content_hash,
        "pages": document.extracted.pages,
        **asdict(document.extracted),
        "published_printed_on": document.extracted.published_on,
        **asdict(document.reading),
    }
    for inspection, said in zip(document.reading.inspections, told["inspections"], strict=True):
        said["inspection_id"] = inspection.inspection_id
    return json.dumps(told, ensure_ascii=False, indent=2, default=str)


def as_text(document: Document, width: int = 100) -> str:
    """Return what was read as a page of text, `width` characters wide."""
    extracted, reading = document.extracted, document.reading
    lines = _fact("File", document.snapshot.link.path or "", width)
    lines += _fact("Title", extracted.title, width)
    lines += _fact("Length", _length(extracted), width)
    lines += _fact("Kind", reading.kind, width)
    lines += _fact("Published", str(reading.published_on or "unknown"), width)
    if reading.sensitive:
        lines += _fact("Sensitive", reading.sensitive, width)
    gazetteer = load_gazetteer()
    for match in sorted(reading.authorities, key=lambda match: (match.role != "subject", match.start or 0)):
        authority = gazetteer.by_gss(match.gss)
        name = f"{match.gss} {authority.name if authority else ''}".rstrip()
        page = None if match.start is None else extracted.page_at(match.start)
        proof = f"{_on(page)}{match.evidence!r} ({match.role}, {match.rule})"
        lines += _fact("Authority", f"{name}: {proof}", width)
    for inspection in reading.inspections:
        lines += ["", *_inspection(inspection, extracted, width)]
    listed = [finding for finding in reading.findings if finding.kind != "statement"]
    if listed:
        lines += ["", f"Listed findings: {len(listed)}", *_listed(listed, width)]
    stated = [finding for finding in reading.findings if finding.kind == "statement"]
    if stated:
        lines += ["", f"Statements: {len(stated)}", *_counts(stated, width), *_examples(stated, width)]
    unknown = [gap for inspection in reading.inspections for gap in _gaps(inspection)]
    if not reading.authorities:
        unknown.append("authority: neither the text nor a listing says; see the notes")
    if not reading.published_on:
        unknown.append("published_on: not printed; give --published-on as a listing would")
    for heading, said in (("Unknown", unknown), ("Notes", reading.notes), ("Disputes", reading.disputes)):
        if said:
            lines += ["", heading, *(line for item in said for line in _wrapped("- ", item, width))]
    return "\n".join(lines)


def _inspection(inspection: Inspection, extracted: Extracted, width: int) -> list[str]:
    """Tell an inspection: its facts, then its grades in the order of the document."""
    told = "told by Ofsted" if inspection.is_primary else "reported"
    framework = f", framework {inspection.framework}" if inspection.framework else ""
    lines = [f"Inspection {inspection.inspection_id}"]
    lines += _fact("kind", f"{inspection.kind}{framework}, {told}", width)
    for name, value in _facts(inspection):
        said = value if isinstance(value, tuple) else (value,)
        places = [extracted.text.find(_printed(part)) if _printed(part) else -1 for part in said]
        shown = (
            f"{_on(extracted.page_at(place) if place >= 0 else None)}{_plain(part)}"
            for part, place in zip(said, places, strict=True)
        )
        lines += _fact(name, "; ".join(shown), width)
    for judgement in sorted(inspection.judgements, key=lambda judgement: judgement.start or 0):
        grade = judgement.grade or f"no grade ({judgement.reason})"
        proof = f" <- {' '.join(judgement.evidence.split())!r}" if judgement.evidence else ""
        lines += _fact(judgement.area, f"{_on(judgement.page)}{grade}{proof}", width)
    return lines


def _printed(value: object) -> str:
    """Return the value as a document would print it, to find its page; empty where that cannot be told."""
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    return value if isinstance(value, str) else ""


def _facts(inspection: Inspection) -> Iterator[tuple[str, object]]:
    """Yield the fields that are known, by name; fields that are added later appear by themselves."""
    for field in fields(inspection):
        value = getattr(inspection, field.name)
        if field.name not in _APART and value is not None and value != ():
            yield field.name, value


def _gaps(inspection: Inspection) -> Iterator[str]:
    """Yield what is unknown of an inspection, with the reason."""
    for field in fields(inspection):
        if field.name not in _APART and getattr(inspection, field.name) in (None, ()):
            yield f"{field.name}: {_reason(field.name, inspection)}"
    if not inspection.judgements:
        graded = inspection.kind not in (*_LETTERS, "other") and inspection.is_primary
        yield f"judgements: {'no table of grades found' if graded else 'this kind of document gives no grades'}"
    for judgement in inspection.judgements:
        if judgement.grade is None:
            yield f"{judgement.area}: {judgement.reason}"


def _reason(name: str, inspection: Inspection) -> str:
    if not inspection.is_primary:
        return "not said in this report of it"
    if name in ("focus", "focus_topic") and inspection.kind not in _VISITS:
        return "only visits look at one topic"
    if name in ("letter_on", "addressee", "addressee_role") and inspection.kind not in _LETTERS:
        return "only letters have one"
    if name == "ordinals" and inspection.kind != "monitoring_visit":
        return "only monitoring visits are counted"
    if name == "printed_on":
        return "not printed (most documents print no date of publication)"
    if name == "delivery_body":
        return "no trust or company is known to have run the services then"
    return "not found in the text"


def _listed(findings: Sequence[Finding], width: int) -> list[str]:
    lines: list[str] = []
    groups = groupby(findings, key=lambda finding: (finding.kind, finding.section))
    number = 0
    for (kind, section), members in groups:
        lines.append(f"  {kind}{f' under {section!r}' if section else ''}")
        for finding in members:
            number += 1
            body = f" [for {finding.responsible_body}]" if finding.responsible_body else ""
            said = f"{_on(finding.page)}{finding.quote}{body}"
            lines += _wrapped(f"  {number:>3}. ", said, width)
    return lines


def _counts(findings: Sequence[Finding], width: int) -> list[str]:
    """Return a table of sections, in the order of the document, by polarity."""
    shown = [polarity for polarity in POLARITIES if any(f.polarity == polarity for f in findings)]
    by_section: dict[str, Counter[str]] = {}
    first_page: dict[str, int | None] = {}
    for finding in findings:
        section = finding.section or "(before any heading)"
        by_section.setdefault(section, Counter())[finding.polarity] += 1
        first_page.setdefault(section, finding.page)
    name_width = max(width - 8 - 16 * len(shown), 24)
    lines = [f"  {'section':<{name_width}}{'':6}" + "".join(f"{polarity:>16}" for polarity in shown)]
    for section, counts in by_section.items():
        name = section if len(section) < name_width else section[: name_width - 4] + "..."
        page = f"p. {first_page[section]}" if first_page[section] else ""
        numbers = "".join(f"{counts[polarity] or '':>16}" for polarity in shown)
        lines.append(f"  {name:<{name_width}}{page:<6}{numbers}".rstrip())
    return lines


def _examples(findings: Sequence[Finding], width: int) -> list[str]:
    lines: list[str] = []
    for polarity in POLARITIES:
        for finding in [finding for finding in findings if finding.polarity == polarity][:SHOWN]:
            lines += _wrapped(
                f"  {polarity}: ", f"{_on(finding.page)}{finding.quote} ({finding.speaker})", width
            )
    return lines


def _length(extracted: Extracted) -> str:
    size = f"{len(extracted.text):,} characters in {len(extracted.blocks):,} blocks"
    return f"{counted(extracted.pages, 'page')}, {size}" if extracted.pages else size


def _on(page: int | None) -> str:
    return f"p. {page}: " if page else ""


def _plain(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _fact(name: str, value: str, width: int) -> list[str]:
    return _wrapped(f"{name:<{INDENT - 1}} ", value, width)


def _wrapped(lead: str, text: str, width: int) -> list[str]:
    indent = " " * min(len(lead), INDENT)
    return wrap(text, width, initial_indent=lead, subsequent_indent=indent, break_on_hyphens=False) or [
        lead.rstrip()
    ]
