"""Every state of a source, by name, from what one check saw and what came before; no clock, no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import LayoutError
from ingest.extract.html import extract_html
from ingest.model import Announcing, Failure, History, Link, Problem, Source, SourceState, StoredText
from ingest.sources import parse
from ingest.steps.health import Sight, announcing, is_layout, judge
from ingest.steps.remedies import heading, remedy

NOW = datetime(2026, 11, 22, 7, 15, tzinfo=UTC)
SOURCE = Source(
    "news", "News", "Exampleshire Council", "listing", "https://news.example/", options={"item": "li"}
)
GOOD = Announcing(pages=1, is_whole=True, items=10, titled=10, dated=10, distinct=10)
WELL = History(checks=(GOOD,) * 5, first_checked_at=NOW - timedelta(days=50), last_new_at=NOW)


def texts(number: int, length: int, run_id: str, **given: object) -> tuple[StoredText, ...]:
    return tuple(
        replace(StoredText(run_id, "press_release", length, True, f"{run_id}-{n}"), **given)
        for n in range(number)
    )


def states(sight: Sight, history: History = WELL, source: Source = SOURCE) -> list[str]:
    return [problem.state for problem in judge(source, sight, history)]


def sight(seen: Announcing | None = GOOD, **given: object) -> Sight:
    return replace(Sight(NOW, announcing=seen), **given)


def failed(stage: str, error: str, message: str = "no", **given: object) -> Failure:
    return replace(Failure("news", "https://news.example/1", stage, error, message), **given)


DEAD = failed("sources", "AnnouncementWarning", "selector item = 'li' matches nothing; new layout")

CASES = {
    "well": (sight(), WELL, SOURCE, []),
    "unchanged": (sight(Announcing()), WELL, SOURCE, []),
    "fetch failure": (sight(None, error="HTTP 404", error_name="FetchError"), WELL, SOURCE, ["failed"]),
    "robots": (sight(None, error="robots.txt", error_name="RefusedError"), WELL, SOURCE, ["refused"]),
    "zero items": (sight(Announcing(1, True)), WELL, SOURCE, ["empty"]),
    "zero items are fine there": (sight(Announcing(1, True)), WELL, replace(SOURCE, expected_min=0), []),
    "zero items of what was read": (sight(Announcing(1, False)), WELL, SOURCE, []),
    "too few": (sight(), WELL, replace(SOURCE, expected_min=11), ["below_expected"]),
    "too many": (sight(), WELL, replace(SOURCE, expected_max=9), ["above_expected"]),
    "too few on the pages that were read": (
        sight(replace(GOOD, is_whole=False)), WELL, replace(SOURCE, expected_min=11), [],
    ),
    "dead selector, and no items for it": (
        sight(Announcing(1, True), failures=(DEAD,)), WELL, replace(SOURCE, expected_min=3), ["selector_dead"],
    ),
    "dead selector of an article": (
        sight(), replace(WELL, dead=(failed("extract", "LayoutError", "layout has changed"),)), SOURCE,
        ["selector_dead"],
    ),
    "no dates any more": (sight(replace(GOOD, dated=1)), WELL, SOURCE, ["field_drop"]),
    "never had dates": (
        sight(replace(GOOD, dated=0)), replace(WELL, checks=(replace(GOOD, dated=1),) * 5), SOURCE, [],
    ),
    "no titles any more": (sight(replace(GOOD, titled=0)), WELL, SOURCE, ["field_drop"]),
    "all the same": (sight(replace(GOOD, distinct=1)), WELL, SOURCE, ["identical_items"]),
    "some days ahead": (sight(replace(GOOD, future=2)), WELL, SOURCE, ["future_dates"]),
    "one notice in all places": (
        sight(), replace(WELL, texts=texts(4, 300, "now", text_hash="same")), SOURCE, ["identical_items"],
    ),
    "copies in a folder": (
        sight(replace(GOOD, distinct=1)), replace(WELL, texts=texts(4, 300, "now", text_hash="same")),
        replace(SOURCE, kind="folder"), [],
    ),
    "short texts": (
        sight(), replace(WELL, texts=(*texts(5, 200, "now"), *texts(12, 3000, "old"))), SOURCE, ["text_drop"],
    ),
    "one short text": (
        sight(), replace(WELL, texts=(*texts(1, 200, "now"), *texts(16, 3000, "old"))), SOURCE, [],
    ),
    "short texts of another kind": (
        sight(),
        replace(WELL, texts=(*texts(5, 200, "now", kind="ofsted_letter"), *texts(12, 3000, "old"))),
        SOURCE, [],
    ),
    "texts without dates": (
        sight(),
        replace(WELL, texts=(*texts(5, 3000, "now", is_dated=False), *texts(12, 3000, "old"))),
        SOURCE, ["field_drop"],
    ),
    "items cannot be had": (
        sight(asked=4, failures=(failed("fetch", "RefusedError"),) * 3), WELL, SOURCE, ["items_failed"],
    ),
    "items are gone": (sight(asked=4, gone=3), WELL, SOURCE, ["vanished"]),
    "a page cannot be had": (
        sight(failures=(failed("sources", "TransientError", "503"),)), WELL, SOURCE, ["pages_failed"],
    ),
}  # fmt: skip


EDGES = {
    "three are enough to be the same": (
        sight(Announcing(1, True, 3, 3, 3, distinct=1)), WELL, SOURCE, ["identical_items"],
    ),
    "two are not": (sight(Announcing(1, True, 2, 2, 2, distinct=1)), WELL, SOURCE, []),
    "three texts are": (
        sight(), replace(WELL, texts=texts(3, 300, "now", text_hash="same")), SOURCE, ["identical_items"],
    ),
    "two texts are not": (sight(), replace(WELL, texts=texts(2, 300, "now", text_hash="same")), SOURCE, []),
    "half the dates": (sight(replace(GOOD, dated=5)), WELL, SOURCE, []),
    "less than half the dates": (sight(replace(GOOD, dated=4)), WELL, SOURCE, ["field_drop"]),
    "what three items had is usual": (
        sight(replace(GOOD, dated=1)), replace(WELL, checks=(Announcing(1, True, 3, 3, 3),)), SOURCE,
        ["field_drop"],
    ),
    "what two items had is not": (
        sight(replace(GOOD, dated=1)), replace(WELL, checks=(Announcing(1, True, 2, 2, 2),)), SOURCE, [],
    ),
    "ten earlier texts": (
        sight(), replace(WELL, texts=(*texts(5, 399, "now"), *texts(10, 1000, "old"))), SOURCE, ["text_drop"],
    ),
    "nine earlier texts": (
        sight(), replace(WELL, texts=(*texts(5, 399, "now"), *texts(9, 1000, "old"))), SOURCE, [],
    ),
    "two fifths of the length": (
        sight(), replace(WELL, texts=(*texts(5, 400, "now"), *texts(10, 1000, "old"))), SOURCE, [],
    ),
    "three asked, two gone": (sight(asked=3, gone=2), WELL, SOURCE, ["vanished"]),
    "two asked, two gone": (sight(asked=2, gone=2), WELL, SOURCE, []),
    "half of them gone": (sight(asked=4, gone=2), WELL, SOURCE, []),
    "half of them failed": (
        sight(asked=4, failures=(failed("fetch", "RefusedError"),) * 2), WELL, SOURCE, [],
    ),
    "as many as expected": (
        sight(), WELL, replace(SOURCE, expected_min=10, expected_max=10), [],
    ),
    "nothing read": (
        sight(replace(GOOD, pages=0, items=0)), WELL, replace(SOURCE, expected_min=11), [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("seen", "history", "source", "expected"), EDGES.values(), ids=EDGES)
def test_each_fault_begins_where_it_is_said_to(
    seen: Sight, history: History, source: Source, expected: list[str]
) -> None:
    assert states(seen, history, source) == expected


@pytest.mark.parametrize(("future", "severity"), [(5, "warning"), (6, "error")])
def test_more_than_half_in_the_future_is_an_error(future: int, severity: str) -> None:
    (problem,) = judge(SOURCE, sight(replace(GOOD, future=future)), WELL)
    assert problem.severity == severity


def test_several_pages_that_could_not_be_had_are_counted() -> None:
    pages = tuple(failed("sources", "TransientError", f"page {number}") for number in (1, 2, 3))
    (problem,) = judge(SOURCE, sight(failures=pages), WELL)
    assert problem.message == "not all of its pages could be had: page 1 (and 2 more)"
    (problem,) = judge(SOURCE, sight(failures=pages[:1]), WELL)
    assert problem.message == "not all of its pages could be had: page 1"


@pytest.mark.parametrize(("seen", "history", "source", "expected"), CASES.values(), ids=CASES)
def test_each_fault_has_its_name(seen: Sight, history: History, source: Source, expected: list[str]) -> None:
    assert states(seen, history, source) == expected


def test_what_is_wrong_is_said_in_figures() -> None:
    (few,) = judge(replace(SOURCE, expected_min=11), sight(), WELL)
    assert (few.severity, few.message) == ("error", "10 items announced, at least 11 expected")
    (many,) = judge(replace(SOURCE, expected_max=1), sight(), WELL)
    assert (many.severity, many.message) == ("warning", "10 items announced, at most 1 expected")
    (dates,) = judge(SOURCE, sight(replace(GOOD, dated=2)), WELL)
    assert dates.message == "20% of 10 items have a date; it was 100%"
    (future,) = judge(SOURCE, sight(replace(GOOD, future=9)), WELL)
    assert (future.severity, future.message) == ("error", "9 of 10 items are dated in the future")


def test_only_a_fault_that_may_pass_by_itself_is_given_time() -> None:
    busy = judge(SOURCE, sight(None, error="HTTP 503", error_name="TransientError"), WELL)
    gone = judge(SOURCE, sight(None, error="HTTP 404", error_name="FetchError"), WELL)
    assert [problem.is_passing for problem in (*busy, *gone)] == [True, False]


@pytest.mark.parametrize(
    ("cadence", "days", "silent", "is_late"),
    [
        (24.0, [0, 1, 2, 3], 5, True),
        (24.0, [0, 1, 2, 3], 3.5, False),  # a long weekend
        (24.0, [0, 20, 25, 30], 20, False),  # it has been silent for as long before
        (24.0, [0, 20, 25, 30], 31, True),
        (24.0, [0], 20, False),  # too little is known of it
        (24.0, [0], 31, True),
        (24.0, [0, 20, 25, 30], 30.0, False),  # to the second as long as is usual
        (24.0 * 30, [0, 1, 2, 3], 100, False),
        (None, [0, 1, 2, 3], 300, False),
    ],
)
def test_a_source_is_overdue_by_its_own_rhythm(
    cadence: float | None, days: list[int], silent: float, is_late: bool
) -> None:
    source = replace(SOURCE, cadence_hours=cadence)
    known = tuple(date(2026, 6, 30) - timedelta(days=day) for day in days)
    history = replace(WELL, last_new_at=NOW - timedelta(days=silent), days=known)
    assert states(sight(), history, source) == (["overdue"] if is_late else [])
    assert states(sight(brought=1), history, source) == []


def test_the_measures_of_a_page() -> None:
    today = NOW.date()
    links = [
        Link("news", "https://news.example/1", "One", today),
        Link("news", "https://news.example/1", "One", today),
        Link("news", "https://news.example/2", "", today + timedelta(days=1)),
        Link("news", "https://news.example/3", "One", today + timedelta(days=2)),
        Link("news", "https://news.example/4", "One", None),
    ]
    assert announcing(links, today, pages=2, is_whole=True) == Announcing(2, True, 4, 3, 3, 1, 4)


def test_the_readers_say_in_these_words_that_a_selector_is_dead() -> None:
    page = b"<html><body><p>Nothing here.</p></body></html>"
    ofsted = replace(SOURCE, kind="ofsted", options={})
    for source, url in (
        (SOURCE, SOURCE.url),
        (replace(SOURCE, options={"item": "p", "date": "time"}), SOURCE.url),
        (ofsted, "https://reports.ofsted.example/search"),
        (ofsted, "https://reports.ofsted.example/provider/44/80000"),
    ):
        said = parse(source, url, page).warnings
        assert any(is_layout(failed("sources", "AnnouncementWarning", words)) for words in said), said
    with pytest.raises(LayoutError) as caught:
        extract_html(page.decode(), content="article.story")
    assert is_layout(failed("extract", "LayoutError", str(caught.value)))
    assert not is_layout(failed("sources", "AnnouncementWarning", "entry 3 has no web address"))


counts = st.integers(0, 40)


@settings(max_examples=150)
@given(
    st.builds(
        Announcing,
        counts,
        st.booleans(),
        items=counts,
        titled=counts,
        dated=counts,
        future=counts,
        distinct=counts,
    ),
    st.lists(st.builds(Announcing, st.just(1), items=counts, titled=counts, dated=counts), max_size=5),
    st.sampled_from([(None, None), (0, 5), (3, 8)]),
    st.sampled_from(["", "HTTP 500"]),
)
def test_failing_and_changing_are_never_taken_for_each_other(
    seen: Announcing, before: list[Announcing], expected: tuple[int | None, int | None], error: str
) -> None:
    source = replace(SOURCE, expected_min=expected[0], expected_max=expected[1])
    found = judge(
        source,
        sight(seen, error=error, error_name="TransientError" if error else ""),
        replace(WELL, checks=tuple(before)),
    )
    of_fetching = {"failed", "refused"}
    assert bool(error) == bool({problem.state for problem in found} & of_fetching)
    assert len(found) == 1 if error else True
    assert [p.severity for p in found] == sorted((p.severity for p in found), key=lambda s: s != "error")
    assert all(isinstance(problem, Problem) and problem.message for problem in found)


def test_every_state_has_its_heading_and_every_fault_its_remedy() -> None:
    source, catalogue = Source("s", "S", "", "feed", "http://s.example/"), Path("sources.toml")
    states = get_args(SourceState)
    assert len({heading(state) for state in states} - set(states)) == len(states)
    faults = [state for state in states if state not in ("ok", "unchanged")]
    assert "look at http://s.example/" not in {remedy(state, source, None, catalogue) for state in faults}
