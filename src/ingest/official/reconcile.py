"""Compares what is stored with what Ofsted publishes about the same inspections; pure over records.

An official row and a stored inspection are the same when authority and group agree and they were published
within `SAME` of each other, or began on the same day. Official rows that nothing answers count as missing only
where their document is announced or stored; the statistics cover more than any listing.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from ingest.load import StoredDocument, StoredInspection
from ingest.model import Failure
from ingest.official.statistics import ListedItem, OfficialRow

SAME = timedelta(days=3)
"""Statistics and listing agreed to the day in all 88 rows that both had; printed dates differ by days."""
_DATES = re.compile(
    r"[^\n]*(?:inspection dates?\s*:|findings of|took place|undertook|carried out|visit (?:of|to))"
    r"[^\n]*\b20\d\d\b[^\n]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is stored otherwise than Ofsted publishes it; None where there is none."""

    gss: str
    authority: str
    published_on: date | None
    what: str
    """started_on, kind, an area of judgement, inspection, or document."""
    official: str | None
    stored: str | None
    evidence: str
    """The words of the stored document, or the reason why there is none."""
    page: int | None = None
    url: str = ""
    inspection_id: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared, and all differences in the order of authority and date."""

    rows: int
    """Official rows, each counted once."""
    compared: int
    """Official rows with a stored inspection."""
    values: int
    """Dates, kinds and grades that were compared."""
    not_stored: tuple[OfficialRow, ...]
    """Official rows whose document is neither announced (in the listing that was given, if one was) nor stored."""
    announced: int
    differences: tuple[Difference, ...]

    def summary(self) -> str:
        """Return one line."""
        parts = []
        if self.rows:
            parts.append(f"{self.rows} official rows: {self.compared} compared in {self.values} values")
            if self.not_stored:
                parts.append(f"{len(self.not_stored)} not stored")
        if self.announced:
            parts.append(f"{self.announced} announced documents")
        count = len(self.differences)
        parts.append("no difference" if not count else f"{count} difference{'s' if count > 1 else ''}")
        return "; ".join(parts) + "."

    def as_json(self) -> str:
        """Return everything as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, default=str)


def reconcile(
    official: Iterable[OfficialRow],
    inspections: Sequence[StoredInspection],
    documents: Sequence[StoredDocument],
    listed: Sequence[ListedItem] = (),
    *,
    quarantine: Sequence[Failure] = (),
    names: Mapping[str, str] | None = None,
) -> Comparison:
    """Compare official rows, and a listing where one is given, with what is stored.

    Args:
        official: rows of any number of files; a row that two files have counts once.
        inspections: all stored inspections.
        documents: all stored documents of Ofsted's.
        listed: what a listing announces today; its authorities are checked both ways.
        quarantine: what could not be read, to say why an announced document is not stored.
        names: authorities by code.
    """
    rows = tuple(dict.fromkeys(official))
    by_gss: dict[str, list[StoredInspection]] = defaultdict(list)
    for inspection in inspections:
        by_gss[inspection.gss].append(inspection)
    differences: list[Difference] = []
    not_stored: list[OfficialRow] = []
    compared = values = 0
    for row in rows:
        found = _counterpart(row, by_gss[row.gss])
        if found is None:
            missing = _missing(row, documents, listed)
            if missing:
                differences.append(missing)
            else:
                not_stored.append(row)
            continue
        compared += 1
        checked = _values(row, found)
        values += len(checked)
        differences += [difference for difference in checked if difference.official != difference.stored]
    differences += compare_listing(listed, documents, quarantine, names or {})
    differences.sort(key=lambda d: (d.authority, d.published_on or date.min, d.inspection_id or "", d.url))
    return Comparison(len(rows), compared, values, tuple(not_stored), len(listed), tuple(differences))


def _group(kind: str) -> str:
    return "inspection" if kind.startswith("ilacs") else kind


def _is_near(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and abs(one - other) <= SAME


def _counterpart(row: OfficialRow, stored: Sequence[StoredInspection]) -> StoredInspection | None:
    same_group = [inspection for inspection in stored if _group(inspection.kind) == row.group]
    near = [found for found in same_group if _is_near(found.published_on, row.published_on)]
    if near:
        return min(near, key=lambda found: abs((found.published_on or date.max) - row.published_on))
    return next((found for found in same_group if found.started_on == row.started_on), None)


def _values(row: OfficialRow, found: StoredInspection) -> list[Difference]:
    """Return every pair of values, equal ones too."""
    dates = _dates_line(found)
    pairs: list[tuple[str, str | None, str | None, str, int | None]] = [
        ("started_on", str(row.started_on), _text(found.started_on), dates, None)
    ]
    if row.group == "inspection":
        pairs.append(("kind", row.kind, found.kind, dates, None))
        grades = {grade.area: grade for grade in found.grades}
        for area, official in row.grades:
            grade = grades.get(area)
            evidence = (grade.evidence or grade.reason or "") if grade else "no such row was found"
            pairs.append(
                (area, official, grade.grade if grade else None, evidence, grade.page if grade else None)
            )
    return [
        Difference(
            row.gss,
            row.name,
            row.published_on,
            what,
            official,
            stored,
            " ".join(evidence.split()),
            page,
            found.url,
            found.inspection_id,
        )
        for what, official, stored, evidence, page in pairs
    ]


def _dates_line(found: StoredInspection) -> str:
    """Return the words with which the document tells when the inspectors were there."""
    line = _DATES.search(found.opening)
    if line:
        return line.group().strip()[:240]
    return "; ".join(found.notes) or "the stored document does not say when"


def _missing(
    row: OfficialRow, documents: Sequence[StoredDocument], listed: Sequence[ListedItem]
) -> Difference | None:
    """Return an inspection that ought to be stored, because its document is announced or stored."""
    said = f"{row.kind} begun {row.started_on}"
    for item in listed:
        if item.gss == row.gss and item.group == row.group and _is_near(item.published_on, row.published_on):
            held = any(document.url == item.url for document in documents)
            evidence = (
                "its document is stored, but not as this inspection" if held else "announced, not stored"
            )
            return Difference(
                row.gss, row.name, row.published_on, "inspection", said, None, evidence, url=item.url
            )
    kind = "ofsted_report" if row.group == "inspection" else "ofsted_letter"
    for document in documents:
        if (
            document.gss == row.gss
            and document.kind == kind
            and _is_near(document.published_on, row.published_on)
        ):
            evidence = f"stored, but not as this inspection: {document.title}"
            return Difference(
                row.gss, row.name, row.published_on, "inspection", said, None, evidence, url=document.url
            )
    return None


def compare_listing(
    listed: Sequence[ListedItem],
    documents: Sequence[StoredDocument],
    quarantine: Sequence[Failure],
    names: Mapping[str, str],
) -> list[Difference]:
    """Compare what a listing announces with the documents of its authorities, both ways."""
    stored = {document.url for document in documents}
    announced = {item.url for item in listed}
    covered = {item.gss for item in listed}
    why = {failure.url: failure.message for failure in quarantine}
    differences = [
        Difference(
            item.gss,
            names.get(item.gss, item.gss),
            item.published_on,
            "document",
            item.label,
            None,
            f"announced and not stored: {why.get(item.url, 'it was not fetched yet')}",
            url=item.url,
        )
        for item in listed
        if item.url not in stored
    ]
    differences += [
        Difference(
            document.gss or "",
            names.get(document.gss or "", document.gss or ""),
            document.published_on,
            "document",
            None,
            document.title,
            "stored and no longer announced",
            url=document.url,
        )
        for document in documents
        if document.was_announced and document.gss in covered and document.url not in announced
    ]
    return differences


def _text(value: object) -> str | None:
    return None if value is None else str(value)
