"""The user's own names: what else an authority is called, and what only looks like one. No Python needed.

They come from a CSV file (`aliases_file`: columns name, authority) and from keys of ingest.toml
(`aliases`, `not_authorities`). A row without an authority is a name that means none.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ingest.errors import ConfigError, because
from ingest.reference.authorities import Gazetteer, OwnName, packaged, plain

_SHORTEST = 3
_NONE = ("", "none", "-")


def own_names(
    file: Path | None, aliases: Mapping[str, str], not_authorities: Iterable[str]
) -> tuple[OwnName, ...]:
    """Read and check the user's names against the gazetteer of the package.

    Raises:
        ConfigError: names file and line, or key, the name and the remedy.
    """
    known = packaged()
    given = [(f"ingest.toml aliases {name!r}", name, value) for name, value in aliases.items()]
    given += [(f"ingest.toml not_authorities {name!r}", name, "") for name in not_authorities]
    given += list(_rows(file)) if file else []
    found: dict[str, OwnName] = {}
    for where, name, value in given:
        own = _checked(where, " ".join(name.split()), value.strip(), known)
        other = found.setdefault(plain(own.name), own)
        if other.gss != own.gss:
            raise ConfigError(f"{where}: {own.name!r} is already given as another; keep one of the two.")
    return tuple(found.values())


def _rows(file: Path) -> Iterator[tuple[str, str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, restval="")
            for column in ("name", "authority"):
                if column not in (reader.fieldnames or ()):
                    raise ConfigError(f"{file}: no column {column!r}; the first line must be: name,authority")
            for row in reader:
                if any((value or "").strip() for key, value in row.items() if key):
                    yield f"{file}, line {reader.line_num}", row["name"], row["authority"]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{file}: cannot be read: {because(error)}; name a CSV file in UTF-8.") from error


def _checked(where: str, name: str, value: str, known: Gazetteer) -> OwnName:
    if len(name) < _SHORTEST or not any(char.isalpha() for char in name):
        raise ConfigError(f"{where}: {name!r} is too short to be told from other words; write it out.")
    spelt = plain(name)
    holder = next((a for a in known.all if spelt in {plain(n) for n in (a.name, *a.aliases)}), None)
    if value.lower() in _NONE:
        if holder and plain(holder.name) == spelt:
            raise ConfigError(
                f"{where}: {name} is the name of an authority; an exception must be longer, as 'X Road'."
            )
        return OwnName(name, "")
    authority = known.by_gss(value) or known.by_name(value)
    if authority is None:
        nearest = known.nearest(value)
        hint = f"did you mean {' or '.join(nearest)}?" if nearest else "write its name or GSS code."
        raise ConfigError(f"{where}: no authority {value!r}; {hint}")
    if holder and holder.gss != authority.gss:
        raise ConfigError(f"{where}: {name!r} already means {holder.name}; it cannot mean {authority.name}.")
    return OwnName(name, authority.gss)
