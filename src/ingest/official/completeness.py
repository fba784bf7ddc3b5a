"""How much of what Ofsted lists is stored, by authority; counted in each doctor's visit, noted once a week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ingest.load import Reader, Warehouse
from ingest.load.completeness import last_counts, listed_by_ofsted, note_counts, stored_of_listing
from ingest.model import AuthorityCount
from ingest.official.reconcile import Difference, compare_listing
from ingest.official.statistics import ListedItem, listed_item
from ingest.reference.authorities import load as load_gazetteer

WEEK = timedelta(days=7)
REGISTER = 100
"""Authorities from which on a listing is taken for the whole register, so that those that it lacks are named."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """Ofsted's listing beside what is stored of it."""

    counts: tuple[AuthorityCount, ...]
    """In the order of the authorities' names; empty where no listing was read."""
    missing: tuple[Difference, ...]
    """What is announced and not stored, with the reason."""
    fewer: tuple[tuple[str, int, int], ...]
    """(name, announced now, announced a week ago) where Ofsted lists less than then."""
    unlisted: tuple[str, ...]
    """Authorities of today that a listing of the whole register does not have."""


def completeness(reader: Reader, today: date) -> Completeness:
    """Count by authority what Ofsted lists and what of it is stored."""
    gazetteer = load_gazetteer()
    names = {authority.gss: authority.name for authority in gazetteer.all}
    listed = [listed_item(link, gazetteer) for link in listed_by_ofsted(reader)]
    quarantine = reader.quarantine()
    missing = compare_listing(listed, stored_of_listing(reader), quarantine, names)
    counts = _counts(listed, missing, names, {failure.url for failure in quarantine})
    _, before = last_counts(reader, today - WEEK + timedelta(days=1))
    listed_now = {count.gss: count.announced for count in counts}
    return Completeness(
        counts,
        tuple(missing),
        tuple(
            (names.get(gss, gss), listed_now.get(gss, 0), number)
            for gss, number in before.items()
            if listed_now.get(gss, 0) < number
        ),
        tuple(
            authority.name
            for authority in gazetteer.all
            if len(counts) >= REGISTER and authority.is_current and authority.gss not in listed_now
        ),
    )


def note_completeness(warehouse: Warehouse, clock: Callable[[], datetime]) -> None:
    """Note the counts once a week, so that it shows where Ofsted's listing, or our reading of it, shrinks."""
    today = clock().date()
    noted_on, _ = last_counts(warehouse.reader, today + timedelta(days=1))
    if noted_on is None or today - noted_on >= WEEK:
        counts = completeness(warehouse.reader, today).counts
        if counts:
            warehouse.write("the counts by authority", note_counts, today, counts)


def _counts(
    listed: list[ListedItem], missing: list[Difference], names: dict[str, str], waiting: set[str]
) -> tuple[AuthorityCount, ...]:
    announced = Counter(item.gss for item in listed)
    lacking = Counter(difference.gss for difference in missing)
    held_up = Counter(difference.gss for difference in missing if difference.url in waiting)
    return tuple(
        AuthorityCount(gss, names.get(gss, gss), number, number - lacking[gss], held_up[gss])
        for gss, number in sorted(announced.items(), key=lambda pair: names.get(pair[0], pair[0]))
        if gss
    )
