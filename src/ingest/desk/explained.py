"""Shows a person why a text was classified as it was: the text with its marks, then one block a question.

Colours only underline what the words and marks already say, so that a pipe or a log reads the same.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ingest.classify.explain import Explanation
from ingest.classify.polarity import SeenCue
from ingest.reference import load, load_themes

_MOST_LINES = 8
"""Lines of the text that are shown; a letter would fill the screen."""
_MOST_ROWS = 5
_UNLIKELY = 0.05
"""Polarities less likely than this are not named."""
_CLAUSE = 40
"""Characters that are shown of a clause."""
_INDENT = "  "
_MARKS = {"authority": "^", "rejected": "x", "strength": "+", "concern": "-", "ask": "!", "child": "#"}
_LEGEND = {
    "^": "authority",
    "x": "name that is none",
    "+": "praise",
    "-": "criticism",
    "!": "request",
    "#": "could identify a child",
}
_STYLES = {
    "^": "bold cyan",
    "x": "dim strike",
    "+": "green",
    "-": "red",
    "!": "magenta",
    "#": "bold white on red",
}
_SIDES = {
    "strength": "praise",
    "concern": "criticism",
    "ask": "a request",
    "context": "background",
    "neutral": "no judgement",
}
_POLARITY = {
    "strength": "green",
    "concern": "red",
    "recommendation": "magenta",
    "mixed": "yellow",
    "neutral": "dim",
}

_KEPT = {
    "name": "named",
    "council_name": "named as a council",
    "acronym": "its acronym",
    "misspelt_name": "its name, misspelt, and nobody else's",
    "abolished_council": "the council that existed then",
    "delivery_body": "the body that runs its services",
    "delivery_body_narrowed": "the body that runs its services; the text names the authority too",
    "source_authority": "not named: the authority that the source speaks for",
}
_LOST = {
    "other_name": "a longer name that means something else",
    "abroad": "a place abroad",
    "based_in": "only says where something is",
    "common_word": "an ordinary word here",
    "inquiry_elsewhere": "the name of an inquiry",
    "legal_case": "the name of a court case",
    "media_title": "the title of a newspaper or station",
    "named_model": "the name of a model or programme",
    "nhs_body": "part of the name of a health body",
    "ofsted_office": "an office of Ofsted",
    "other_organisation": "part of another organisation's name",
    "parliament": "a constituency or its member",
    "person_name": "a person's name",
    "police": "a police force",
    "post_town": "a post town in an address",
    "reading_word": "the word reading",
    "regional_adoption_agency": "a regional adoption agency",
    "region_name": "the region: the council of that name ended before",
    "school_name": "a school",
    "sport": "a team or a ground",
    "street_address": "part of an address",
    "university": "a university or college",
    "web_or_mail_address": "part of a web or mail address",
    "unknown_code": "a code that no authority has",
}


_Row: TypeAlias = tuple[str, str, str]
"""Head, what is said, style."""


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    sign: str


def show_explanation(explained: Explanation, console: Console) -> None:
    """Print the explanation on one screen."""
    width = min(console.width, 100)
    cues = explained.cues(_MOST_LINES * width * 2)
    for line in _marked(explained.text, _marks(explained, cues), width):
        console.print(line, soft_wrap=True, highlight=False)
    console.print()
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(style="bold", no_wrap=True, min_width=11)
    table.add_column()
    for head, said, style in _rows(explained, cues):
        table.add_row(head, Text(said, style))
    console.print(table, width=width)


def _rows(explained: Explanation, cues: list[SeenCue]) -> Iterator[_Row]:
    yield from _authorities(explained)
    yield from _polarity(explained, cues)
    yield from _themes(explained)
    for hit in explained.sensitive[:1]:
        yield "Kept back", f"could identify a child: {hit.words!r} [{hit.rule}]", "bold red"


# ---------------------------------------------------------------- the text


def _marks(explained: Explanation, cues: Iterable[SeenCue]) -> list[_Mark]:
    found = [_Mark(m.start, m.end, "^") for m in explained.authorities if m.start is not None and m.end]
    found += [_Mark(hit.start, hit.end, "#") for hit in explained.sensitive]
    found += [_Mark(name.start, name.end, "x") for name in explained.rejected]
    found += [_Mark(c.start, c.end, _MARKS[c.side]) for c in cues if c.counts and c.side in _MARKS]
    return found


def _marked(text: str, marks: list[_Mark], width: int) -> Iterator[Text]:
    """Yield the lines of the text, each with a line of marks under it, and what the marks mean."""
    signs = bytearray(b" " * min(len(text), _MOST_LINES * width * 2))
    for mark in reversed(marks):
        for place in range(mark.start, min(mark.end, len(signs))):
            signs[place] = ord(mark.sign)
    drawn: set[str] = set()
    lines = _wrapped(text[: len(signs)], width - len(_INDENT))
    for start, end in lines[:_MOST_LINES]:
        below = signs[start:end].decode("ascii").rstrip()
        line = Text(_INDENT + "".join(c if c.isprintable() else " " for c in text[start:end]), style="")
        for place, sign in enumerate(below):
            if sign != " ":
                line.stylize(_STYLES[sign], place + len(_INDENT), place + len(_INDENT) + 1)
        yield line
        if below:
            drawn |= set(below) - {" "}
            yield Text(_INDENT + below, style="dim")
    if len(lines) > _MOST_LINES or len(text) > len(signs):
        yield Text(f"{_INDENT}... {len(text) - lines[:_MOST_LINES][-1][1]:,} characters more", style="dim")
    if drawn:
        yield Text(
            _INDENT + "   ".join(f"{sign} {said}" for sign, said in _LEGEND.items() if sign in drawn),
            style="dim",
        )


def _wrapped(text: str, width: int) -> list[tuple[int, int]]:
    """Return the spans of the lines, so that marks can stand under them: a wrapper that drops no character."""
    spans: list[tuple[int, int]] = []
    start = 0
    for paragraph in text.split("\n"):
        plain = "".join("x" if not c.isspace() else " " for c in paragraph)
        place = start
        for line in textwrap.wrap(
            plain, width, drop_whitespace=False, replace_whitespace=False, break_on_hyphens=False
        ):
            spans.append((place, place + len(line)))
            place += len(line)
        start += len(paragraph) + 1
    return spans or [(0, 0)]


# ---------------------------------------------------------------- what was decided


def _authorities(explained: Explanation) -> Iterator[_Row]:
    gazetteer = load()
    seen: dict[tuple[str, str], str] = {}
    for match in explained.authorities:
        authority = gazetteer.by_gss(match.gss)
        name = authority.name if authority else match.gss
        seen.setdefault(
            (match.gss, match.rule),
            f"{name} ({match.gss}), from {match.evidence!r}: {_KEPT.get(match.rule, match.rule)} "
            f"[{match.rule}]{'; only compared with' if match.role == 'mention' else ''}",
        )
    yield from _block("Authority", list(seen.values()) or ["none is named"], "cyan" if seen else "")
    lost = {(name.name, name.rule): name for name in explained.rejected}
    yield from _block(
        "Not counted", [f"{name}: {_LOST.get(rule, rule.replace('_', ' '))} [{rule}]" for name, rule in lost]
    )


def _polarity(explained: Explanation, cues: list[SeenCue]) -> Iterator[_Row]:
    yield (
        "Polarity",
        f"{explained.polarity}: {_because(explained.polarity_rule)}",
        _POLARITY[explained.polarity],
    )
    if len(explained.clauses) > 1:
        yield from _block(
            "  clauses",
            [
                f"{textwrap.shorten(explained.text[c.start : c.end], _CLAUSE)!r} {c.polarity}: {_because(c.rule)}"
                for c in explained.clauses
            ],
        )
    likely = [f"{polarity} {share:.0%}" for polarity, share in explained.weighed() if share >= _UNLIKELY]
    yield from _block("  weighed", [", ".join(likely)] if likely else [])
    said = explained.polarity_rule
    spare = [cue for cue in cues if not cue.counts or cue.phrase not in said]
    yield from _block(
        "  also seen",
        list(
            dict.fromkeys(
                f"{explained.text[cue.start : cue.end]!r}, {_SIDES.get(cue.side, cue.side)}: "
                + ("weighed less" if cue.counts else "names a case or an aim, so it does not count")
                for cue in spare
            )
        ),
    )


def _because(rule: str) -> str:
    """The rule without the side that the polarity already names."""
    reasons = [part.strip() for part in rule.split(";")]
    return "; ".join(
        dict.fromkeys(reason.removeprefix("strength: ").removeprefix("concern: ") for reason in reasons)
    )


def _themes(explained: Explanation) -> Iterator[_Row]:
    names = {theme.theme_id: theme.name for theme in load_themes()}
    chosen = {theme.theme_id for theme in explained.themes}
    yield from _block(
        "Themes", [f"{names[t.theme_id]} [{t.theme_id}]: {t.rule}" for t in explained.themes], "yellow"
    )
    near = [weighed for weighed in explained.considered() if weighed.theme.theme_id not in chosen]
    yield from _block(
        "  not quite",
        [f"{names[w.theme.theme_id]}: {w.theme.rule} ({w.likelihood:.0%} likely)" for w in near],
    )


def _block(head: str, rows: list[str], style: str = "") -> Iterator[_Row]:
    for number, row in enumerate(rows[:_MOST_ROWS]):
        yield head if number == 0 else "", row, style
    if len(rows) > _MOST_ROWS:
        yield "", f"... and {len(rows) - _MOST_ROWS} more", "dim"
