"""A page for each story: the facts, the judgements, every statement with its proof, and who tells of it.

Reports of many hundred statements are spread over several pages, so that none becomes too heavy for a phone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.site.content import Event, Paper, SiteContent, Statement
from ingest.site.unit import Unit, draw, page
from ingest.site.words import POLARITIES, PolarityWords

PAGE_BYTES = 200_000
"""What the statements of one page may weigh, as it is estimated here; the rest of a page is about 40 kB."""
_MARKUP = 260
_THEME = 110


@dataclass(frozen=True, slots=True)
class Group:
    """Statements of one polarity on one page; `total` counts those of all pages."""

    words: PolarityWords
    statements: tuple[Statement, ...]
    total: int
    is_continued: bool


def story_units(content: SiteContent) -> list[Unit]:
    """Return the pages of every story, and the lists of stories by year."""
    by_id: dict[str, list[Event]] = defaultdict(list)
    for event in content.events:
        by_id[event.event_id].append(event)
    return [*_lists(content), *(_unit(content, events) for events in by_id.values())]


def _lists(content: SiteContent) -> list[Unit]:
    by_year: dict[str, list[Event]] = defaultdict(list)
    for event in content.events:
        by_year[str(event.published_on.year) if event.published_on else "undated"].append(event)
    years = sorted(by_year, reverse=True)
    newest = next((year for year in years if year != "undated"), "undated")
    found = []
    for year in years or ["undated"]:
        path = "stories/index.html" if year == newest else f"stories/year-{year}.html"
        events = by_year[year]
        found.append(
            page(
                content,
                path,
                "stories.html.j2",
                (year, years, [event.digest for event in events]),
                events=events,
                year=year,
                years=[
                    (y, "index.html" if y == newest else f"year-{y}.html", len(by_year[y])) for y in years
                ],
                regions=sorted({place.authority.region for place in content.places}),
                region_of={place.authority.gss: place.authority.region for place in content.places},
            )
        )
    return found


def _unit(content: SiteContent, events: Sequence[Event]) -> Unit:
    first = events[0]
    names = [subject.theme.name for subject in content.subjects]
    inputs = repr(([event.digest for event in events], names, content.is_sample))
    return Unit(first.path, inputs, lambda: _draw(content, events))


def _draw(content: SiteContent, events: Sequence[Event]) -> dict[str, str]:
    first = events[0]
    parts = chunks([said for event in events for said in _in_order(event.statements)])
    paths = [first.path, *(f"stories/{first.event_id}-{n}.html" for n in range(2, len(parts) + 1))]
    totals: dict[str, int] = defaultdict(int)
    for part in parts:
        for said in part:
            totals[said.polarity] += 1
    themes = {subject.theme.theme_id: subject.theme for subject in content.subjects}
    used = {theme for part in parts for said in part for theme in said.themes}
    return {
        path: draw(
            content,
            path,
            "story.html.j2",
            event=first,
            events=events,
            number=number,
            paths=[name.removeprefix("stories/") for name in paths],
            names={e.gss: e.authority for e in events},
            groups=_groups(part, parts[: number - 1], totals),
            themes=themes,
            used=[theme for theme_id, theme in themes.items() if theme_id in used],
            papers=_papers(events),
        )
        for number, (path, part) in enumerate(zip(paths, parts, strict=True), start=1)
    }


def _papers(events: Sequence[Event]) -> list[Paper]:
    """Each document once; one that tells of several authorities, with what is not quoted of any of them."""
    found: dict[str, Paper] = {}
    for paper in (paper for event in events for paper in event.papers):
        before = found.get(paper.address.text)
        unquoted = paper.unquoted + (before.unquoted if before else 0)
        found[paper.address.text] = replace(paper, unquoted=unquoted)
    return list(found.values())


def _in_order(statements: Iterable[Statement]) -> list[Statement]:
    rank = {polarity.key: number for number, polarity in enumerate(POLARITIES)}
    return sorted(statements, key=lambda said: rank[said.polarity])


def chunks(statements: Sequence[Statement]) -> list[list[Statement]]:
    """Spread statements over pages of bearable weight; one page, maybe empty, at least."""
    pages: list[list[Statement]] = [[]]
    weight = 0
    for said in statements:
        words = len(said.quote.encode()) + len(said.who.encode()) + len(said.where.encode())
        more = _MARKUP + words + len(said.href or "") + _THEME * len(said.themes)
        if pages[-1] and weight + more > PAGE_BYTES:
            pages.append([])
            weight = 0
        pages[-1].append(said)
        weight += more
    return pages


def _groups(
    part: Sequence[Statement], before: Sequence[Sequence[Statement]], totals: dict[str, int]
) -> list[Group]:
    earlier = {said.polarity for page_before in before for said in page_before}
    found = []
    for words in POLARITIES:
        of_kind = tuple(said for said in part if said.polarity == words.key)
        if of_kind:
            found.append(Group(words, of_kind, totals[words.key], words.key in earlier))
    return found
