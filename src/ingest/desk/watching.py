"""Edits watches.toml for a user, and never leaves it unreadable: what is written was read back before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ingest.alerts import FEEDS, Watch, parse_watches
from ingest.alerts.eml import write
from ingest.alerts.watchfile import with_paused, with_watch, without_watch
from ingest.errors import ConfigError, because
from ingest.reference.authorities import load as load_gazetteer
from ingest.reference.themes import load_themes


def read_all(path: Path) -> tuple[Watch, ...]:
    """Return the user's watches.

    Raises:
        ConfigError: the file is unusable.
    """
    return _parsed(_text(path), path)


def draft(path: Path, watch: Mapping[str, Any]) -> tuple[Watch, str]:
    """Return the watch as it would be understood, and the text of the file with it; nothing is written.

    Raises:
        ConfigError: the watch is unusable, or its name is taken.
    """
    text = with_watch(_text(path), watch)
    return _parsed(text, path)[-1], text


def find(path: Path, name: str) -> Watch:
    """Return the watch of this name.

    Raises:
        ConfigError: there is none.
    """
    watches = read_all(path)
    for watch in watches:
        if watch.name.casefold() == name.casefold():
            return watch
    there = ", ".join(repr(watch.name) for watch in watches) or "none"
    raise ConfigError(f"{path}: no watch {name!r}; there are: {there}.")


def pause(path: Path, name: str, *, paused: bool) -> None:
    """Pause a watch, or go on with it.

    Raises:
        ConfigError: there is none of this name.
    """
    _edit(path, lambda text: with_paused(text, name, paused=paused))


def remove(path: Path, name: str) -> None:
    """Take a watch out of the file.

    Raises:
        ConfigError: there is none of this name.
    """
    _edit(path, lambda text: without_watch(text, name))


def save(path: Path, text: str) -> None:
    """Write the file, whole or not at all.

    Raises:
        ConfigError: it cannot be written, or would not be readable.
    """
    _parsed(text, path)
    try:
        write(path.resolve(), text.encode())  # A link stays one.
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written ({error.strerror}). Mend its permissions.") from error


def _edit(path: Path, change: Callable[[str], str]) -> None:
    text = _text(path)
    _parsed(text, path)
    save(path, change(text))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path}: cannot be read ({because(error)}). Mend it, or set INGEST_WATCHES_FILE."
        ) from error


def _parsed(text: str, path: Path) -> tuple[Watch, ...]:
    found = parse_watches(text, path, load_gazetteer(), load_themes())
    return tuple(watch for watch in found if watch.name != FEEDS)
