"""A mail's subject, plain text and HTML, from what `view` chose."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from ingest.alerts.health import Health
from ingest.alerts.view import SECTIONS, Item
from ingest.alerts.watch import Watch
from ingest.model import Polarity
from ingest.wording import counted, listed, shorten, span, tidy

TEXT_WIDTH = 78
SUBJECT_LENGTH = 150
_NAMED_PLACES = 6
"""Authorities of a watch that are named; more are counted."""
_PLURALS = {
    "strength": "strengths",
    "concern": "concerns",
    "recommendation": "recommendations",
    "neutral": "neutral statements",
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """The same content three times: in a line, in plain text, in HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """A watch as the foot of a mail names it."""

    name: str
    scope: str
    note: str


def render(watches: Sequence[Watch], items: Sequence[Item], health: Health) -> Rendered:
    """Lay out one mail. Depends on nothing but its arguments."""
    return _lay_out(subject(items), _lead(items), items, health, watches)


def render_quiet(watches: Sequence[Watch], health: Health, start: datetime, end: datetime) -> Rendered:
    """Lay out the mail that says that a window brought nothing."""
    when = span(start.date(), end.date())
    state = f"{health.healthy} of {counted(health.total, 'source')} healthy"
    lead = f"Nothing new in what you watch, {when} (08:00 to 08:00)."
    return _lay_out(f"Nothing new, {when}: {state}", lead, (), health, watches)


def _lay_out(
    title: str, lead: str, items: Sequence[Item], health: Health, watches: Sequence[Watch]
) -> Rendered:
    content = {
        "subject": title,
        "lead": lead,
        "contents": [subject([item]) for item in items] if len(items) > 1 else [],
        "items": items,
        "health": health,
        "asked": [_Asked(tidy(watch.name), scope(watch), watch.note) for watch in watches],
    }
    environment = _environment()
    text = environment.get_template("mail.txt.j2").render(content)
    html = environment.get_template("mail.html.j2").render(content)
    return Rendered(title, text.strip() + "\n", html.strip() + "\n")


def subject(items: Sequence[Item]) -> str:
    """A line that can be read alone; it counts what inspectors found, not what others say.

    "Birmingham: Ofsted monitoring visit, May 2018: 3 concerns, 7 strengths"
    "Birmingham and 2 more: 5 concerns, 9 strengths"
    """
    if len(items) == 1:
        only = items[0]
        event = f"{only.event} (update)" if only.update else only.event
        parts = [only.authority, event, ", ".join(only.update) or _gist(items)]
    else:
        names = list(dict.fromkeys(one.authority for one in items))
        if len(names) == 1:
            parts = [names[0], f"{len(items)} stories", _gist(items)]
        elif len(names) == 2:
            parts = [listed(names), _gist(items)]
        else:
            parts = [f"{names[0]} and {len(names) - 1} more", _gist(items)]
    return shorten(": ".join(part for part in parts if part), SUBJECT_LENGTH)


def _gist(items: Sequence[Item]) -> str:
    """The counts, for one story after its overall grade."""
    if len(items) > 1:
        return _tally(items)
    only = items[0]
    told = ", ".join(part for part in (only.overall, _tally(items)) if part)
    if told or not only.others_say:
        return told or (counted(len(only.judgements), "judgement") if only.judgements else "")
    return f"{counted(only.others_say.total, 'statement')}, none by inspectors"


def _tally(items: Sequence[Item]) -> str:
    """Count the findings of all stories: "3 concerns, 7 strengths"; other statements only where alone."""
    sums: dict[Polarity, int] = {}
    for one in items:
        for section in one.sections:
            sums[section.polarity] = sums.get(section.polarity, 0) + section.total
    words = [counted(sums[polarity], noun) for polarity, _, noun in SECTIONS if polarity in sums]
    return ", ".join(words[:-1] if "neutral" in sums and len(words) > 1 else words)


def _lead(items: Sequence[Item]) -> str:
    if len(items) == 1:
        return ""
    names = list(dict.fromkeys(one.authority for one in items))
    return f"{counted(len(items), 'report')} about {listed(names)}."


def scope(watch: Watch) -> str:
    """What the watch asks for, in words."""
    parts = [_places(watch)]
    if watch.themes:
        parts.append(
            f"{'theme' if len(watch.themes) == 1 else 'themes'} {listed(list(watch.themes.values()))}"
        )
    if watch.polarity:
        parts.append(listed([_PLURALS[polarity] for polarity in watch.polarity]))
    if watch.kinds:
        parts.append(f"only {listed([kind.replace('_', ' ') for kind in watch.kinds])}")
    if watch.include:
        parts.append(f"with the words {listed([f'“{word}”' for word in watch.include])}")
    if watch.exclude:
        parts.append(f"without {listed([f'“{word}”' for word in watch.exclude])}")
    return "; ".join([*parts, {"immediate": "as it comes"}.get(watch.frequency, watch.frequency)])


def _places(watch: Watch) -> str:
    if watch.authorities is None:
        return "all authorities"
    names = list(watch.authorities.values())
    if len(names) <= _NAMED_PLACES:
        return listed(names)
    return f"{', '.join(names[: _NAMED_PLACES - 1])} and {len(names) - _NAMED_PLACES + 1} more"


def _wrap(text: str, first: str = "", rest: str | None = None) -> str:
    """Fill to 78 columns; addresses are never broken."""
    return textwrap.fill(
        tidy(text),
        TEXT_WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first) if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("ingest.alerts"),
        autoescape=select_autoescape(["html.j2"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["wrap"] = _wrap
    environment.filters["counted"] = counted
    return environment
