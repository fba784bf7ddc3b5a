"""Where each authority stands on the map of tiles: by region, roughly as on a map. The data is tiles.csv."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.errors import ConfigError

TILES = Path(__file__).parent / "tiles.csv"
STACKS = (
    ("West", ("North West", "West Midlands", "South West")),
    ("Middle", ("North East", "Yorkshire and the Humber", "East Midlands", "South East")),
    ("East", ("East of England", "London")),
)
"""The map's columns of regions, each from north to south."""


@dataclass(frozen=True, slots=True)
class Tile:
    """The place of one authority within its region, counted from 1 at the top left, and its short name."""

    gss: str
    row: int
    column: int
    short: str


@lru_cache(maxsize=1)
def tiles() -> dict[str, Tile]:
    """Return the tiles by code.

    Raises:
        ConfigError: the package's file is damaged; names the line.
    """
    found: dict[str, Tile] = {}
    with TILES.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            try:
                tile = Tile(row["gss"], int(row["row"]), int(row["column"]), row["short"])
            except (KeyError, ValueError) as error:
                raise ConfigError(f"{TILES.name} line {line}: {error}; install the package again") from error
            found[tile.gss] = tile
    return found
