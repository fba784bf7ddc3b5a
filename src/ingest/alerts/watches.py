"""watches.toml: who wants to be told of what. Read, checked against the reference data, and frozen."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ingest.alerts.watch import Frequency, Watch, WatchedPolarity
from ingest.errors import ConfigError

# One plain ASCII address: no display name, no comments, no quoting, so that nothing can hide in a header.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class NamedAuthority(Protocol):
    """What a watch needs of an authority."""

    @property
    def gss(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102


class NamedTheme(Protocol):
    """What a watch needs of a theme."""

    @property
    def theme_id(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102


class Lookup(Protocol):
    """What a watch needs of the gazetteer."""

    def by_gss(self, code: str, /) -> NamedAuthority | None: ...  # noqa: D102
    def by_name(self, name: str, /) -> NamedAuthority | None: ...  # noqa: D102
    def nearest(self, name: str, /) -> Sequence[str]: ...  # noqa: D102


def load_watches(path: Path, gazetteer: Lookup, themes: Sequence[NamedTheme]) -> tuple[Watch, ...]:
    """Read every `[[watch]]` of the file, in its order.

    Raises:
        ConfigError: the file cannot be read, is not TOML, or a watch has an unusable value; names the file,
            the line (of broken TOML), the watch, the key and the remedy.
    """
    watches: dict[str, Watch] = {}
    for number, table in enumerate(_tables(path), start=1):
        name = table.get("name")
        where = (
            f"{path}: watch {name!r}" if isinstance(name, str) and name else f"{path}: watch number {number}"
        )
        try:
            entry = _Entry.model_validate(table)
        except ValidationError as error:
            raise ConfigError(f"{where}: {_explain(error)}") from error
        if entry.name.casefold() in watches:
            raise ConfigError(f"{where}: name: used twice. Give each watch its own name.")
        watches[entry.name.casefold()] = _resolve(entry, where, gazetteer, themes)
    return tuple(watches.values())


# ---------------------------------------------------------------- the file


def _tables(path: Path) -> list[dict[str, Any]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror}). Create it, or set INGEST_WATCHES_FILE to another."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 at byte {error.start}. Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        line = f"line {place[1]}" if place and place[1] else "last line"
        reason = _TOML_PLACE.sub("", str(error))
        raise ConfigError(
            f"{path}: {line}: not valid TOML: {reason}. Mend that line and run again."
        ) from error
    for key in content:
        if key != "watch":
            raise ConfigError(f"{path}: unknown key {key!r}. Begin every watch with a line [[watch]].")
    tables = content.get("watch", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigError(
            f"{path}: 'watch' is not a list. Begin every watch with [[watch]], in double brackets."
        )
    return tables


# ---------------------------------------------------------------- one watch, as written


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _printable(value: str) -> str:
    """Refuse line breaks and invisible characters: they could forge a header or hide a word."""
    if not value.isprintable():
        raise ValueError("holds a line break or an invisible character; remove it")
    return " ".join(value.split())


def _readable(value: str) -> str:
    _printable(" ".join(value.split()))
    return value.strip()


def _address(value: str) -> str:
    if not ADDRESS.fullmatch(value):
        raise ValueError(f"{value!r} is not a mail address; write it plainly, like you@example.org")
    return value


_Words = Annotated[tuple[Annotated[str, AfterValidator(_printable)], ...], BeforeValidator(_listed)]
_Addresses = Annotated[tuple[Annotated[str, AfterValidator(_address)], ...], BeforeValidator(_listed)]


class _Entry(BaseModel):
    """A `[[watch]]` as it stands in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_printable)]
    authorities: Annotated[_Words, Field(min_length=1)]
    email: Annotated[_Addresses, Field(min_length=1)]
    themes: _Words = ()
    polarity: Annotated[tuple[WatchedPolarity, ...], BeforeValidator(_listed)] = ()
    frequency: Frequency = "immediate"
    since: date | None = None
    note: Annotated[str, Field(max_length=2000), AfterValidator(_readable)] = ""


_EXAMPLES = {
    "name": 'name = "Birmingham"',
    "authorities": 'authorities = ["Birmingham"]',
    "email": 'email = "you@example.org"',
}


def _explain(error: ValidationError) -> str:
    """Say the first fault in one line: key, what is wrong, remedy."""
    fault = error.errors()[0]
    key = str(fault["loc"][0])
    if fault["type"] == "missing":
        return f"{key}: missing. Add a line {_EXAMPLES[key]}."
    if fault["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key, _Entry.model_fields, 1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known keys: {', '.join(_Entry.model_fields)}."
        return f"{key}: unknown key. {hint}"
    if fault["type"] == "too_short":
        return f"{key}: empty. Write it like {_EXAMPLES[key]}."
    reason = fault["msg"].removeprefix("Value error, ")
    return f"{key}: {reason[:1].lower()}{reason[1:]}; got {fault['input']!r}."


# ---------------------------------------------------------------- names to codes


def _resolve(entry: _Entry, where: str, gazetteer: Lookup, themes: Sequence[NamedTheme]) -> Watch:
    everywhere = any(word.casefold() == "all" for word in entry.authorities)
    return Watch(
        name=entry.name,
        recipients=_unique(entry.email),
        authorities=None if everywhere else _authorities(entry.authorities, where, gazetteer),
        themes=_themes(entry.themes, where, themes),
        polarity=_unique(entry.polarity),
        frequency=entry.frequency,
        since=entry.since,
        note=entry.note,
    )


def _authorities(words: Sequence[str], where: str, gazetteer: Lookup) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        authority = gazetteer.by_gss(word.upper()) or gazetteer.by_name(word)
        if authority is None:
            raise ConfigError(
                f"{where}: authorities: {word!r} is not known. {_nearest(gazetteer.nearest(word))}"
                'Write a name, a GSS code like "E08000025", or "all".'
            )
        found[authority.gss] = authority.name
    return found


def _themes(words: Sequence[str], where: str, themes: Sequence[NamedTheme]) -> dict[str, str]:
    known = {key.casefold(): theme for theme in themes for key in (theme.theme_id, theme.name)}
    found: dict[str, str] = {}
    for word in words:
        theme = known.get(word.casefold())
        if theme is None:
            near = _near_themes(word, known)
            raise ConfigError(
                f"{where}: themes: {word!r} is not known. {_nearest(near)}Write a theme's id or whole name."
            )
        found[theme.theme_id] = theme.name
    return found


def _near_themes(word: str, known: Mapping[str, NamedTheme]) -> list[str]:
    """Theme ids that are spelt alike, or whose name holds the word."""
    wanted = word.casefold()
    spelt = difflib.get_close_matches(wanted, known, 5, cutoff=0.5)
    holding = [key for key in known if wanted in key]
    return list(_unique([known[key].theme_id for key in holding + spelt]))[:3]


def _nearest(names: Sequence[str]) -> str:
    return f"Nearest: {', '.join(names[:3])}. " if names else ""


T = TypeVar("T")


def _unique(values: Sequence[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))
