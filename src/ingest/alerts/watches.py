"""watches.toml: who wants to be told of what. Read, checked against the reference data, and frozen."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import ValidationError

from ingest.alerts.entry import Entry, explain
from ingest.alerts.places import Lookup, Places, nearest
from ingest.alerts.watch import Watch
from ingest.errors import ConfigError

FEEDS = "(feeds)"
"""The watch behind the feeds by authority: it has no outlet of its own, and no user's watch this name."""
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_EVER = date(1970, 1, 1)
"""A feed also has what was published before it began."""
_KEYS = ("watch", "groups", "neighbours_file", "feeds")


class NamedTheme(Protocol):
    """What a watch needs of a theme."""

    @property
    def theme_id(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102


def load_watches(path: Path, gazetteer: Lookup, themes: Sequence[NamedTheme]) -> tuple[Watch, ...]:
    """Read every `[[watch]]` of the file, in its order; last the watch behind the feeds, where asked for.

    Raises:
        ConfigError: the file cannot be read, is not TOML, or a watch has an unusable value; names the file,
            the line (of broken TOML), the watch, the key and the remedy.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror}). Create it, or set INGEST_WATCHES_FILE to another."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 at byte {error.start}. Save it as UTF-8.") from error
    return parse_watches(text, path, gazetteer, themes)


def parse_watches(
    text: str, path: Path, gazetteer: Lookup, themes: Sequence[NamedTheme]
) -> tuple[Watch, ...]:
    """Read the text of a watches.toml; `path` names it in messages, and is where other files are looked for.

    Raises:
        ConfigError: as `load_watches`.
    """
    content = _content(text, path)
    places = Places(gazetteer, _groups(content, path), _beside(content, path), str(path))
    watches: dict[str, Watch] = {}
    for number, table in enumerate(_tables(content, path), start=1):
        name = table.get("name")
        where = (
            f"{path}: watch {name!r}" if isinstance(name, str) and name else f"{path}: watch number {number}"
        )
        entry = _entry(table, where)
        if entry.name.casefold() in (*watches, FEEDS):
            raise ConfigError(f"{where}: name: used twice. Give each watch its own name.")
        watches[entry.name.casefold()] = _resolve(entry, where, places, themes)
    return (*watches.values(), *_feeds(content, path, places))


# ---------------------------------------------------------------- the file


def _content(text: str, path: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        line = f"line {place[1]}" if place and place[1] else "last line"
        reason = _TOML_PLACE.sub("", str(error))
        raise ConfigError(
            f"{path}: {line}: not valid TOML: {reason}. Mend that line and run again."
        ) from error
    for key in content:
        if key not in _KEYS:
            raise ConfigError(
                f"{path}: unknown key {key!r}. Begin every watch with a line [[watch]]; before the first may "
                "stand neighbours_file, feeds and [groups]."
            )
    return content


def _tables(content: Mapping[str, Any], path: Path) -> list[dict[str, Any]]:
    tables = content.get("watch", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigError(
            f"{path}: 'watch' is not a list. Begin every watch with [[watch]], in double brackets."
        )
    return tables


def _groups(content: Mapping[str, Any], path: Path) -> dict[str, list[str]]:
    groups = content.get("groups", {})
    for name, members in groups.items() if isinstance(groups, dict) else [("groups", None)]:
        if not isinstance(members, list) or not all(isinstance(word, str) for word in members):
            raise ConfigError(
                f'{path}: group {name!r} is not a list of names. Write it like "Core cities" = ["Birmingham"].'
            )
    return dict(groups)


def _beside(content: Mapping[str, Any], path: Path) -> Path | None:
    named = content.get("neighbours_file")
    if named is None:
        return None
    if not isinstance(named, str):
        raise ConfigError(f'{path}: neighbours_file: not a name. Write neighbours_file = "neighbours.csv".')
    return path.parent / named


def _feeds(content: Mapping[str, Any], path: Path, places: Places) -> tuple[Watch, ...]:
    """The watch behind the feeds: `feeds = "all"`, or a list of authorities."""
    wanted = content.get("feeds")
    if not wanted:
        return ()
    where = f"{path}: feeds"
    entry = _entry({"name": FEEDS, "authorities": wanted, "email": "nobody@localhost"}, where)
    names, _ = places.watched(entry, where)
    return (Watch(FEEDS, (), names, since=_EVER),)


# ---------------------------------------------------------------- names to codes


def _entry(table: Mapping[str, Any], where: str) -> Entry:
    try:
        return Entry.model_validate(table)
    except ValidationError as error:
        raise ConfigError(f"{where}: {explain(error)}") from error


def _resolve(entry: Entry, where: str, places: Places, themes: Sequence[NamedTheme]) -> Watch:
    authorities, because = places.watched(entry, where)
    return Watch(
        name=entry.name,
        recipients=_unique(entry.email),
        authorities=authorities,
        because=because,
        themes=_themes(entry.themes, where, themes),
        polarity=_unique(entry.polarity),
        kinds=_unique(entry.kinds),
        include=_unique(entry.include),
        exclude=_unique(entry.exclude),
        frequency=entry.frequency,
        since=entry.since,
        note=entry.note,
        quiet=entry.quiet,
        paused=entry.paused,
        webhook=entry.webhook,
    )


def _themes(words: Sequence[str], where: str, themes: Sequence[NamedTheme]) -> dict[str, str]:
    known = {key.casefold(): theme for theme in themes for key in (theme.theme_id, theme.name)}
    found: dict[str, str] = {}
    for word in words:
        theme = known.get(word.casefold())
        if theme is None:
            near = _near_themes(word, known)
            raise ConfigError(
                f"{where}: themes: {word!r} is not known. {nearest(near)}Write a theme's id or whole name."
            )
        found[theme.theme_id] = theme.name
    return found


def _near_themes(word: str, known: Mapping[str, NamedTheme]) -> list[str]:
    """Theme ids that are spelt alike, or whose name holds the word."""
    wanted = word.casefold()
    spelt = difflib.get_close_matches(wanted, known, 5, cutoff=0.5)
    holding = [key for key in known if wanted in key]
    return list(_unique([known[key].theme_id for key in holding + spelt]))[:3]


T = TypeVar("T")


def _unique(values: Sequence[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))
