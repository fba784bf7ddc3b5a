"""A DuckLake's files in object storage that speaks S3: what DuckDB needs to reach them.

Address and credentials are those of the environment, by the names that AWS's own tools give them.
"""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

import duckdb

from ingest.errors import ConfigError, WarehouseError
from ingest.load.lake_parts import load_extensions, quoted
from ingest.place import OBJECTS

_KEY, _SECRET = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
# The first that is set counts.
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
_UNREACHABLE = re.compile(rf"Data path ({OBJECTS}\S+) requires the extension httpfs")


def reach_files(connection: duckdb.DuckDBPyConnection, files: str) -> None:
    """Let DuckDB read and write under an address of object storage; a folder needs nothing.

    Raises:
        ConfigError: the environment holds no credentials, or a package is not installed.
        WarehouseError: the storage does not answer, or refuses.
    """
    if not files.startswith(OBJECTS):
        return
    load_extensions(connection, "httpfs")
    facts = ", ".join(f"{name} {value}" for name, value in _facts(files).items())
    connection.execute(f"CREATE OR REPLACE SECRET lake_files (TYPE s3, SCOPE {quoted(files)}, {facts})")
    try:
        connection.execute("FROM glob(?)", [files.rstrip("/") + "/.asked*"])
    except duckdb.Error as error:
        said = "; ".join(line for line in str(error).splitlines()[:3] if line)
        raise WarehouseError(
            f"{files}: the object storage cannot be reached ({said}); see that the bucket is there, and that "
            f"{_KEY}, {_SECRET}, {_REGIONS[0]} and, where it is not Amazon's, {_ENDPOINTS[1]} are right"
        ) from error


def files_to_reach(error: duckdb.Error) -> str:
    """Return the address of the files that stood against opening a lake; empty where it was something else."""
    found = _UNREACHABLE.search(str(error))
    return found[1] if found else ""


def _facts(files: str) -> dict[str, str]:
    """Return what DuckDB's secret says, in the words of SQL."""
    key, secret = os.environ.get(_KEY), os.environ.get(_SECRET)
    if not key or not secret:
        raise ConfigError(f"{files}: set {_KEY} and {_SECRET} in the environment to reach the object storage")
    facts = {"KEY_ID": quoted(key), "SECRET": quoted(secret)}
    if token := os.environ.get("AWS_SESSION_TOKEN"):
        facts["SESSION_TOKEN"] = quoted(token)
    for name in reversed(_REGIONS):
        if region := os.environ.get(name):
            facts["REGION"] = quoted(region)
    for name in reversed(_ENDPOINTS):
        if endpoint := os.environ.get(name):
            facts |= _endpoint(name, endpoint)
    return facts


def _endpoint(name: str, said: str) -> dict[str, str]:
    address = urlsplit(said)
    if address.scheme not in ("http", "https") or not address.netloc:
        raise ConfigError(f"{name}={said}: no address of object storage; say https://HOST[:PORT]")
    return {
        "ENDPOINT": quoted(address.netloc + address.path.rstrip("/")),
        "USE_SSL": str(address.scheme == "https").lower(),
        "URL_STYLE": "'path'",  # Others than Amazon have no host of its own for each bucket.
    }
