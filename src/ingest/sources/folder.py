"""A folder of files as a source: its listings.csv, as Ofsted announces items, and plain files beside it."""

from __future__ import annotations

import csv
import os
import re
import string
from collections.abc import Iterator
from pathlib import Path

from ingest.errors import ConfigError, because
from ingest.model import Link, Source
from ingest.sources.announcement import Announcement, normal_label, resolve, unique
from ingest.sources.dates import parse_date
from ingest.sources.sidecar import Sidecar, read_sidecar

SOURCE_ID = "folder"
LISTINGS = "listings.csv"
COLUMNS = ("path", "urn", "provider", "gss", "listing_title", "published_on", "url")
SUFFIXES = frozenset({".txt", ".html", ".htm", ".pdf"})
_GSS = re.compile(r"E\d{8}")


def folder_source(directory: Path) -> Source:
    """Return a folder as a source of its own, outside the catalogue.

    Raises:
        ConfigError: it is no readable folder.
    """
    _check(directory)
    return Source(SOURCE_ID, f"Files in {directory}", "", "folder", str(directory))


def list_folder(directory: Path, source_id: str = SOURCE_ID) -> Announcement:
    """Return every row of listings.csv as a Link, then every other readable file, in sorted order.

    A plain file's address is its whole path (file:///...), unless its sidecar gives a better one: two folders
    may hold files of the same name.

    Raises:
        ConfigError: the folder, its listings.csv or a sidecar is missing or unusable.
    """
    root = directory.resolve()
    _check(directory)
    warnings: list[str] = []
    links: list[Link] = []
    listings = root / LISTINGS
    if listings.is_file():
        links.extend(_listed(root, listings, source_id, warnings))
    named = {link.path for link in links}
    links.extend(
        _plain(path, files, source_id) for path, files in _files(root, warnings) if str(path) not in named
    )
    kept = unique(links)
    if len(kept) < len(links):
        taken = {link.url: link.path for link in kept}
        warnings.extend(
            f"{link.path}: its address {link.url} is already that of {taken[link.url]}; left out"
            for link in links
            if taken[link.url] != link.path
        )
    return Announcement(kept, warnings=tuple(warnings))


def _check(directory: Path) -> None:
    if (shown := _shown(str(directory))) != str(directory):
        raise ConfigError(f"{shown}: its name is not UTF-8; rename it.")
    try:
        with os.scandir(directory):
            return
    except FileNotFoundError as error:
        raise ConfigError(f"{directory}: no such folder; name one that exists.") from error
    except NotADirectoryError as error:
        raise ConfigError(f"{directory}: not a folder; name the folder that holds the files.") from error
    except OSError as error:
        raise ConfigError(f"{directory}: cannot be read: {error.strerror}; check its permissions.") from error


def _listed(root: Path, listings: Path, source_id: str, warnings: list[str]) -> Iterator[Link]:
    try:
        with listings.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise ConfigError(
                    f"{listings}: column {', '.join(missing)} missing; expected {','.join(COLUMNS)}."
                )
            for row in reader:
                link = _row(root, f"{listings}, line {reader.line_num}", row, source_id, warnings)
                if link:
                    yield link
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(
            f"{listings}: cannot be read: {because(error)}; save it as CSV in UTF-8."
        ) from error


def _row(root: Path, where: str, row: dict[str, str], source_id: str, warnings: list[str]) -> Link | None:
    row = {name: row[name].strip() for name in COLUMNS}
    path = Path(os.path.normpath(root / row["path"]))
    if not path.is_relative_to(root) or not path.is_file():
        warnings.append(f"{where}: no file {row['path']!r} in the folder; left out")
        return None
    published_on = parse_date(row["published_on"])
    if row["published_on"] and published_on is None:
        warnings.append(f"{where}: unreadable date {row['published_on']!r}; taken as unknown")
    gss = row["gss"] or None
    if gss and not _GSS.fullmatch(gss):
        warnings.append(f"{where}: {gss!r} is not a GSS code (E and eight digits); taken as unknown")
        gss = None
    url = resolve("", row["url"])
    if row["url"] and not url:
        warnings.append(f"{where}: {row['url']!r} is not a web address; the file's path is used")
    label = normal_label(row["listing_title"])
    provider = string.capwords(row["provider"]) if row["provider"].islower() else row["provider"]
    return Link(
        source_id=source_id,
        url=url or path.as_uri(),
        title=": ".join(part for part in (provider, label) if part),
        published_on=published_on,
        label=label,
        publisher="Ofsted",
        gss=gss,
        urn=row["urn"] or None,
        path=str(path),
    )


def _files(root: Path, warnings: list[str]) -> Iterator[tuple[Path, frozenset[str]]]:
    """Yield readable files with the names of all files beside them."""

    def unreadable(error: OSError) -> None:
        warnings.append(f"{error.filename}: cannot be read: {error.strerror}; left out")

    def is_usable(folder: str, name: str) -> bool:
        if not name.isascii() and (shown := _shown(name)) != name:
            warnings.append(f"{Path(folder, shown)}: its name is not UTF-8; left out; rename it")
            return False
        return not name.startswith(".")

    for folder, subfolders, names in os.walk(root, onerror=unreadable):
        subfolders[:] = sorted(name for name in subfolders if is_usable(folder, name))
        beside = frozenset(names)
        for name in sorted(names):
            if Path(name).suffix.lower() in SUFFIXES and is_usable(folder, name):
                yield Path(folder, name), beside


def _shown(name: str) -> str:
    """Return the name of a file in letters that can be stored and printed, whatever its bytes are."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _plain(path: Path, beside: frozenset[str], source_id: str) -> Link:
    sidecar = next((name for name in (f"{path.name}.toml", f"{path.stem}.toml") if name in beside), None)
    said = read_sidecar(path.with_name(sidecar)) if sidecar else Sidecar()
    return Link(
        source_id=said.source or source_id,
        url=said.url or path.as_uri(),
        title=said.title,
        published_on=said.published_on,
        publisher=said.publisher,
        kind=said.kind,
        gss=said.gss,
        path=str(path),
    )
