"""The user's catalogue of sources: sources.toml -> Source records, checked before anything is fetched."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.errors import ConfigError
from ingest.model import DocumentKind, Source, SourceKind
from ingest.sources.options import option_fault
from ingest.sources.platforms import default_options
from ingest.sources.toml_file import Gss, fault, read_toml

_Words = Annotated[str, Field(min_length=1)]


class _Entry(BaseModel):
    """One [[source]] table as it is written."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    name: _Words
    publisher: _Words
    kind: SourceKind
    url: _Words
    document_kind: DocumentKind = "other"
    gss: Gss | None = None
    licence: str = ""
    recheck_days: Annotated[int, Field(ge=1)] = 14
    options: dict[str, str] = Field(default_factory=dict)
    expected_min: Annotated[int | None, Field(ge=0)] = None
    expected_max: Annotated[int | None, Field(ge=1)] = None
    cadence_hours: Annotated[float | None, Field(gt=0)] = None
    platform: Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9_-]*)?$")] = ""
    layout: Literal["verified", "unverified"] = "unverified"
    verified_on: date | None = None
    contact: str = ""


def load_catalogue(path: Path) -> tuple[Source, ...]:
    """Return the sources of the file in its order.

    Raises:
        ConfigError: the file is missing or malformed, or an entry is unusable; names file, entry and key.
    """
    return read_sources(path, read_toml(path))


def read_sources(path: Path, tables: dict[str, Any]) -> tuple[Source, ...]:
    """Return the sources of tables that stand in the file, or will.

    Raises:
        ConfigError: as `load_catalogue`.
    """
    for key in tables:
        if key != "source":
            raise ConfigError(f"{path}: unknown key {key!r}; the file holds [[source]] tables only.")
    entries = tables.get("source", [])
    if not isinstance(entries, list) or not entries:
        raise ConfigError(f"{path}: holds no source; add one as a [[source]] table (two brackets).")
    sources: dict[str, Source] = {}
    for number, entry in enumerate(entries, start=1):
        source = _read_entry(path, number, entry)
        if source.source_id in sources:
            raise ConfigError(
                f"{path}: source {source.source_id!r} (entry {number}): its id is taken by an earlier entry; "
                "choose another."
            )
        sources[source.source_id] = source
    return tuple(sources.values())


def select(sources: Sequence[Source], ids: Sequence[str]) -> tuple[Source, ...]:
    """Return the sources named by `ids`, in the order of the catalogue; all of them where none is named.

    Raises:
        ConfigError: an id is not in the catalogue; names the nearest.
    """
    known = [source.source_id for source in sources]
    for source_id in ids:
        if source_id not in known:
            near = difflib.get_close_matches(source_id, known, n=3, cutoff=0.4) or known
            raise ConfigError(f"source {source_id!r} is not in the catalogue; nearest: {', '.join(near)}.")
    return tuple(source for source in sources if not ids or source.source_id in ids)


def _read_entry(path: Path, number: int, entry: object) -> Source:
    named = entry.get("id") if isinstance(entry, dict) else None
    where = f"{path}: source {named!r} (entry {number})" if named else f"{path}: source entry {number}"
    try:
        read = _Entry.model_validate(entry)
    except ValidationError as error:
        raise fault(where, error, list(_Entry.model_fields)) from error
    _check_url(where, read)
    if (
        read.expected_min is not None
        and read.expected_max is not None
        and read.expected_max < read.expected_min
    ):
        raise ConfigError(
            f"{where}: expected_max = {read.expected_max} is less than expected_min = {read.expected_min}."
        )
    options = {
        name: value
        for name, value in (default_options(read.platform, read.kind) | read.options).items()
        if value
    }
    if wrong := option_fault(read.kind, options):
        raise ConfigError(f"{where}: {wrong}")
    return Source(source_id=read.id, options=options, **read.model_dump(exclude={"id", "options"}))


def _check_url(where: str, entry: _Entry) -> None:
    if entry.kind == "folder":
        return
    try:
        parts = urlsplit(entry.url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise ConfigError(
            f"{where}: url = {entry.url!r} is not an address that starts with http:// or https://."
        )
