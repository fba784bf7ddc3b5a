"""A DuckLake's files in object storage that speaks S3: what DuckDB needs to reach them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import duckdb

from ingest.errors import ConfigError, WarehouseError
from ingest.load.lake_parts import load_extensions, quoted
from ingest.place import OBJECTS, ObjectStore

_UNREACHABLE = re.compile(rf"Data path ({OBJECTS}\S+) requires the extension httpfs")


def reach_files(connection: duckdb.DuckDBPyConnection, files: str, objects: ObjectStore) -> None:
    """Let DuckDB read and write under an address of object storage; a folder needs nothing.

    Raises:
        ConfigError: it is not known how to reach the storage, or a package is not installed.
        WarehouseError: the storage does not answer, or refuses.
    """
    if not files.startswith(OBJECTS):
        return
    if not objects.key or not objects.secret:
        raise ConfigError(
            f"{files}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment to reach the object storage"
        )
    load_extensions(connection, "httpfs")
    facts = ", ".join(f"{name} {value}" for name, value in _facts(objects).items())
    connection.execute(f"CREATE OR REPLACE SECRET lake_files (TYPE s3, SCOPE {quoted(files)}, {facts})")
    try:
        connection.execute("FROM glob(?)", [files.rstrip("/") + "/.asked*"])
    except duckdb.Error as error:
        said = "; ".join(line for line in str(error).splitlines()[:3] if line)
        raise WarehouseError(
            f"{files}: the object storage cannot be reached ({said}); see that the bucket is there, and that "
            "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and, where it is not Amazon's, AWS_ENDPOINT_URL are "
            "right"
        ) from error


def files_to_reach(error: duckdb.Error) -> str:
    """Return the address of the files that stood against opening a lake; empty where it was something else."""
    found = _UNREACHABLE.search(str(error))
    return found[1] if found else ""


def _facts(objects: ObjectStore) -> dict[str, str]:
    """Return what DuckDB's secret says, in the words of SQL."""
    given = {"KEY_ID": objects.key, "SECRET": objects.secret, "SESSION_TOKEN": objects.token}
    given["REGION"] = objects.region
    facts = {name: quoted(value) for name, value in given.items() if value}
    if objects.endpoint:
        address = urlsplit(objects.endpoint)
        if address.scheme not in ("http", "https") or not address.netloc:
            raise ConfigError(
                f"AWS_ENDPOINT_URL={objects.endpoint}: no address of object storage; say https://HOST[:PORT]"
            )
        facts["ENDPOINT"] = quoted(address.netloc + address.path.rstrip("/"))
        facts["USE_SSL"] = str(address.scheme == "https").lower()
        facts["URL_STYLE"] = "'path'"  # Others than Amazon have no host of its own for each bucket.
    return facts
