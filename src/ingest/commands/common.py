"""What several commands take or need: the warehouse option, the settings with it, the sources, who types what."""

from __future__ import annotations

import getpass
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.errors import ConfigError
from ingest.place import masked

if TYPE_CHECKING:
    from ingest.model import Source
    from ingest.settings import Settings

WarehouseOption = Annotated[
    str | None,
    typer.Option(
        help="The warehouse file, or ducklake:postgres:...; default <data_dir>/warehouse.duckdb.",
        show_default=False,
    ),
]


def day_option(help_text: str) -> Any:
    """Return an option that takes a day, and whose error says how a day is written."""
    return typer.Option(parser=_day, metavar="YYYY-MM-DD", help=help_text, show_default=False)


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words.strip())
    except ValueError as error:
        raise typer.BadParameter(f"{words!r} is no day: write it like 2020-06-30.") from error


def settings_of(warehouse: str | None) -> Settings:
    """Return the settings, with the warehouse that was named; raise ConfigError where they are unusable."""
    from ingest.settings import load_settings

    return load_settings(**({"warehouse": warehouse} if warehouse else {}))


def read_text(file: Path) -> str:
    """Return what a file says; raise ConfigError where it cannot be read or is not UTF-8."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}; name a file that exists.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: not UTF-8 at byte {error.start}; save it as UTF-8.") from error


def known_sources(settings: Settings) -> tuple[Source, ...]:
    """Return all sources, those of the sample too: a source says where on its pages the article stands."""
    from ingest.sample import sources_path
    from ingest.sources import load_catalogue

    known = load_catalogue(sources_path())
    return (*load_catalogue(settings.sources_file), *known) if settings.sources_file.exists() else known


def typed() -> str:
    """Return the command as it was typed, to be stored with the run: readers see it, but no password."""
    return masked(" ".join(["ingest", *sys.argv[1:]]))


def login() -> str:
    """Return the name of the person at the keyboard; raise ConfigError where the machine knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise ConfigError("who corrects is unknown here: say --by NAME.") from error
