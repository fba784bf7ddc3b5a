"""Charts as SVG, drawn by Vega-Lite: colours are those of the page, so they follow its dark mode.

Each has a title and a description, and stands beside a table that says the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

import vl_convert

from ingest import wording
from ingest.site.content import Event
from ingest.site.words import GRADES, LANES, lane

_WIDTH = 800
_LANE_HEIGHT = 34
_MARGIN = timedelta(days=200)
_CONFIG: dict[str, Any] = {
    "aria": False,  # The whole is one picture with one description; its parts are in the table.
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--text)",
        "titleColor": "var(--text)",
        "gridColor": "var(--line)",
        "domainColor": "var(--line)",
        "tickColor": "var(--line)",
        "labelFontSize": 14,
        "titleFontSize": 14,
        "titleFontWeight": "normal",
        "labelLimit": 220,
    },
}
_NEWS = "News"
_NEWEST_SIDE = "right"
"""A small screen shows this end of a chart first: the newest years, and the names of the lanes beside them."""


def timeline(events: Sequence[Event], chart_id: str) -> str:
    """Draw events on lanes by kind along the years: squares with a grade's letter, dots for visits, ticks for news.

    Returns an SVG element, or nothing where no event is dated.
    """
    dated = [(event, event.on) for event in events if event.on]
    if not dated:
        return ""
    names = {key: name for key, (name, _) in LANES.items()} | {"news": _NEWS}
    used = [name for key, name in names.items() if any(_lane(event) == key for event, _ in dated)]
    rows = []
    for event, on in dated:
        key = event.overall.key if event.overall else ""
        rows.append(
            {
                "on": on.isoformat(),
                "lane": names[_lane(event)],
                "grade": key or "dot",
                "letter": GRADES[key][0] if key else "",
            }
        )
    first, last = min(on for _, on in dated), max(on for _, on in dated)
    x = {
        "field": "on",
        "type": "temporal",
        "title": None,
        "scale": {"domain": [(first - _MARGIN).isoformat(), (last + _MARGIN).isoformat()]},
        "axis": {"tickCount": "year", "format": "%Y", "labelOverlap": True},
    }
    y = {
        "field": "lane",
        "type": "nominal",
        "sort": used,
        "title": None,
        "axis": {"grid": True, "ticks": False, "orient": _NEWEST_SIDE, "labelPadding": 8},
    }
    graded, plain = "datum.letter !== ''", "datum.letter === ''"
    spec = {
        "width": _WIDTH,
        "height": _LANE_HEIGHT * len(used),
        "data": {"values": rows},
        "encoding": {"x": x, "y": y},
        "resolve": {"scale": {"color": "independent"}},
        "layer": [
            {
                "transform": [{"filter": plain}],
                "mark": {"type": "point", "shape": "circle", "filled": True, "size": 130, "opacity": 1,
                         "color": "var(--accent)"},
            },
            {
                "transform": [{"filter": graded}],
                "mark": {"type": "point", "shape": "square", "filled": True, "size": 620, "opacity": 1,
                         "stroke": "var(--text)", "strokeWidth": 1},
                "encoding": {"color": _colours("grade", "")},
            },
            {
                "transform": [{"filter": graded}],
                "mark": {"type": "text", "fontSize": 13, "fontWeight": "bold", "baseline": "middle"},
                "encoding": {"text": {"field": "letter"}, "color": _colours("grade", "-text")},
            },
        ],
    }  # fmt: skip
    told = "; ".join(
        f"{wording.day(on)}: {event.title}" + (f", {event.overall.words}" if event.overall else "")
        for event, on in sorted(dated, key=lambda pair: pair[1])[-12:]
    )
    title = f"Visits and news from {first.year} to {last.year}"
    return _svg(spec, chart_id, title, f"{wording.counted(len(dated), 'event')}, the newest last: {told}.")


def trend(years: Mapping[int, tuple[int, int]], chart_id: str) -> str:
    """Draw concerns (downwards) and strengths (upwards) by year; `years` gives (concerns, strengths).

    Returns an SVG element, or nothing where there is no year.
    """
    if not years:
        return ""

    def room(numbers: Iterable[int]) -> float:
        return max(numbers) + 0.12 * max(max(sides) for sides in years.values()) or 1

    rows = []
    for year, (concerns, strengths) in sorted(years.items()):
        rows.append({"year": str(year), "what": "Strengths", "n": strengths, "said": strengths})
        rows.append({"year": str(year), "what": "Concerns", "n": -concerns, "said": concerns})
    spec = {
        "width": _WIDTH,
        "height": 220,
        "data": {"values": rows},
        "encoding": {
            "x": {"field": "year", "type": "ordinal", "title": None, "axis": {"labelAngle": 0}},
            "y": {
                "field": "n",
                "type": "quantitative",
                "title": "Concerns below, strengths above",
                "axis": {
                    "labelExpr": "format(abs(datum.value), ',')",
                    "tickCount": 6,
                    "tickMinStep": 1,
                    "orient": _NEWEST_SIDE,
                },
                # Room for the number at the end of each bar.
                "scale": {
                    "domain": [
                        -room(bad for bad, _ in years.values()),
                        room(good for _, good in years.values()),
                    ]
                },
            },
        },
        "layer": [
            {
                "mark": {"type": "bar", "size": 26},
                "encoding": {
                    "color": {
                        "field": "what",
                        "scale": {
                            "domain": ["Concerns", "Strengths"],
                            "range": ["var(--bad)", "var(--fine)"],
                        },
                        "legend": None,
                    },
                },
            },
            *(
                {
                    "transform": [{"filter": f"datum.what === '{what}' && datum.said > 0"}],
                    "mark": {"type": "text", "dy": shift, "fontSize": 12, "color": "var(--text)"},
                    "encoding": {"text": {"field": "said", "format": ","}},
                }
                for what, shift in (("Strengths", -9), ("Concerns", 9))
            ),
        ],
    }
    told = "; ".join(
        f"{year}: {wording.counted(bad, 'concern')}, {wording.counted(good, 'strength')}"
        for year, (bad, good) in sorted(years.items())
    )
    return _svg(spec, chart_id, "Concerns and strengths by year of publication", f"{told}.")


def _lane(event: Event) -> str:
    return lane(event.visit.kind if event.visit else None)


def _colours(field: str, suffix: str) -> dict[str, Any]:
    keys = list(GRADES)
    return {
        "field": field,
        "type": "nominal",
        "scale": {"domain": keys, "range": [f"var(--g-{key}{suffix})" for key in keys]},
        "legend": None,
    }


def _svg(spec: Mapping[str, Any], chart_id: str, title: str, description: str) -> str:
    # Letters may be wider on the reader's screen than where this is drawn.
    padding = {"left": 12, "right": 24, "top": 6, "bottom": 6}
    whole = {
        "padding": padding,
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "config": _CONFIG,
        **spec,
    }
    drawn = vl_convert.vegalite_to_svg(whole)
    # One picture for a screen reader: the library's own roles would name every mark.
    drawn = re.sub(r' (?:role|aria-roledescription|aria-hidden|pointer-events|class)="[^"]*"', "", drawn)
    drawn = re.sub(r' font-family="[^"]*"', "", drawn)
    size = re.search(r'viewBox="0 0 (\d+) (\d+)"', drawn)
    assert size is not None
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{size[1]}" height="{size[2]}" '
        f'viewBox="0 0 {size[1]} {size[2]}" aria-labelledby="{chart_id}-t {chart_id}-d">'
        f'<title id="{chart_id}-t">{escape(title)}</title><desc id="{chart_id}-d">{escape(description)}</desc>'
    )
    return head + re.sub(r"^<svg[^>]*>", "", drawn)


def publication_years(events: Sequence[Event], theme_id: str) -> dict[int, tuple[int, int]]:
    """Count (concerns and recommendations, strengths) on a theme by the year in which they were published."""
    years: dict[int, tuple[int, int]] = {}
    for event in events:
        when: date | None = event.published_on or event.on
        if when and theme_id in event.themes:
            bad, good = years.get(when.year, (0, 0))
            more_bad, more_good = event.themes[theme_id]
            years[when.year] = bad + more_bad, good + more_good
    return years
