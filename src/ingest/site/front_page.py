"""The front page: what is new, and the map of tiles; and the list of all authorities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ingest.site.content import Place, SiteContent, Subject
from ingest.site.tiles import STACKS, Tile, tiles
from ingest.site.unit import Unit, months_before, page
from ingest.site.words import GRADES, RECENCY, recency

_NEWEST = 7
_LATEST_MONTHS = 24
_THEMES = 8


@dataclass(frozen=True, slots=True)
class Square:
    """One authority on the map."""

    tile: Tile
    place: Place
    recency: str

    @property
    def says(self) -> str:
        """The whole in words, for a pointer that rests on it."""
        place = self.place
        judged = place.judged
        grade = (
            f"{judged.overall.words}, {judged.when}" if judged and judged.overall else "no judgement known"
        )
        return f"{place.authority.name}: overall {grade}; last concern: {RECENCY[self.recency][1].lower()}"


@dataclass(frozen=True, slots=True)
class Region:
    """The squares of one region."""

    name: str
    squares: tuple[Square, ...]


def front_units(content: SiteContent) -> list[Unit]:
    """Return the front page and the list of authorities."""
    as_of = content.as_of
    stacks = [(name, [_region(content, region, as_of) for region in regions]) for name, regions in STACKS]
    squares = [square for _, regions in stacks for region in regions for square in region.squares]
    newest = content.events[:_NEWEST]
    since = months_before(content.as_of, _LATEST_MONTHS)
    themes = _themes(content, since)
    inputs = (
        as_of,
        [(s.says, s.place.standing) for s in squares],
        [event.digest for event in newest],
        [(subject.theme.name, bad, good) for subject, bad, good in themes],
        content.documents,
        content.statements,
    )
    covered = sum(bool(square.place.events) for square in squares)
    front = page(
        content,
        "index.html",
        "front.html.j2",
        inputs,
        site=content,
        stacks=stacks,
        squares=squares,
        covered=covered,
        newest=newest,
        themes=themes,
        most=max((bad for _, bad, _ in themes), default=1),
        since=since,
        by_grade=_legend(GRADES, [square.place.standing for square in squares]),
        by_recency=_legend(RECENCY, [square.recency for square in squares]),
    )
    rows = [
        (p.authority, p.standing, [event.digest for event in p.events], p.last_concern_on)
        for p in content.places
    ]
    listed = page(
        content,
        "authorities/index.html",
        "authorities.html.j2",
        rows,
        places=content.places,
        regions=sorted({place.authority.region for place in content.places}),
    )
    return [front, listed]


def _region(content: SiteContent, name: str, as_of: date | None) -> Region:
    known = tiles()
    found = [
        Square(known[place.authority.gss], place, recency(place.last_concern_on, as_of))
        for place in content.places
        if place.authority.region == name and place.authority.gss in known
    ]
    return Region(name, tuple(sorted(found, key=lambda square: (square.tile.row, square.tile.column))))


def _legend(words: dict[str, tuple[str, str]], keys: Sequence[str]) -> list[tuple[str, str, str, int]]:
    """Return (key, sign, words, how many) for what occurs on the map."""
    return [(key, sign, text, keys.count(key)) for key, (sign, text) in words.items() if key in keys]


def _themes(content: SiteContent, since: date) -> list[tuple[Subject, int, int]]:
    """Return the themes of which most concern was published since then: (subject, concerns, strengths)."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for event in content.events:
        if event.published_on and event.published_on >= since:
            for theme, (bad, good) in event.themes.items():
                counts[theme][0] += bad
                counts[theme][1] += good
    found = [(s, bad, good) for s in content.subjects for bad, good in [counts[s.theme.theme_id]] if bad]
    return sorted(found, key=lambda row: (-row[1], row[0].theme.name))[:_THEMES]
