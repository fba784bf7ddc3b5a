"""The software behind newsrooms: what its pages have in common, and how it is recognised (platforms.toml)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.errors import ConfigError
from ingest.model import SourceKind
from ingest.sources.options import OPTIONS, option_fault
from ingest.sources.toml_file import read_toml

FILE = Path(__file__).with_name("platforms.toml")
_HEAD = 400_000
"""Characters of a page in which marks are sought."""


@dataclass(frozen=True, slots=True)
class Platform:
    """One kind of software: the signs of it, and options by kind of source."""

    name: str
    marks: tuple[re.Pattern[str], ...]
    options: dict[SourceKind, dict[str, str]]


@cache
def platforms(path: Path = FILE) -> dict[str, Platform]:
    """Return the platforms by name, the most particular first.

    Raises:
        ConfigError: the file is malformed; names platform and key.
    """
    return {
        name: _platform(f"{path}: platform {name!r}", name, table) for name, table in read_toml(path).items()
    }


def default_options(platform: str, kind: SourceKind) -> dict[str, str]:
    """Return the options that sources of this kind have on a platform; none where it is not a known one."""
    known = platforms().get(platform)
    return dict(known.options.get(kind, {})) if known else {}


def recognise(markup: str) -> str:
    """Return the platform with the most of its marks in the page, the most particular first; "" where none has any."""
    head = markup[:_HEAD]
    counts = {
        name: sum(bool(mark.search(head)) for mark in platform.marks)
        for name, platform in platforms().items()
    }
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] >= 1 else ""


def _platform(where: str, name: str, table: object) -> Platform:
    if not isinstance(table, dict):
        raise ConfigError(f"{where} is not a table; write [{name}] above its keys.")
    options: dict[SourceKind, dict[str, str]] = {}
    for kind in OPTIONS:
        if kind in table:
            options[kind] = table[kind]
            if fault := option_fault(kind, table[kind]):
                raise ConfigError(f"{where}, kind {kind!r}: {fault}")
    for key in table:
        if key != "marks" and key not in OPTIONS:
            raise ConfigError(f"{where}: unknown key {key!r}; known keys: marks, {', '.join(OPTIONS)}.")
    try:
        marks = tuple(re.compile(mark) for mark in table.get("marks", ()))
    except re.error as error:
        raise ConfigError(f"{where}: a mark is not a regular expression: {error}.") from error
    return Platform(name, marks, options)
