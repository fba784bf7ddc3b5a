"""What opening a DuckLake and locking its catalogue share: extensions, quoting, errors in words that help."""

from __future__ import annotations

import duckdb
import duckdb_extensions

from ingest.errors import ConfigError, WarehouseError
from ingest.place import Lake, masked

_EXTRA = {"ducklake": "ducklake", "postgres_scanner": "ducklake", "httpfs": "ducklake,s3"}
"""Which extras of this package bring an extension."""


def load_extensions(connection: duckdb.DuckDBPyConnection, *names: str) -> None:
    """Load extensions of DuckDB that come as packages: nothing is downloaded.

    Raises:
        ConfigError: the packages are not installed.
    """
    for name in names:
        try:
            duckdb_extensions.import_extension(name, con=connection)
        except ModuleNotFoundError as error:
            raise ConfigError(
                f"a DuckLake needs more packages, and DuckDB's {name} is missing: pip install 'ingest[{_EXTRA[name]}]'"
            ) from error
        connection.execute(f"LOAD {name}")


def quoted(text: str) -> str:
    """Return a text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def opening_error(place: Lake, error: duckdb.Error) -> ConfigError | WarehouseError:
    """Return what to tell the user of an error in opening; no password is in it."""
    first = masked(str(error).splitlines()[0])
    said = first.rpartition('": ')[2]
    if "data_path is not set" in first:
        return ConfigError(
            f"{place}: there is no DuckLake yet; name the folder of its files, or s3://BUCKET/NAME, with "
            "INGEST_LAKE_FILES, and it is made"
        )
    if "explicitly disabled" in first:
        return WarehouseError(f"{place}: there is no warehouse yet; make one with `ingest run`")
    if "does not match existing data path" in first:
        return ConfigError(f"{place}: INGEST_LAKE_FILES is not where this lake has its files: {said}")
    if "Unable to connect" in first:
        return WarehouseError(
            f"{place}: PostgreSQL cannot be reached ({said}); see that it runs, that the database is there "
            "(createdb NAME), and that host and user are right"
        )
    return WarehouseError(f"{place}: the lake cannot be opened ({said})")
