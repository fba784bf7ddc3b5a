"""What several commands take or need: the warehouse option, the settings with it, the sources, who is typing."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.errors import ConfigError

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


def settings_of(warehouse: str | None) -> Settings:
    """Return the settings, with the warehouse that was named; raise ConfigError where they are unusable."""
    from ingest.settings import load_settings

    return load_settings(**({"warehouse": warehouse} if warehouse else {}))


def known_sources(settings: Settings) -> tuple[Source, ...]:
    """Return all sources, those of the sample too: a source says where on its pages the article stands."""
    from ingest.sample import sources_path
    from ingest.sources import load_catalogue

    known = load_catalogue(sources_path())
    return (*load_catalogue(settings.sources_file), *known) if settings.sources_file.exists() else known


def login() -> str:
    """Return the name of the person at the keyboard; raise ConfigError where the machine knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise ConfigError("who corrects is unknown here: say --by NAME.") from error
