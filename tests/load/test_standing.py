"""Where an authority stands: which inspections say so, what is compared with what, and what is only recalled."""

from __future__ import annotations

from datetime import date
from typing import Any

from ingest.load import Warehouse


def ask(warehouse: Warehouse, sql: str) -> list[dict[str, Any]]:
    return warehouse.reader.dicts(sql)


def test_where_an_authority_stands_is_not_told_by_an_inspection_of_something_else(
    warehouse: Warehouse, build
):
    """An area SEND inspection gives no grade of the council's services, and older areas are no longer judged."""
    old = build.graded("sif_inspection", date(2016, 9, 5), overall="good", care_leavers="good", lscb="good")
    new = build.graded(
        "ilacs_standard", date(2022, 3, 7), overall="inadequate", children_in_care="inadequate"
    )
    send = build.graded("area_send", date(2024, 3, 4), overall=None)
    warehouse.begin_run("r1", "run", build.now, "0.1.0")
    warehouse.store(build.batch(old, new, send), "r1", build.now)
    expected = {
        ("overall", "inadequate", False),
        ("children_in_care", "inadequate", False),
        ("care_leavers", "good", True),
        ("lscb", "good", True),
    }
    for source in ("latest_judgement", f"judgement_known_on(DATE '{build.now:%Y-%m-%d}')"):
        rows = ask(warehouse, f"SELECT area, grade, is_superseded FROM {source}")
        assert {tuple(row.values()) for row in rows} == expected, source


def test_care_leavers_are_compared_with_the_row_that_they_shared(warehouse: Warehouse, build):
    old = build.graded("sif_inspection", date(2016, 9, 5), care_leavers="inadequate")
    joint = build.graded("ilacs_standard", date(2021, 3, 1), children_in_care="good")
    apart = build.graded("ilacs_short", date(2024, 3, 4), children_in_care="good", care_leavers="good")
    warehouse.store(build.batch(old, joint, apart), "r1", build.now)
    rows = ask(warehouse, "SELECT year(as_of) AS y, area, previous_area, year(previous_as_of), change "
                          "FROM judgement_change ORDER BY y, area")  # fmt: skip
    assert [tuple(row.values()) for row in rows] == [
        (2016, "care_leavers", None, None, None),
        (2021, "children_in_care", None, None, None),
        (2024, "care_leavers", "children_in_care", 2021, "same"),
        (2024, "children_in_care", "children_in_care", 2021, "same"),
    ]
