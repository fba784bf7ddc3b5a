"""Which authorities a watch means: named ones, regions, statistical neighbours, groups of one's own.

Statistical neighbours are those of `reference`, unless watches.toml names a CSV file of the user's own with a row
`authority,neighbour` for each pair.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from ingest.alerts.entry import Entry
from ingest.errors import ConfigError, because
from ingest.reference import load_neighbours

_COLUMNS = ("authority", "neighbour")


class NamedAuthority(Protocol):
    """What a watch needs of an authority."""

    @property
    def gss(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def region(self) -> str: ...  # noqa: D102
    @property
    def is_current(self) -> bool: ...  # noqa: D102


class Lookup(Protocol):
    """What a watch needs of the gazetteer."""

    @property
    def all(self) -> Sequence[NamedAuthority]: ...  # noqa: D102
    def by_gss(self, code: str, /) -> NamedAuthority | None: ...  # noqa: D102
    def by_name(self, name: str, /) -> NamedAuthority | None: ...  # noqa: D102
    def nearest(self, name: str, /) -> Sequence[str]: ...  # noqa: D102


class Places:
    """Resolves the places of the watches of one file."""

    def __init__(
        self, gazetteer: Lookup, groups: Mapping[str, Sequence[str]], neighbours: Path | None, where: str
    ) -> None:
        """Take the user's groups and the file of neighbours; `where` names watches.toml in messages.

        Raises:
            ConfigError: a group names an unknown authority, or the file of neighbours is unusable.
        """
        self._gazetteer = gazetteer
        self._groups = {
            name.casefold(): (name, [self._one(word, f"{where}: group {name!r}") for word in words])
            for name, words in groups.items()
        }
        self._neighbours = self._read(neighbours) if neighbours else self._usual()

    def watched(self, entry: Entry, where: str) -> tuple[dict[str, str] | None, dict[str, tuple[str, ...]]]:
        """Return GSS codes with names (None for all), and for what is not named itself the reasons.

        Raises:
            ConfigError: a name is not known; the message names the nearest.
        """
        if any(word.casefold() == "all" for word in entry.authorities):
            return None, {}
        names: dict[str, str] = {}
        why: defaultdict[str, list[str]] = defaultdict(list)

        def add(found: NamedAuthority, reason: str) -> None:
            names[found.gss] = found.name
            why[found.gss].append(reason)

        for word in entry.authorities:
            found = self._one(word, f"{where}: authorities")
            add(found, f"you watch {found.name}")
        for word in entry.regions:
            region, members = self._region(word, where)
            for found in members:
                add(found, f"{found.name} is in {region}")
        for word in entry.neighbours_of:
            centre = self._one(word, f"{where}: neighbours_of")
            for found in self._alike(centre, where):
                add(found, f"{found.name} is a statistical neighbour of {centre.name}")
        for word in entry.groups:
            group, members = self._group(word, where)
            for found in members:
                add(found, f"{found.name} is in your group “{group}”")
        return names, {gss: tuple(dict.fromkeys(reasons)) for gss, reasons in why.items()}

    def _one(self, word: str, where: str) -> NamedAuthority:
        found = self._gazetteer.by_gss(word.upper()) or self._gazetteer.by_name(word)
        if found is None:
            raise ConfigError(
                f"{where}: {word!r} is not known. {nearest(self._gazetteer.nearest(word))}"
                'Write a name, a GSS code like "E08000025", or "all".'
            )
        return found

    def _region(self, word: str, where: str) -> tuple[str, list[NamedAuthority]]:
        regions = sorted({a.region for a in self._gazetteer.all if a.region})
        wanted = _plain(word)
        for region in regions:
            if _plain(region) == wanted:
                return region, [a for a in self._gazetteer.all if a.region == region and a.is_current]
        raise ConfigError(f"{where}: regions: {word!r} is not known. Known: {', '.join(regions)}.")

    def _group(self, word: str, where: str) -> tuple[str, list[NamedAuthority]]:
        if word.casefold() not in self._groups:
            known = ", ".join(name for name, _ in self._groups.values()) or "none yet"
            raise ConfigError(
                f"{where}: groups: {word!r} is not known (there are: {known}). Under [groups], add a line "
                f'"{word}" = ["Birmingham", "Leeds"].'
            )
        return self._groups[word.casefold()]

    def _alike(self, centre: NamedAuthority, where: str) -> Sequence[NamedAuthority]:
        if not self._neighbours.get(centre.gss):
            raise ConfigError(
                f"{where}: neighbours_of: no neighbours are known of {centre.name}. Put them into a CSV file with the "
                'columns authority,neighbour and name it in a first line: neighbours_file = "neighbours.csv".'
            )
        return self._neighbours[centre.gss]

    def _usual(self) -> dict[str, list[NamedAuthority]]:
        found = {
            gss: [self._gazetteer.by_gss(other) for other in others]
            for gss, others in load_neighbours().items()
        }
        return {gss: [other for other in others if other] for gss, others in found.items()}

    def _read(self, path: Path) -> dict[str, list[NamedAuthority]]:
        found: defaultdict[str, list[NamedAuthority]] = defaultdict(list)
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = csv.DictReader(file)
                missing = [column for column in _COLUMNS if column not in (rows.fieldnames or ())]
                if missing:
                    raise ConfigError(
                        f"{path}: no column {missing[0]!r}. Its first line is authority,neighbour."
                    )
                for number, row in enumerate(rows, start=2):
                    centre, other = (
                        self._one((row[column] or "").strip(), f"{path} line {number}") for column in _COLUMNS
                    )
                    found[centre.gss].append(other)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise ConfigError(
                f"{path}: the file of neighbours cannot be read ({because(error)}). Mend neighbours_file in "
                "watches.toml."
            ) from error
        return dict(found)


def nearest(names: Sequence[str]) -> str:
    """Say "Nearest: Birmingham, Bradford. ", or nothing."""
    return f"Nearest: {', '.join(names[:3])}. " if names else ""


def _plain(region: str) -> str:
    return " ".join(region.casefold().removeprefix("the ").replace("&", "and").split())
