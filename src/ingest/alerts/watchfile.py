"""Edits the text of watches.toml: adds, pauses and removes a watch; every comment and blank line stays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import tomlkit

from ingest.errors import ConfigError

_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*watch[ \t]*\]\]")
_ANY_HEADER = re.compile(r"^[ \t]*\[")


def with_watch(text: str, watch: Mapping[str, Any]) -> str:
    """Add a watch at the end."""
    made = tomlkit.table()
    for key, value in watch.items():
        made.add(key, value)
    several = tomlkit.aot()
    several.append(made)
    added = tomlkit.dumps({"watch": several})
    return f"{text.rstrip()}\n\n{added}" if text.strip() else added


def with_paused(text: str, name: str, *, paused: bool) -> str:
    """Set or take away `paused` of a watch.

    Raises:
        ConfigError: there is none of this name.
    """
    document = tomlkit.parse(text)
    watch = document["watch"][position(text, name)]
    if paused:
        watch["paused"] = True
    elif "paused" in watch:
        watch.remove("paused")
    return tomlkit.dumps(document)


def without_watch(text: str, name: str) -> str:
    """Take a watch away, with the comment lines directly above it; others stay.

    Raises:
        ConfigError: there is none of this name, or the file is written in a way that a person must edit.
    """
    number = position(text, name)
    lines = text.splitlines(keepends=True)
    starts = [index for index, line in enumerate(lines) if _HEADER.match(line)]
    before = tomlkit.parse(text).unwrap()
    if len(starts) == len(before["watch"]):
        begin = _with_comment(lines, starts[number])
        after = [index for index in range(starts[number] + 1, len(lines)) if _ANY_HEADER.match(lines[index])]
        end = after[0] if after else len(lines)
        while not lines[end - 1].strip() or _is_comment(lines[end - 1]):
            end -= 1
        while end < len(lines) and not lines[end].strip():  # those before it part what is left
            end += 1
        kept = "".join(lines[:begin] + lines[end:])
        left = [watch for index, watch in enumerate(before["watch"]) if index != number]
        if tomlkit.parse(kept).unwrap() == {**before, "watch": left} or (
            not left and "watch" not in tomlkit.parse(kept)
        ):
            return kept.rstrip() + "\n" if kept.strip() else ""
    raise ConfigError(f"watch {name!r} could not be taken out safely: remove its lines by hand.")


def position(text: str, name: str) -> int:
    """Which of the watches has this name, in any case.

    Raises:
        ConfigError: none has; names those that there are.
    """
    names = [str(watch.get("name", "")) for watch in tomlkit.parse(text).unwrap().get("watch", [])]
    for number, known in enumerate(names):
        if known.casefold() == name.casefold():
            return number
    there = ", ".join(repr(known) for known in names) or "none"
    raise ConfigError(f"no watch {name!r}; there are: {there}.")


def _with_comment(lines: list[str], header: int) -> int:
    """The first of the comment lines that stand directly above a header."""
    while header and _is_comment(lines[header - 1]):
        header -= 1
    return header


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")
