"""What a grade is compared with: the last comparable inspection of the same authority."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.alerts.trend import judgements, overall, so_far
from ingest.model import PastGrade

MAY_2019, NOV_2016 = date(2019, 5, 13), date(2016, 11, 7)


def past(area, grade, kind="ilacs_standard", on=MAY_2019):
    return PastGrade(area, grade, kind, on)


@pytest.fixture
def inspection(newsroom):
    """An ILACS inspection of 2024 with one judgement, after these."""

    def make(area, grade, *history, kind="ilacs_short", started_on=date(2024, 3, 4), reason=None):
        return newsroom.update(
            inspection_kind=kind,
            started_on=started_on,
            judgements=((area, grade, reason),),
            history=tuple(sorted(history, key=lambda one: one.on)),
        )

    return make


@pytest.mark.parametrize(
    ("grade", "was", "before", "is_change"),
    [
        ("good", "inadequate", "up from inadequate (May 2019)", True),
        ("inadequate", "good", "down from good (May 2019)", True),
        ("good", "outstanding", "down from outstanding (May 2019)", True),
        ("good", "good", "as in May 2019", False),
        # The framework before called the same step otherwise.
        ("requires_improvement", "adequate", "as in May 2019", False),
        (None, "requires_improvement", "was requires improvement (May 2019)", False),
        ("not_judged", "good", "", False),
    ],
)
def test_a_grade_is_told_beside_the_one_before(inspection, grade, was, before, is_change):
    (row,) = judgements(inspection("leaders", grade, past("leaders", was)))
    assert (row.before, row.is_change) == (before, is_change)


@pytest.mark.parametrize(
    ("area", "kind", "then", "is_comparable"),
    [
        ("leaders", "ilacs_short", past("leaders", "good"), True),
        ("leaders", "ilacs_short", past("help_and_protection", "good"), False),
        ("overall", "ilacs_short", past("overall", "good", "sif_inspection", NOV_2016), True),
        # Its areas were drawn otherwise.
        ("care_leavers", "ilacs_short", past("care_leavers", "good", "sif_inspection", NOV_2016), False),
        ("care_leavers", "sif_reinspection", past("care_leavers", "good", "sif_inspection", NOV_2016), True),
        ("overall", "ilacs_short", past("overall", "good", "lac_2013", NOV_2016), False),
        ("overall", "area_send", past("overall", "good"), False),
        ("overall", "monitoring_visit", past("overall", "good"), False),
        ("overall", None, past("overall", "good", "area_send"), False),
    ],
)
def test_only_what_was_judged_alike_is_compared(inspection, area, kind, then, is_comparable):
    (row,) = judgements(inspection(area, "outstanding", then, kind=kind))
    assert row.is_change is is_comparable
    assert bool(row.before) is is_comparable


def test_the_newest_of_several_counts(inspection):
    update = inspection(
        "overall", "good", past("overall", "good"), past("overall", "inadequate", "sif_inspection", NOV_2016)
    )
    assert judgements(update)[0].before == "as in May 2019"
    assert overall(update) == "good overall"


@pytest.mark.parametrize(
    ("then", "now", "is_joint"),
    [
        (date(2022, 12, 31), date(2023, 1, 1), True),
        (date(2023, 1, 1), date(2024, 3, 4), False),
        (date(2019, 5, 13), date(2022, 12, 31), False),
        (date(2019, 5, 13), None, False),
    ],
)
def test_a_row_that_was_shared_is_said_to_have_been(inspection, then, now, is_joint):
    update = inspection(
        "children_in_care", "good", past("children_in_care", "inadequate", on=then), started_on=now
    )
    said = " for children in care and care leavers together" if is_joint else ""
    assert judgements(update)[0].before == f"up from inadequate{said} ({then:%B %Y})"
    same = inspection("children_in_care", "good", past("children_in_care", "good", on=then), started_on=now)
    assert judgements(same)[0].before == f"as in {then:%B %Y}{said}"


def test_changes_come_first(newsroom):
    update = newsroom.update(
        inspection_kind="ilacs_short",
        judgements=(("overall", "good", None), ("leaders", "good", None), ("care_leavers", None, "none")),
        history=(past("overall", "good"), past("leaders", "inadequate")),
    )
    assert [row.area for row in judgements(update)] == [
        "Impact of leaders",
        "Overall effectiveness",
        "Care leavers",
    ]


def test_the_overall_grade_in_a_subject(inspection):
    assert (
        overall(inspection("overall", "good", past("overall", "inadequate")))
        == "good overall (was inadequate)"
    )
    assert overall(inspection("overall", "good")) == "good overall"
    assert overall(inspection("overall", "not_judged", past("overall", "good"))) == ""
    assert overall(inspection("leaders", "good", past("leaders", "inadequate"))) == ""


def test_the_way_so_far_names_the_last_four_overall_grades(inspection):
    history = [past("overall", "good", on=date(year, 5, 1)) for year in range(2015, 2020)]
    other = past("leaders", "good"), past("overall", "good", "area_send", date(2020, 1, 1))
    assert so_far(inspection("overall", "good", *history, *other)) == (
        "good (May 2016), then good (May 2017), then good (May 2018), then good (May 2019)"
    )
    assert so_far(
        inspection("overall", "good", past("overall", "inadequate", "sif_inspection", NOV_2016))
    ) == ("inadequate (November 2016)")
