"""NAME.toml beside a local file: what is known of it that its own text does not say."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from ingest.model import DocumentKind
from ingest.sources.dates import parse_date
from ingest.sources.toml_file import Gss, fault, read_toml


def _to_date(value: object) -> object:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        day = parse_date(value)
        if day is None:
            raise ValueError("no date; write it as 2018-06-08")
        return day
    return value


class Sidecar(BaseModel):
    """The keys that a sidecar may give, all optional."""

    model_config = ConfigDict(extra="forbid", strict=True)

    url: str | None = None
    source: str | None = None
    publisher: str = ""
    published_on: Annotated[date | None, BeforeValidator(_to_date)] = None
    title: str = ""
    gss: Gss | None = None
    kind: DocumentKind | None = None


def read_sidecar(path: Path) -> Sidecar:
    """Return what the sidecar at `path` says.

    Raises:
        ConfigError: it is not TOML or a key is unusable: loading its file without it would be a guess.
    """
    try:
        return Sidecar.model_validate(read_toml(path))
    except ValidationError as error:
        raise fault(str(path), error, list(Sidecar.model_fields)) from error
