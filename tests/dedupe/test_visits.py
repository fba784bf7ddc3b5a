"""One visit under one id, although not every document says when it was."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dedupe import resolve_visits
from ingest.model import Inspection, InspectionKind, Ruling, VisitClaim

MAY, APRIL = date(2018, 5, 1), date(2018, 4, 1)
SAID = "Too many young people wait far too long before a plan is made with them."


def claim(
    name: str,
    reported: date,
    month: date | None = None,
    *ordinals: str,
    kind: InspectionKind = "monitoring_visit",
    gss: str = "E08000025",
    quotes: tuple[str, ...] = (),
    **given: object,
) -> VisitClaim:
    inspection = Inspection(gss, kind, month=month, reported_on=reported, ordinals=ordinals, **given)  # type: ignore[arg-type]
    return VisitClaim(name, inspection, inspection.inspection_id, quotes)


def letter(name: str, reported: date, month: date, *ordinals: str, **given: object) -> VisitClaim:
    return claim(name, reported, month, *ordinals, is_primary=True, **given)  # type: ignore[arg-type]


def meant(*claims: VisitClaim, rulings: tuple[Ruling, ...] = ()) -> dict[str, str]:
    return {name: match.inspection_id for (name, _), match in resolve_visits(claims, rulings).items()}


def why(name: str, *claims: VisitClaim, rulings: tuple[Ruling, ...] = ()) -> tuple[float, str]:
    (match,) = (match for (own, _), match in resolve_visits(claims, rulings).items() if own == name)
    return match.score, "; ".join(match.reasons)


def test_a_report_without_a_month_joins_the_visit_reported_within_weeks() -> None:
    claims = letter("letter", date(2018, 6, 8), MAY), claim("news", date(2018, 6, 9))
    assert set(meant(*claims).values()) == {"E08000025-monitoring_visit-2018-05"}
    score, reasons = why("news", *claims)
    assert 0.6 < score < 0.8
    assert reasons == "the same authority and kind of visit (Ofsted monitoring visit); published 1 day apart"
    assert why("letter", *claims) == (1.0, "Ofsted's own document")


def test_another_kind_another_authority_or_another_season_stays_apart() -> None:
    found = meant(
        claim("letter", date(2018, 6, 8), MAY),
        claim("kind", date(2018, 6, 9), kind="focused_visit"),
        claim("place", date(2018, 6, 9), gss="E06000038"),
        claim("later", date(2018, 9, 7)),
    )
    assert len(set(found.values())) == 4


def test_a_letter_that_comes_later_takes_the_reports_to_its_month() -> None:
    news, release = claim("news", date(2018, 9, 7)), claim("release", date(2018, 9, 10))
    assert set(meant(news, release).values()) == {"E08000025-monitoring_visit-reported-2018-09"}
    found = meant(news, release, letter("letter", date(2018, 9, 7), date(2018, 8, 1)))
    assert set(found.values()) == {"E08000025-monitoring_visit-2018-08"}


def test_a_month_told_a_little_wrong_is_still_that_visit_but_a_season_is_not() -> None:
    claims = letter("letter", date(2018, 6, 1), APRIL), claim("news", date(2018, 6, 2), MAY)
    assert len(set(meant(*claims).values())) == 1
    assert "May instead of April 2018" in why("news", *claims)[1]
    apart = meant(
        letter("letter", date(2018, 6, 1), APRIL), claim("news", date(2018, 6, 2), date(2018, 1, 1))
    )
    assert len(set(apart.values())) == 2


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


def test_a_wrong_ordinal_in_the_news_of_the_same_day_is_a_slip() -> None:
    found = meant(
        claim("release", date(2018, 9, 7), None, "second since the trust took over"),
        claim("news", date(2018, 9, 8), None, "third since the trust took over"),
    )
    assert len(set(found.values())) == 1


def test_two_undated_visits_of_one_month_have_two_ids() -> None:
    found = meant(
        claim("one", date(2018, 9, 3), None, "first since 2016"),
        claim("two", date(2018, 9, 28), None, "second since 2016"),
    )
    assert len(set(found.values())) == 2


def test_a_late_report_is_known_by_its_ordinal_or_by_ofsteds_words() -> None:
    first = letter("letter", date(2018, 6, 8), MAY, "fifth since November 2016", quotes=(SAID,))
    other = letter("other", date(2018, 9, 7), date(2018, 8, 1), "sixth since November 2016")
    by_ordinal = claim("late", date(2018, 11, 1), None, "fifth since November 2016")
    assert meant(first, other, by_ordinal)["late"] == meant(first)["letter"]
    by_words = claim("late", date(2018, 11, 1), quotes=(f"Inspectors said: “{SAID}”",))
    assert meant(first, other, by_words)["late"] == meant(first)["letter"]
    assert "words of Ofsted's document" in why("late", first, other, by_words)[1]


def test_words_that_stand_in_two_letters_prove_nothing() -> None:
    first = letter("letter", date(2018, 6, 8), MAY, quotes=(SAID,))
    other = letter("other", date(2018, 9, 7), date(2018, 8, 1), quotes=(SAID,))
    late = claim("late", date(2018, 12, 1), quotes=(SAID,))
    assert len(set(meant(first, other, late).values())) == 3


def test_two_articles_that_share_a_quotation_stay_with_their_own_visits() -> None:
    since = "since the trust took over"
    found = meant(
        claim("june", date(2018, 6, 8), MAY, f"first {since}", quotes=(SAID,)),
        claim("release", date(2018, 6, 8), MAY, "fifth", quotes=(SAID,)),
        claim("september", date(2018, 9, 7), None, f"second {since}", quotes=(SAID,)),
    )
    assert found["june"] == found["release"] != found["september"]


def test_nobody_reports_a_visit_before_it_begins() -> None:
    found = meant(
        letter("letter", date(2018, 6, 25), date(2018, 6, 1), started_on=date(2018, 6, 12)),
        claim("news", date(2018, 6, 8)),
    )
    assert len(set(found.values())) == 2


def test_what_a_person_ruled_wins() -> None:
    claims = letter("letter", date(2018, 6, 8), MAY), claim("news", date(2018, 6, 9))
    away = (Ruling("news", "letter", belongs=False, reason="correction 1: another visit"),)
    found = meant(*claims, rulings=away)
    assert found["letter"] == "E08000025-monitoring_visit-2018-05" != found["news"]
    assert why("news", *claims, rulings=away) == (1.0, "correction 1: another visit")
    dated = letter("letter", date(2018, 6, 8), MAY), claim("news", date(2018, 6, 9), MAY)
    assert len(set(meant(*dated, rulings=away).values())) == 2
    late = letter("letter", date(2018, 6, 8), MAY), claim("news", date(2019, 1, 9))
    joined = (Ruling("news", "letter", belongs=True, reason="correction 2: says so"),)
    assert len(set(meant(*late).values())) == 2
    assert len(set(meant(*late, rulings=joined).values())) == 1


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_the_order_of_arrival_does_not_matter(seed: int) -> None:
    chance = random.Random(seed)
    claims = [
        claim(
            f"d{n}",
            date(2018, 6, chance.randint(1, 28)),
            chance.choice([None, MAY, APRIL]),
            *chance.choice([(), ("first since 2016",), ("second since 2016",)]),
            is_primary=chance.random() < 0.2,
        )
        for n in range(6)
    ]
    claims = [c for c in claims if c.inspection.month or not c.inspection.is_primary]
    shuffled = chance.sample(claims, len(claims))
    assert meant(*claims) == meant(*shuffled)


@pytest.mark.parametrize(("days", "is_same"), [(21, True), (22, False)])
def test_a_report_without_a_month_joins_within_three_weeks(days: int, is_same: bool) -> None:
    first = letter("letter", date(2018, 6, 8), MAY)
    found = meant(first, claim("news", date(2018, 6, 8) + timedelta(days=days)))
    assert (found["news"] == found["letter"]) is is_same


@pytest.mark.parametrize(("days", "is_same"), [(3, True), (4, False)])
def test_a_wrong_ordinal_is_a_slip_for_three_days(days: int, is_same: bool) -> None:
    found = meant(
        claim("release", date(2018, 9, 7), None, "second since 2016"),
        claim("news", date(2018, 9, 7) + timedelta(days=days), None, "third since 2016"),
    )
    assert (found["news"] == found["release"]) is is_same


@pytest.mark.parametrize(("days", "is_same"), [(400, True), (401, False)])
def test_an_ordinal_is_remembered_for_a_year(days: int, is_same: bool) -> None:
    first = letter("letter", date(2018, 6, 8), MAY, "fifth since 2016")
    late = claim("late", date(2018, 6, 8) + timedelta(days=days), None, "fifth since 2016")
    found = meant(first, late)
    assert (found["late"] == found["letter"]) is is_same
    assert why("late", first, late)[0] == (0.65 if is_same else 1.0)


@pytest.mark.parametrize(("words", "is_same"), [(7, True), (6, False)])
def test_seven_words_of_ofsteds_document_are_a_quotation(words: int, is_same: bool) -> None:
    first = letter("letter", date(2018, 6, 8), MAY, quotes=(SAID,))
    late = claim("late", date(2018, 11, 1), quotes=(" ".join(SAID.split()[2 : 2 + words]),))
    found = meant(first, late)
    assert (found["late"] == found["letter"]) is is_same
    if is_same:
        assert why("late", first, late)[1].endswith("words of Ofsted's document (1 run of 7 words)")


def test_neighbouring_months_may_lie_in_two_years() -> None:
    december, january = date(2018, 12, 1), date(2019, 1, 1)
    claims = letter("letter", date(2019, 1, 25), december), claim("news", date(2019, 1, 26), january)
    assert len(set(meant(*claims).values())) == 1
    assert "January instead of December 2018" in why("news", *claims)[1]
    far = meant(
        letter("letter", date(2019, 1, 25), date(2018, 1, 1)), claim("news", date(2019, 1, 26), january)
    )
    assert len(set(far.values())) == 2


def test_all_that_speaks_for_a_visit_is_said_and_makes_certainty_at_most() -> None:
    first = letter("letter", date(2018, 6, 8), MAY, "fifth since 2016", quotes=(SAID,))
    news = claim("news", date(2018, 6, 8), MAY, "fifth since 2016", quotes=(SAID,))
    score, reasons = why("news", first, news)
    assert score == 1.0
    assert reasons.split("; ") == [
        "the same authority and kind of visit (Ofsted monitoring visit)",
        "the same month (May 2018)",
        "published on the same day",
        "the same ordinal (fifth since 2016)",
        "words of Ofsted's document (9 runs of 7 words)",
    ]
    assert why("news", first, claim("news", date(2018, 6, 28), MAY)) == (
        1.0,
        "the same authority and kind of visit (Ofsted monitoring visit); the same month (May 2018); "
        "published 20 days apart",
    )


def test_a_visit_may_be_reported_on_the_day_on_which_it_begins() -> None:
    first = letter("letter", date(2018, 6, 25), date(2018, 6, 1), started_on=date(2018, 6, 12))
    assert len(set(meant(first, claim("news", date(2018, 6, 12))).values())) == 1


def test_ofsteds_own_document_keeps_its_visit_but_for_a_ruling() -> None:
    one, other = letter("one", date(2018, 6, 8), MAY), letter("other", date(2018, 6, 20), MAY)
    assert len(set(meant(one, other).values())) == 1
    apart = meant(one, other, rulings=(Ruling("other", "one", belongs=False, reason="r"),))
    assert apart["one"] == "E08000025-monitoring_visit-2018-05"
    assert apart["other"] == "E08000025-monitoring_visit-2018-05-other"
