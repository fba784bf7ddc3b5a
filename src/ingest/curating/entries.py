"""Entries of the catalogue as they are written into its file, whose comments and order stay."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import tomlkit
from tomlkit.items import Table

from ingest.errors import ConfigError, because
from ingest.model import Source
from ingest.sources.catalogue import read_sources
from ingest.sources.platforms import default_options


def write_entry(path: Path, source: Source) -> None:
    """Add the entry to the catalogue; what is there stays as it is.

    Raises:
        ConfigError: the file cannot be read or written, or would not be a catalogue any more.
    """
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        written = f"{text.rstrip()}\n\n{entry_text(source)}".lstrip()
        read_sources(path, tomllib.loads(written))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(
            f"{path}: cannot be read: {because(error)}. Mend it and add the source again."
        ) from error
    _replace(path, written)


def note_layout(path: Path, source_id: str, verified_on: date | None) -> None:
    """Write into an entry that its layout was proved on a day, or, without a day, that it is not proved.

    Raises:
        ConfigError: the file cannot be read or written, or has no such entry.
    """
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8"))
        entry = next(table for table in document["source"] if table["id"] == source_id)
    except (OSError, UnicodeDecodeError, tomlkit.exceptions.TOMLKitError, StopIteration) as error:
        raise ConfigError(
            f"{path}: cannot be read: {because(error)}. Mend it and check the source again."
        ) from error
    _set(entry, "layout", "unverified" if verified_on is None else "verified", after="url")
    if verified_on:
        _set(entry, "verified_on", verified_on, after="layout")
    else:
        entry.pop("verified_on", None)
    _replace(path, tomlkit.dumps(document))


def entry_text(source: Source) -> str:
    """Return the entry as it will stand in the catalogue."""
    table = tomlkit.table()
    facts = {
        "id": source.source_id,
        "name": source.name,
        "publisher": source.publisher,
        "kind": source.kind,
        "url": source.url,
        "document_kind": None if source.document_kind == "other" else source.document_kind,
        "gss": source.gss,
        "licence": source.licence,
        "cadence_hours": source.cadence_hours,
        "expected_min": source.expected_min,
        "expected_max": source.expected_max,
        "platform": source.platform or None,
        "layout": source.layout,
        "contact": source.contact,
    }
    for name, value in facts.items():
        if value is not None:
            table.add(name, value)
    defaults = default_options(source.platform, source.kind)
    own = {name: value for name, value in source.options.items() if defaults.get(name) != value}
    if own:
        options = tomlkit.table()
        for name, value in own.items():
            options.add(name, value)
        table.add("options", options)
    document = tomlkit.document()
    document.add("source", tomlkit.aot())
    document["source"].append(table)
    return tomlkit.dumps(document)


def _set(entry: Table, key: str, value: str | date, *, after: str) -> None:
    """Set a key; a new one stands behind another: tomlkit would put it behind the comment on the next entry."""
    if key in entry:
        entry[key] = value
    else:
        entry.value._insert_after(after, key, value)


def _replace(path: Path, text: str) -> None:
    file = path.resolve()  # A link stays one.
    fresh = file.with_name(f"{file.name}.new")
    try:
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(file)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}.") from error
