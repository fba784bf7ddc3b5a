"""Where a warehouse is: a DuckDB file, or a DuckLake with its catalogue in PostgreSQL."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from ingest.errors import ConfigError, WarehouseError

OBJECTS = "s3://"
"""How the address of files in object storage begins."""
_LAKE = "ducklake:"
_POSTGRES = "postgres:"
_PASSWORD = re.compile(
    r"""
    (password\s*=\s*) (?: '(?:[^'\\]|\\.)* (?:'|\Z) | (?:\\.|\S)+ )  # as a word of libpq
    | (://[^:/\s]*:) \S+ (?=@)  # in an address; a password may hold an @ itself
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """How object storage is reached; empty where it is not known."""

    key: str = ""
    secret: str = ""
    token: str = ""
    region: str = ""
    endpoint: str = ""
    """Its web address, where it is not Amazon's."""


@dataclass(frozen=True, slots=True)
class Lake:
    """A DuckLake: tables that several machines write at once."""

    catalogue: str = field(repr=False)
    """How PostgreSQL is reached, in libpq's words: `dbname=... host=...`, or `postgresql://...`."""
    files: str
    """The folder of the Parquet files, as all machines see it, or s3://BUCKET/NAME; empty where the lake exists and
    knows it."""
    scratch: Path
    """A folder of this machine for what can be made anew."""
    objects: ObjectStore = field(default=ObjectStore(), repr=False)
    """Where its files are in object storage."""

    def __str__(self) -> str:
        """As it is set, without a password."""
        return f"{_LAKE}{_POSTGRES}{masked(self.catalogue)}"


Place: TypeAlias = Path | Lake


def masked(text: str) -> str:
    """Return a text without the passwords of the addresses in it."""
    return _PASSWORD.sub(r"\1\2***", text)


def place_of(text: str, *, lake_files: Path | str | None, data_dir: Path, objects: ObjectStore) -> Place:
    """Return the place that is meant by the path of a file or by `ducklake:postgres:...`.

    What this machine keeps of a lake lies in `data_dir`, apart for each catalogue; another password is not another one.

    Raises:
        ConfigError: a DuckLake with another catalogue, or with files in another kind of storage.
    """
    if not text.startswith(_LAKE):
        return Path(text)
    catalogue = text.removeprefix(_LAKE)
    if not catalogue.startswith(_POSTGRES):
        raise ConfigError(
            f"{masked(text)}: a DuckLake here keeps its catalogue in PostgreSQL (others lock up when two write): "
            f"say {_LAKE}{_POSTGRES}dbname=NAME host=HOST"
        )
    catalogue = catalogue.removeprefix(_POSTGRES)
    mark = sha256(masked(catalogue).encode()).hexdigest()[:8]
    return Lake(catalogue, _files(str(lake_files or "")), data_dir / f"lake-{mark}.fingerprints", objects)


def _files(said: str) -> str:
    if said.startswith(OBJECTS):
        return said.rstrip("/") + "/"
    if "://" in said:
        raise ConfigError(f"{said}: a DuckLake's files lie in a folder or under {OBJECTS}BUCKET/NAME")
    return str(Path(said).resolve()) if said else ""


def must_be_there(place: Place) -> None:
    """See that a warehouse in a file is there, before what only changes one would make an empty one.

    Raises:
        WarehouseError: it is not.
    """
    if isinstance(place, Path) and not place.exists():
        raise WarehouseError(f"{place}: there is no warehouse yet; make one with `ingest run`")
