"""One visit under one id, although not every document says when it was."""

from __future__ import annotations

import random
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ingest.dedupe import resolve_visits
from ingest.model import Inspection, InspectionKind, VisitClaim

MAY = date(2018, 5, 1)


def claim(
    name: str,
    reported: date,
    month: date | None = None,
    *ordinals: str,
    kind: InspectionKind = "monitoring_visit",
    gss: str = "E08000025",
) -> VisitClaim:
    inspection = Inspection(gss, kind, month=month, reported_on=reported, ordinals=ordinals)
    return VisitClaim(name, inspection, inspection.inspection_id)


def meant(*claims: VisitClaim) -> dict[str, str]:
    return {name: visit.inspection_id for (name, _), visit in resolve_visits(claims).items()}


def test_a_report_without_a_month_joins_the_visit_reported_within_weeks() -> None:
    found = meant(claim("letter", date(2018, 6, 8), MAY), claim("news", date(2018, 6, 9)))
    assert set(found.values()) == {"E08000025-monitoring_visit-2018-05"}


def test_another_kind_another_authority_or_another_season_stays_apart() -> None:
    found = meant(
        claim("letter", date(2018, 6, 8), MAY),
        claim("kind", date(2018, 6, 9), kind="focused_visit"),
        claim("place", date(2018, 6, 9), gss="E06000038"),
        claim("later", date(2018, 9, 7)),
    )
    assert len(set(found.values())) == 4


def test_an_ordinal_by_the_same_baseline_tells_two_visits_apart() -> None:
    since = "since the trust took over"
    apart = meant(
        claim("one", date(2018, 6, 8), MAY, f"first {since}"),
        claim("two", date(2018, 6, 20), None, f"second {since}"),
    )
    assert len(set(apart.values())) == 2
    together = meant(
        claim("one", date(2018, 6, 8), MAY, f"first {since}"),
        claim("two", date(2018, 6, 20), None, "fifth since November 2016"),
    )
    assert len(set(together.values())) == 1


@given(st.integers(0, 10_000))
def test_the_order_of_arrival_does_not_matter(seed: int) -> None:
    chance = random.Random(seed)
    claims = [
        claim(f"d{n}", date(2018, 6, chance.randint(1, 28)), chance.choice([None, MAY, date(2018, 4, 1)]))
        for n in range(6)
    ]
    shuffled = chance.sample(claims, len(claims))
    assert meant(*claims) == meant(*shuffled)
