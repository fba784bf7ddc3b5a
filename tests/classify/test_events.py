"""Visits that news tells of: relative dates, ordinals by their baselines, two authorities in one text."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.classify.events import reported_inspections
from ingest.extract.plain import extract_plain
from ingest.model import AuthorityMatch, Inspection

PUBLISHED = date(2018, 6, 8)


def visits(text: str, *gss: str, published: date = PUBLISHED) -> tuple[Inspection, ...]:
    extracted = extract_plain(text)
    matches = [
        AuthorityMatch(
            code, "subject", name, "test", extracted.text.find(name), extracted.text.find(name) + len(name)
        )
        for code, name in (part.split("=") for part in gss or ("E08000035=Leeds",))
    ]
    return reported_inspections(extracted, matches, published)


@pytest.mark.parametrize(
    ("words", "month"),
    [
        ("on a monitoring visit last month", date(2018, 5, 1)),
        ("on a monitoring visit this May", date(2018, 5, 1)),
        ("on a monitoring visit at the end of December", date(2017, 12, 1)),
        ("on a monitoring visit in March last year", date(2017, 3, 1)),
        ("on a focused visit on 27 and 28 October 2017", date(2017, 10, 1)),
        ("on a monitoring visit since it was judged inadequate in June 2016", None),
    ],
)
def test_the_month_of_the_visit_is_resolved_against_publication(words: str, month: date | None) -> None:
    (visit,) = visits(f"Inspectors came to Leeds {words}.")
    assert visit.month == month
    assert visit.is_primary is False


def test_a_month_that_opens_the_sentence_counts() -> None:
    (visit,) = visits("In May, inspectors came to Leeds on a monitoring visit.")
    assert visit.month == date(2018, 5, 1)


def test_two_ordinals_by_different_baselines_are_one_visit() -> None:
    (visit,) = visits(
        "Leeds had its fifth monitoring visit this May.\n\n"
        "It was the first monitoring visit since the trust took over."
    )
    assert visit.ordinals == ("fifth", "first since the trust took over")
    assert visit.inspection_id == "E08000035-monitoring_visit-2018-05"


def test_another_ordinal_by_the_same_baseline_is_another_visit() -> None:
    (visit,) = visits(
        "In the second monitoring visit since the trust took over, Leeds did better.\n\n"
        "The first monitoring visit since the trust took over took place in May."
    )
    assert visit.month is None
    assert visit.ordinals == ("second since the trust took over",)
    assert visit.inspection_id == "E08000035-monitoring_visit-reported-2018-06"


def test_an_article_about_two_authorities_tells_of_two_visits() -> None:
    one, other = visits(
        "Leeds had a monitoring visit last month.\n\nOfsted visited Reading last month, too: "
        "it was its sixth visit since the council was judged inadequate in June 2016.",
        "E08000035=Leeds",
        "E06000038=Reading",
    )
    assert (one.gss, other.gss) == ("E08000035", "E06000038")
    assert (one.month, other.month) == (date(2018, 5, 1), date(2018, 5, 1))
    assert other.kind == "monitoring_visit"


def test_no_visit_is_made_up() -> None:
    assert visits("Leeds opened a new children's home last month.") == ()
    assert visits("Inspectors visited Leeds last month, Ofsted said.") == ()
