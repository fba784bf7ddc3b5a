"""TOML files of the user's: read, and their faults said in one line with file, place, key and remedy."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, ValidationError

from ingest.errors import ConfigError

_GSS = re.compile(r"E\d{8}")


def _as_gss(value: str) -> str:
    if not _GSS.fullmatch(value):
        raise ValueError("no code of an authority; write it as E08000035")
    return value


Gss = Annotated[str, AfterValidator(_as_gss)]
"""The nine characters of an English authority; whether it exists is the reference's business."""


def read_toml(path: Path) -> dict[str, Any]:
    """Return the file's tables.

    Raises:
        ConfigError: it is missing, unreadable, not UTF-8 or not TOML (with the line).
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}. Mend that line and run again.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text; save it as UTF-8 and run again.") from error
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such file; create it or name another.") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}.") from error


def fault(where: str, error: ValidationError, known_keys: list[str]) -> ConfigError:
    """Return the first fault that pydantic found, as one line that begins with `where` (file and entry)."""
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    match first["type"]:
        case "extra_forbidden":
            text = f"unknown key {key!r}; known keys: {', '.join(known_keys)}"
        case "missing":
            text = f"key {key!r} is missing; add it"
        case "literal_error":
            text = f"{key} = {first['input']!r} is not known; use one of {first['ctx']['expected']}"
        case _:
            text = f"{key} = {first['input']!r}: {first['msg'].removeprefix('Value error, ')}"
    return ConfigError(f"{where}: {text}.")
