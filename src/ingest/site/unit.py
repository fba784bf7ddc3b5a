"""A unit of the site, and the templates that draw it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ingest import wording
from ingest.site.content import SiteContent
from ingest.site.words import GRADES, POLARITIES, RECENCY

_ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True, slots=True)
class Unit:
    """One page, or files that are made together."""

    name: str
    inputs: str
    """Changes when what it shows does; templates and code are looked after by `build`."""
    render: Callable[[], Mapping[str, str]]
    """Returns path -> text."""


def page(content: SiteContent, path: str, template: str, inputs: object, **given: object) -> Unit:
    """Return the unit of a single page; see `draw`."""
    return Unit(
        path, repr((inputs, content.is_sample)), lambda: {path: draw(content, path, template, **given)}
    )


def draw(content: SiteContent, path: str, template: str, **given: object) -> str:
    """Fill a template; within it, `root` leads from the page to the root of the site."""
    common = {"root": "../" * path.count("/"), "path": path, "is_sample": content.is_sample}
    return _environment().get_template(template).render(common | given)


def asset_unit() -> Unit:
    """Return the styles and scripts."""
    files = sorted(_ASSETS.iterdir())
    return Unit("assets", "", lambda: {f"assets/{file.name}": file.read_text("utf-8") for file in files})


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("ingest.site", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": wording.day,
        "when": lambda value: wording.day(value) if value else "undated",
        "number": lambda value: f"{value:,}",
        "counted": wording.counted,
        "tidy": wording.tidy,
        "opening": lambda text: text[:1].upper() + text[1:],  # a kind of visit that stands alone
        "moment": _moment,
        "svg": Markup,  # Only for what charts.py draws, which escapes what it is given.
    }
    environment.globals |= {
        "grades": GRADES,
        "recencies": RECENCY,
        "polarities": {polarity.key: polarity for polarity in POLARITIES},
    }
    return environment


def _moment(value: datetime | None) -> str:
    """Say "22 November 2026, 14:05 UTC"."""
    return f"{wording.day(value.date())}, {value:%H:%M} UTC" if value else "never"


def months_before(day: date | None, months: int) -> date:
    """Return the first day of the month that lies so many months before; of no day, the first of all."""
    if day is None:
        return date.min
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)
