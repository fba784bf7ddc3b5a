"""A page for each theme: how much of it was spoken of over the years, where, and the newest statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from ingest.site.charts import publication_years, trend
from ingest.site.content import Event, Place, SiteContent, Statement, Subject
from ingest.site.unit import Unit, draw, months_before, page

_PLACES = 15
_MONTHS = 36
_NEWEST = {"recommendation": 20, "concern": 60, "strength": 30}


def theme_units(content: SiteContent) -> list[Unit]:
    """Return the list of themes and the page of each."""
    totals = [
        (
            subject,
            sum(event.themes[subject.theme.theme_id][0] for event in subject.events),
            sum(event.themes[subject.theme.theme_id][1] for event in subject.events),
            len({event.gss for event in subject.events}),
        )
        for subject in content.subjects
    ]
    totals.sort(key=lambda row: (-row[1], row[0].theme.name))
    listed = page(
        content,
        "themes/index.html",
        "themes.html.j2",
        [(subject.theme, *figures) for subject, *figures in totals],
        totals=totals,
        most=max(1, *(bad + good for _, bad, good, _ in totals)),
    )
    return [listed, *(_unit(content, subject) for subject in content.subjects)]


def _unit(content: SiteContent, subject: Subject) -> Unit:
    inputs = repr((subject.theme, [event.digest for event in subject.events], content.is_sample))
    return Unit(subject.path, inputs, lambda: {subject.path: _draw(content, subject)})


def _draw(content: SiteContent, subject: Subject) -> str:
    theme_id = subject.theme.theme_id
    years = publication_years(subject.events, theme_id)
    statements = _newest(subject.events, theme_id)
    since = months_before(subject.events[0].published_on if subject.events else None, _MONTHS)
    return draw(
        content,
        subject.path,
        "theme.html.j2",
        subject=subject,
        chart=trend(years, "trend"),
        years=sorted(years.items(), reverse=True),
        places=_places(content, subject, since),
        since=since,
        statements=statements,
        themes={s.theme.theme_id: s.theme for s in content.subjects},
        by_id={(event.event_id, event.gss): event for event in subject.events},
        regions=sorted({place.authority.region for place in content.places}),
        region_of={place.authority.gss: place.authority.region for place in content.places},
    )


def _places(content: SiteContent, subject: Subject, since: date) -> list[tuple[Place, int, int]]:
    """Return where most concern was lately: (place, concerns, strengths)."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for event in subject.events:
        if event.published_on and event.published_on >= since:
            for side, number in enumerate(event.themes[subject.theme.theme_id]):
                counts[event.gss][side] += number
    found = [(p, bad, good) for p in content.places for bad, good in [counts[p.authority.gss]] if bad]
    return sorted(found, key=lambda row: (-row[1], row[0].authority.name))[:_PLACES]


def _newest(events: Sequence[Event], theme_id: str) -> list[Statement]:
    """Return the newest statements on the theme, of each polarity so many."""
    left = dict(_NEWEST)
    found: list[Statement] = []
    for event in events:
        for said in event.statements:
            if theme_id in said.themes and left.get(said.polarity):
                left[said.polarity] -= 1
                found.append(said)
    return found
