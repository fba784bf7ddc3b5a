"""One visit under one id, although not every document says when it was.

Documents tell of a visit by authority, kind, month or days, ordinals ("fifth since 2016") and the words of
Ofsted's document. A report without a month joins the visit that it fits best, if it fits any well enough;
what says otherwise (another month, another ordinal from the same event, a visit after the report) excludes.
Ofsted's document may come later: then the reports join it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from ingest.model import INSPECTION_NAMES, Inspection, Ruling, VisitClaim, VisitMatch, same_baseline
from ingest.wording import counted

WINDOW = timedelta(days=21)
"""Ofsted's letter, the council's release and the press appear within days of each other."""
SLIP = timedelta(days=3)
"""Reports published so close together are of one visit, whatever ordinals they give."""
MEMORY = timedelta(days=400)
"""How long a visit is still reported by its ordinal or in Ofsted's words."""
ENOUGH = 0.55
"""Score from which a report without a month belongs to a visit."""
QUOTED = 7
"""Words in a row that two documents share where one quotes the other."""

_SAME_KIND, _SAME_MONTH, _NEXT_MONTH, _NEAR, _NEARER = 0.4, 0.4, 0.1, 0.2, 0.1
_SAME_ORDINAL, _QUOTES = 0.25, 0.3
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class _Visit:
    inspection_id: str
    members: list[VisitClaim] = field(default_factory=list)

    @property
    def primaries(self) -> list[VisitClaim]:
        return [member for member in self.members if member.inspection.is_primary]

    @property
    def month(self) -> date | None:
        return next(
            (m.inspection.month for m in (*self.primaries, *self.members) if m.inspection.month), None
        )


def resolve_visits(
    claims: Sequence[VisitClaim], rulings: Sequence[Ruling] = ()
) -> dict[tuple[str, str], VisitMatch]:
    """Return, by (document_id, the claim's own inspection_id), the visit that is meant, and why.

    The result depends on the claims and on what people ruled, never on where the claims are filed now.
    """
    groups: defaultdict[tuple[str, str], list[VisitClaim]] = defaultdict(list)
    for claim in claims:
        groups[claim.inspection.gss, claim.inspection.group].append(claim)
    resolved: dict[tuple[str, str], VisitMatch] = {}
    for members in groups.values():
        resolved.update(_Group(members, rulings).resolve())
    return resolved


class _Group:
    """All that is said of the visits of one kind to one authority."""

    def __init__(self, claims: Iterable[VisitClaim], rulings: Sequence[Ruling]) -> None:
        self._claims = sorted(
            claims, key=lambda claim: (claim.inspection.reported_on or date.max, claim.document_id)
        )
        known = {claim.document_id for claim in self._claims}
        self._rulings: defaultdict[str, list[Ruling]] = defaultdict(list)
        for ruling in rulings:
            if ruling.anchor_id in known:
                self._rulings[ruling.document_id].append(ruling)
        self._visits: dict[str, _Visit] = {}
        self._places: dict[tuple[str, str], str] = {}
        self._quotes = _distinctive(self._claims)

    def resolve(self) -> dict[tuple[str, str], VisitMatch]:
        """Place the surest first: they make the visits that the others may join."""
        ordered = sorted(
            self._claims,
            key=lambda c: (
                bool(self._rulings[c.document_id]),
                not c.inspection.is_primary,
                c.inspection.month is None,
            ),
        )
        for claim in ordered:
            target = self._target(claim)
            self._visits.setdefault(target, _Visit(target)).members.append(claim)
            self._places[claim.document_id, claim.inspection.inspection_id] = target
        return {
            (claim.document_id, claim.inspection.inspection_id): self._match(claim) for claim in self._claims
        }

    def _target(self, claim: VisitClaim) -> str:
        own = claim.inspection
        ruled = self._rulings[claim.document_id]
        kept_from = {self._visit_of(ruling.anchor_id) for ruling in ruled if not ruling.belongs}
        for ruling in ruled:
            if ruling.belongs and (target := self._visit_of(ruling.anchor_id)):
                return target
        if own.is_primary and own.inspection_id not in kept_from:
            return own.inspection_id
        scores = [
            (score, visit.inspection_id)
            for visit in self._visits.values()
            if visit.inspection_id not in kept_from
            and (score := sum(points for points, _ in self._evidence(claim, visit)))
        ]
        best = max(scores, default=(0.0, ""))
        if best[0] >= ENOUGH:
            return best[1]
        apart = own.inspection_id in kept_from or own.inspection_id in self._visits
        return f"{own.inspection_id}-{claim.document_id[:8]}" if apart else own.inspection_id

    def _visit_of(self, document_id: str) -> str | None:
        return next((place for (member, _), place in self._places.items() if member == document_id), None)

    def _match(self, claim: VisitClaim) -> VisitMatch:
        visit = self._visits[self._places[claim.document_id, claim.inspection.inspection_id]]
        meant = (visit.primaries or visit.members)[0].inspection
        others = [member for member in visit.members if member is not claim]
        for ruling in self._rulings[claim.document_id]:
            anchored = self._visit_of(ruling.anchor_id) == visit.inspection_id
            if ruling.belongs == anchored:
                return VisitMatch(visit.inspection_id, meant, 1.0, (ruling.reason,))
        if claim.inspection.is_primary:
            return VisitMatch(visit.inspection_id, meant, 1.0, ("Ofsted's own document",))
        if not others:
            return VisitMatch(visit.inspection_id, meant, 1.0, ("the only document of this visit so far",))
        evidence = self._evidence(claim, _Visit(visit.inspection_id, others))
        score = min(sum(points for points, _ in evidence), 1.0)
        return VisitMatch(visit.inspection_id, meant, round(score, 2), tuple(why for _, why in evidence))

    def _evidence(self, claim: VisitClaim, visit: _Visit) -> list[tuple[float, str]]:
        """Return what speaks for it that the claim means this visit, with its weight; nothing where it cannot."""
        own = claim.inspection
        members = [member.inspection for member in visit.members]
        days = _days_apart(own, members)
        # No two visits of a kind are made in one month, or published within days: a wrong ordinal is a slip then.
        is_same_month = own.month is not None and own.month == visit.month
        is_same_news = is_same_month or (days is not None and days <= SLIP.days)
        if not is_same_news and any(_contradict(own, member) for member in members):
            return []
        if not is_same_month and any(_too_early(own, m) or _too_early(m, own) for m in members):
            return []
        found = [(_SAME_KIND, f"the same authority and kind of visit ({INSPECTION_NAMES[own.kind]})")]
        is_near = days is not None and days <= WINDOW.days
        if own.month and visit.month:
            if is_same_month:
                found.append((_SAME_MONTH, f"the same month ({own.month:%B %Y})"))
            elif is_near and _are_neighbours(own.month, visit.month) and not own.is_primary:
                found.append((_NEXT_MONTH, f"{own.month:%B} instead of {visit.month:%B %Y}"))
            else:
                return []
        if days is not None and is_near:
            apart = f"{counted(days, 'day')} apart" if days else "on the same day"
            found.append((_NEAR + _NEARER * (1 - days / WINDOW.days), f"published {apart}"))
        if days is None or days <= MEMORY.days:
            others = [ordinal for member in members for ordinal in member.ordinals]
            shared = [ordinal for ordinal in own.ordinals if any(_agree(ordinal, other) for other in others)]
            if shared:
                found.append((_SAME_ORDINAL, f"the same ordinal ({shared[0]})"))
            quoted = max(
                (len(self._quotes[id(claim)] & self._quotes[id(m)]) for m in visit.primaries), default=0
            )
            if quoted and not own.is_primary:
                found.append(
                    (_QUOTES, f"words of Ofsted's document ({counted(quoted, 'run')} of {QUOTED} words)")
                )
        return found


def _distinctive(claims: Sequence[VisitClaim]) -> dict[int, frozenset[tuple[str, ...]]]:
    """Return the runs of words of each claim's quotations; those of several of Ofsted's documents are left out."""
    runs = {id(claim): frozenset(run for quote in claim.quotes for run in _runs(quote)) for claim in claims}
    counts = Counter(run for claim in claims if claim.inspection.is_primary for run in runs[id(claim)])
    common = {run for run, count in counts.items() if count > 1}
    return {key: found - common for key, found in runs.items()}


def _runs(quote: str) -> Iterable[tuple[str, ...]]:
    words = _WORD.findall(quote.casefold())
    return (tuple(words[i : i + QUOTED]) for i in range(len(words) - QUOTED + 1))


def _days_apart(own: Inspection, members: Iterable[Inspection]) -> int | None:
    days = [
        abs(member.reported_on - own.reported_on).days
        for member in members
        if member.reported_on and own.reported_on
    ]
    return min(days, default=None)


def _too_early(report: Inspection, visit: Inspection) -> bool:
    """Nobody reports a visit before it begins."""
    return bool(report.reported_on and visit.started_on and report.reported_on < visit.started_on)


def _are_neighbours(one: date, other: date) -> bool:
    return abs((one.year - other.year) * 12 + one.month - other.month) == 1


def _contradict(one: Inspection, other: Inspection) -> bool:
    """Say whether both count from the same event and come to different ordinals."""
    return any(
        left != right and same_baseline(base, other_base)
        for left, base in map(_parts, one.ordinals)
        for right, other_base in map(_parts, other.ordinals)
    )


def _agree(one: str, other: str) -> bool:
    (left, base), (right, other_base) = _parts(one), _parts(other)
    return left == right and same_baseline(base, other_base)


def _parts(ordinal: str) -> tuple[str, str]:
    number, _, baseline = ordinal.partition(" ")
    return number, baseline
