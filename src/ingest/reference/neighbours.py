"""Statistical neighbours: the ten authorities most like each in what bears on children's services.

Facts: Department for Education, children's services statistical neighbour model of 2021, as the Local Authority
Interactive Tool lists them (Open Government Licence 3.0). The ten are not ranked here. Cumberland and
Westmorland and Furness, made in 2023, have none; Cumbria, which they took the place of, keeps its own.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ingest.errors import ConfigError
from ingest.reference.authorities import csv_rows, load

NEIGHBOURS = Path(__file__).parent / "statistical_neighbours.csv"


def read_neighbours(path: Path = NEIGHBOURS) -> dict[str, tuple[str, ...]]:
    """Return GSS code -> GSS codes of its neighbours; raise ConfigError naming file and line."""
    known = {authority.gss for authority in load().all}
    found: dict[str, tuple[str, ...]] = {}
    for line, row in csv_rows(path, ("gss", "neighbours")):
        gss, neighbours = row["gss"], tuple(row["neighbours"].split())
        unknown = {gss, *neighbours} - known
        if unknown or gss in neighbours or gss in found or len(set(neighbours)) != len(neighbours):
            raise ConfigError(f"{path.name} line {line}: unknown, repeated or its own: {row}")
        found[gss] = neighbours
    return found


@lru_cache(maxsize=1)
def load_neighbours() -> dict[str, tuple[str, ...]]:
    """Return the neighbours of the package, read once a process."""
    return read_neighbours()
