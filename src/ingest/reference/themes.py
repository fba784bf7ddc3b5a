"""The themes that findings are filed under: ids, names and definitions."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.errors import ConfigError

THEMES = Path(__file__).parent / "themes.toml"


@dataclass(frozen=True, slots=True)
class Theme:
    """What a finding can be about. The id is what tables and watches use."""

    theme_id: str
    name: str
    definition: str


def read_themes(path: Path = THEMES) -> tuple[Theme, ...]:
    """Read and check the themes in the order of the file; raise ConfigError naming file and fault."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path.name} cannot be read: {error}") from error
    found = []
    for theme_id, entry in data.items():
        if not re.fullmatch(r"[a-z]+(?:_[a-z]+)*", theme_id) or not isinstance(entry, dict):
            raise ConfigError(f"{path.name}: {theme_id!r} is not a table with an id such as early_help")
        values = {key: entry.get(key) for key in ("name", "definition")}
        for key, value in values.items():
            if not isinstance(value, str) or not value.strip():
                raise ConfigError(f"{path.name}: [{theme_id}] needs a {key}")
        found.append(Theme(theme_id, str(values["name"]), str(values["definition"])))
    return tuple(found)


@lru_cache(maxsize=1)
def load_themes() -> tuple[Theme, ...]:
    """Return the themes of the package, read once a process."""
    return read_themes()
