"""A page for each authority: where it stands, its visits, judgements and themes over time, and the findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest import wording
from ingest.reference.authorities import Authority
from ingest.reference.themes import Theme
from ingest.site.charts import timeline
from ingest.site.content import Event, Graded, Place, SiteContent, Statement
from ingest.site.unit import Unit, draw

_HEAT_VISITS = 8
_JUDGED_VISITS = 8
_CONCERNS = 60
_STRENGTHS = 30
_MOST = 80


@dataclass(frozen=True, slots=True)
class Cell:
    """What one event says on one theme."""

    event: Event
    concerns: int
    strengths: int

    @property
    def shade(self) -> str:
        """From "s1" (hardly a concern) to "s5" (mostly concerns); "s0" where nothing is said."""
        total = self.concerns + self.strengths
        if not total:
            return "s0"
        share = self.concerns / total
        return f"s{1 + sum(share > edge for edge in (0.1, 0.25, 0.4, 0.6))}"


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One theme over the events, the newest first."""

    theme: Theme
    cells: tuple[Cell, ...]
    again: int
    """At how many of the events it gave rise to concern."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another authority to compare with."""

    authority: Authority
    place: Place | None


def authority_units(content: SiteContent) -> list[Unit]:
    """Return the page of every authority."""
    by_gss = {place.authority.gss: place for place in content.places}
    names = {authority.gss: authority for authority in (p.authority for p in content.places)}
    return [_unit(content, place, by_gss, names) for place in content.places]


def _unit(content: SiteContent, place: Place, by_gss: dict[str, Place], names: dict[str, Authority]) -> Unit:
    neighbours = [Neighbour(a, by_gss.get(a.gss)) for a in place.neighbours]
    inputs = repr(
        (
            place.authority,
            [event.digest for event in place.events],
            [(n.authority.name, _standing(n.place)) for n in neighbours],
            place.are_statistical,
            [subject.theme.name for subject in content.subjects],
            content.is_sample,
        )
    )
    return Unit(place.path, inputs, lambda: {place.path: _draw(content, place, neighbours, names)})


def _standing(place: Place | None) -> tuple[object, ...]:
    if place is None:
        return ()
    judged = place.judged
    return (place.standing, judged and judged.when, place.last_concern_on, bool(place.events))


def _draw(
    content: SiteContent, place: Place, neighbours: Sequence[Neighbour], names: dict[str, Authority]
) -> str:
    events = place.events
    with_themes = [event for event in events if event.themes and event.visit]
    with_grades = [event for event in events if event.grades]
    themed, graded = with_themes[:_HEAT_VISITS], with_grades[:_JUDGED_VISITS]
    rows = heat(themed, [subject.theme for subject in content.subjects])
    return draw(
        content,
        place.path,
        "authority.html.j2",
        place=place,
        successors=[names[gss] for gss in place.authority.successors if gss in names],
        chart=timeline(events, "timeline"),
        judged=graded,
        judged_in_all=len(with_grades),
        areas=_areas(graded),
        heat=rows,
        heat_events=themed,
        heat_in_all=len(with_themes),
        silent=[s.theme for s in content.subjects if themed and s.theme not in [row.theme for row in rows]],
        asked=_newest(events, ("recommendation",), 1),
        concerns=_newest(events, ("concern", "mixed"), _CONCERNS),
        strengths=_newest(events, ("strength",), _STRENGTHS),
        neighbours=neighbours,
        themes={subject.theme.theme_id: subject.theme for subject in content.subjects},
        by_id={event.event_id: event for event in events},
    )


def heat(events: Sequence[Event], themes: Sequence[Theme]) -> list[HeatRow]:
    """Lay themes against events; those with most concern first, those of which nothing is said left out."""
    rows = []
    for theme in themes:
        cells = tuple(Cell(event, *event.themes.get(theme.theme_id, (0, 0))) for event in events)
        if any(cell.concerns or cell.strengths for cell in cells):
            rows.append(HeatRow(theme, cells, sum(cell.concerns > 0 for cell in cells)))
    return sorted(rows, key=lambda row: (-sum(cell.concerns for cell in row.cells), row.theme.name))


def _areas(events: Sequence[Event]) -> list[tuple[str, list[Graded | None]]]:
    """Return the judgements as rows: area -> the grade of each event, None where that area was not spoken of.

    The overall one first, wherever a framework has it: it is what most people look for.
    """
    names = list(dict.fromkeys(grade.area for event in events for grade in event.grades))
    names.sort(key=lambda name: name != wording.AREAS["overall"])
    by_event = [{grade.area: grade for grade in event.grades} for event in events]
    return [(name, [grades.get(name) for grades in by_event]) for name in names]


def _newest(events: Sequence[Event], polarities: tuple[str, ...], most: int) -> list[Statement]:
    """Return all of the newest event that has any, up to `_MOST`; and those of events before, up to `most`."""
    found: list[Statement] = []
    for event in events:
        of_event = [said for said in event.statements if said.polarity in polarities]
        if found and len(found) + len(of_event) > most:
            break
        found += of_event
    return found[:_MOST]
