from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.model import Link
from ingest.sources import CatchUp
from ingest.sources.announcement import Announcement
from ingest.sources.catch_up import RUN


def page(*numbers: int, older: str | None = "http://a.example/next", day: date | None = None) -> Announcement:
    links = tuple(Link("s", f"http://a.example/{number}", published_on=day) for number in numbers)
    return Announcement(links, older=older)


def test_a_first_run_turns_every_page() -> None:
    assert CatchUp(()).older(page(*range(100))) == "http://a.example/next"


def test_a_run_of_known_items_is_the_end_and_a_few_pinned_ones_are_not() -> None:
    known = {f"http://a.example/{number}" for number in range(100)}
    pinned = CatchUp(known)
    assert pinned.older(page(*range(RUN), 200)) == "http://a.example/next"
    assert pinned.older(page(*range(RUN))) is None


def test_known_items_count_over_pages() -> None:
    reader = CatchUp({f"http://a.example/{number}" for number in range(100)})
    half = range(RUN // 2)
    assert reader.older(page(200, *half)) == "http://a.example/next"
    assert reader.older(page(*half)) is None


def test_items_before_the_first_day_count_as_known() -> None:
    reader = CatchUp((), since=date(2024, 1, 1))
    assert reader.older(page(*range(RUN), day=date(2023, 12, 31))) is None
    assert CatchUp((), since=date(2024, 1, 1)).older(page(*range(RUN))) == "http://a.example/next"


def test_a_search_that_leads_to_details_is_known_by_those() -> None:
    follow = tuple(f"http://a.example/api/{number}" for number in range(RUN))
    found = Announcement(follow=follow, older="http://a.example/next")
    assert CatchUp(()).older(found) == "http://a.example/next"
    assert CatchUp(set(follow)).older(found) is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.booleans(), max_size=15), max_size=6))
def test_nothing_new_is_missed_that_stands_before_a_run_of_known_items(pages: list[list[bool]]) -> None:
    """Reading stops after a page only where its last items, and none newer, are a run of known ones."""
    known = {
        f"http://a.example/{p}-{i}"
        for p, items in enumerate(pages)
        for i, is_known in enumerate(items)
        if is_known
    }
    reader, said = CatchUp(known), []
    for p, items in enumerate(pages):
        said += items
        links = tuple(Link("s", f"http://a.example/{p}-{i}") for i in range(len(items)))
        stops = reader.older(Announcement(links, older="http://a.example/next")) is None
        assert stops == (len(said) >= RUN and all(said[-RUN:]))
