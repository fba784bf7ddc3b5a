"""A mail's subject, plain text and HTML, from what `view` chose."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from ingest.alerts.view import SECTIONS, Checks, Item
from ingest.alerts.watch import Watch
from ingest.model import Polarity
from ingest.wording import counted, listed, shorten, tidy

TEXT_WIDTH = 78
SUBJECT_LENGTH = 150
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


def render(watch: Watch, items: Sequence[Item], checks: Checks) -> Rendered:
    """Lay out one mail. Depends on nothing but its arguments."""
    content = {
        "subject": subject(items),
        "lead": _lead(items),
        "items": items,
        "checks": checks,
        "watch": watch,
        "scope": _scope(watch),
    }
    environment = _environment()
    text = environment.get_template("mail.txt.j2").render(content)
    html = environment.get_template("mail.html.j2").render(content)
    return Rendered(subject(items), text.strip() + "\n", html.strip() + "\n")


def subject(items: Sequence[Item]) -> str:
    """A line that can be read alone.

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
    return told or (counted(len(only.judgements), "judgement") if only.judgements else "")


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


def _scope(watch: Watch) -> str:
    """What the watch asks for, in words."""
    places = "all authorities" if watch.authorities is None else listed(list(watch.authorities.values()))
    parts = [places]
    if watch.themes:
        parts.append(
            f"{'theme' if len(watch.themes) == 1 else 'themes'} {listed(list(watch.themes.values()))}"
        )
    if watch.polarity:
        parts.append(listed([_PLURALS[polarity] for polarity in watch.polarity]))
    return "; ".join(parts)


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
