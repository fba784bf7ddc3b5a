"""The SQL files of warehouse/: migrations, views, checks and worked examples.

In an installed wheel they lie inside the package as `ingest/_warehouse`; in a checkout at its root.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from ingest.errors import WarehouseError


@dataclass(frozen=True, slots=True)
class SqlFile:
    """One SQL file: its name without `.sql`, and its text."""

    name: str
    text: str

    @property
    def sha256(self) -> str:
        """Of the text, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def sql_files(folder: str) -> tuple[SqlFile, ...]:
    """Return the files of `warehouse/<folder>`, in the order of their names.

    Raises:
        WarehouseError: the folder is missing, so the installation is broken.
    """
    place = _root() / folder
    if not place.is_dir():
        raise WarehouseError(
            f"{place}: the SQL files of the warehouse are missing; install the package again"
        )
    found = [entry for entry in place.iterdir() if entry.name.endswith(".sql")]
    return tuple(
        SqlFile(entry.name.removesuffix(".sql"), entry.read_text(encoding="utf-8"))
        for entry in sorted(found, key=lambda entry: entry.name)
    )


def worked_queries() -> tuple[SqlFile, ...]:
    """Return the worked examples, each with its question in the first line."""
    return sql_files("queries")


def _root() -> Traversable:
    packaged = files("ingest") / "_warehouse"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "warehouse"
