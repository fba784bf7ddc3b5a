"""One visit under one id, although not every document says when it was.

A report of a visit without its month joins the visit of the same kind to the same authority that others
reported within three weeks, unless an ordinal by the same baseline says that it is another one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from ingest.model import Inspection, VisitClaim, same_baseline

WINDOW = timedelta(days=21)
"""Ofsted's letter, the council's release and the press appear within days of each other."""


def resolve_visits(claims: Sequence[VisitClaim]) -> dict[tuple[str, str], Inspection]:
    """Return, by (document_id, the claim's own inspection_id), the visit that is meant.

    The result depends on the claims alone, never on where they are filed now.
    """
    groups: defaultdict[tuple[str, str], list[VisitClaim]] = defaultdict(list)
    for claim in claims:
        groups[claim.inspection.gss, claim.inspection.group].append(claim)
    resolved: dict[tuple[str, str], Inspection] = {}
    for members in groups.values():
        resolved.update(_resolve(members))
    return resolved


def _resolve(members: Iterable[VisitClaim]) -> dict[tuple[str, str], Inspection]:
    ordered = sorted(members, key=lambda claim: (claim.inspection.reported_on or date.max, claim.document_id))
    visits: dict[str, list[Inspection]] = {}
    found: dict[tuple[str, str], Inspection] = {}
    # Claims with a month first: they make the visits that the others may join.
    for claim in sorted(ordered, key=lambda claim: claim.inspection.month is None):
        own = claim.inspection
        target = own.inspection_id if own.month else _nearest(own, visits) or own.inspection_id
        visits.setdefault(target, []).append(own)
        found[claim.document_id, own.inspection_id] = visits[target][0]
    return found


def _nearest(claim: Inspection, visits: dict[str, list[Inspection]]) -> str | None:
    distances = []
    for visit_id, reports in visits.items():
        days = [
            abs(report.reported_on - claim.reported_on)
            for report in reports
            if report.reported_on and claim.reported_on
        ]
        if days and min(days) <= WINDOW and not any(_contradict(claim, report) for report in reports):
            distances.append((min(days), visit_id))
    return min(distances)[1] if distances else None


def _contradict(one: Inspection, other: Inspection) -> bool:
    """Say whether both count from the same event and come to different ordinals."""
    return any(
        left != right and same_baseline(base, other_base)
        for left, base in map(_parts, one.ordinals)
        for right, other_base in map(_parts, other.ordinals)
    )


def _parts(ordinal: str) -> tuple[str, str]:
    number, _, baseline = ordinal.partition(" ")
    return number, baseline
