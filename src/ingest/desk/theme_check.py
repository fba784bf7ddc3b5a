"""What an edit of the theme rules would change in the findings that are stored, before it is kept."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ingest.classify.themes import Said, match_all, read_rules
from ingest.errors import ConfigError
from ingest.load import open_published
from ingest.reference import load_themes
from ingest.settings import Settings

_EXAMPLES = 2
_SHOWN = 110


@dataclass(slots=True)
class ThemeChange:
    """What one theme gains and loses."""

    before: int = 0
    after: int = 0
    gained: list[tuple[str, str]] = field(default_factory=list)
    """(quote, the words that decide now)."""
    lost: list[tuple[str, str]] = field(default_factory=list)
    """(quote, the words that decided)."""


@dataclass(frozen=True, slots=True)
class Changes:
    """All themes, and how many findings were asked."""

    findings: int
    changed: int
    """Findings whose themes change."""
    themes: dict[str, ThemeChange]


def compare(file: Path, settings: Settings) -> Changes:
    """Match every current finding by the rules in force and by those of the file.

    Raises:
        ConfigError: the file is no theme file; names table, key and fault.
        WarehouseError: there is no warehouse yet.
    """
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}; name a file that exists.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file}: not TOML: {error}") from error
    edited = read_rules(data, str(file))
    with open_published(settings.published_place) as reader:
        rows = reader.dicts("SELECT quote, section FROM finding_current ORDER BY quote, section")
    themes: defaultdict[str, ThemeChange] = defaultdict(ThemeChange)
    changed = 0
    said = [Said(row["quote"], row["section"]) for row in rows]
    for (quote, _, _), before, after in zip(said, match_all(said), match_all(said, edited), strict=True):
        old = {theme.theme_id: theme.rule for theme in before}
        new = {theme.theme_id: theme.rule for theme in after}
        changed += old.keys() != new.keys()
        for theme_id in old:
            themes[theme_id].before += 1
        for theme_id in new:
            themes[theme_id].after += 1
        for theme_id in new.keys() - old.keys():
            themes[theme_id].gained.append((quote, new[theme_id]))
        for theme_id in old.keys() - new.keys():
            themes[theme_id].lost.append((quote, old[theme_id]))
    return Changes(len(rows), changed, dict(themes))


def show_changes(changes: Changes, console: Console) -> None:
    """Print how many findings each theme gains and loses, with examples."""
    if not changes.changed:
        console.print(f"Nothing changes in {changes.findings:,} findings.")
        return
    console.print(f"{changes.changed:,} of {changes.findings:,} findings change.\n")
    table = Table("theme", "now", "then", "gains", "loses", box=None, header_style="bold", pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    moved = [
        (theme.theme_id, changes.themes[theme.theme_id])
        for theme in load_themes()
        if (change := changes.themes.get(theme.theme_id)) and (change.gained or change.lost)
    ]
    for theme_id, change in moved:
        table.add_row(
            theme_id, str(change.before), str(change.after), str(len(change.gained)), str(len(change.lost))
        )
    console.print(table)
    for theme_id, change in moved:
        console.print(Text(f"\n{theme_id}", "bold"))
        for sign, style, examples in (("+", "green", change.gained), ("-", "red", change.lost)):
            for quote, rule in list(dict(examples).items())[:_EXAMPLES]:
                plain = " ".join(quote.split())
                cut = plain if len(plain) <= _SHOWN else plain[: _SHOWN - 4].rstrip() + " ..."
                console.print(Text.assemble((f"{sign} ", style), cut, (f"  [{rule}]", "dim")), soft_wrap=True)
    console.print(
        "\nTo keep it, put it in the place of src/ingest/classify/themes.toml, then: make reprocess"
    )
