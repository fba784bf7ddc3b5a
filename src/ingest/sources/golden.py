"""Golden pages: announcement pages kept beside the catalogue, with what must be read from them.

    goldens/KEY/2026-11-22-KIND[-PART].html       the page; .xml and .json as well
    goldens/KEY/2026-11-22-KIND[-PART].toml       its address and what it announces
    goldens/KEY/2026-11-22-KIND.article.html      one of its items, where there is one; `[article]` says what it holds

KEY is the source's id or its platform, KIND its kind. The newest of each part counts; older ones stay to show
what a layout was. A page is always read with the source's own options, so that an edited selector is tested.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import tomlkit

from ingest.errors import ConfigError
from ingest.model import Link, Source
from ingest.sources.announce import parse
from ingest.sources.announcement import Announcement
from ingest.sources.toml_file import read_toml

FOLDER = "goldens"
"""The folder beside the catalogue in which they are."""
_NAME = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})-(?P<part>[a-z0-9_-]+)\.toml")
_PAGES = (".html", ".xml", ".json", ".gz", ".txt")
_KEYS = frozenset({"url", "made", "follow", "older", "warnings", "item", "article"})


@dataclass(frozen=True, slots=True)
class Golden:
    """One page with what must be read from it."""

    path: Path
    """Its .toml file."""
    page: Path
    expected: dict[str, Any]
    """The .toml file's content without `made`, which is for people."""
    made: str
    """Whose page it is: of our own making, or saved from where."""

    @property
    def url(self) -> str:
        """The address at which the page stands."""
        return str(self.expected["url"])

    @property
    def article(self) -> Path | None:
        """One of its items, None where none is kept."""
        path = self.path.with_name(self.path.stem + ".article.html")
        return path if path.exists() else None


def goldens_of(folder: Path, source: Source) -> tuple[Golden, ...]:
    """Return the newest golden page of each part of a source: its own, else those of its platform.

    Raises:
        ConfigError: one of them is malformed or lacks its page.
    """
    for key in (source.source_id, source.platform):
        newest: dict[str, Path] = {}
        for path in sorted((folder / key).glob("*.toml")) if key else ():
            named = _NAME.fullmatch(path.name)
            if named and (named["part"] == source.kind or named["part"].startswith(f"{source.kind}-")):
                newest[named["part"]] = path
        if newest:
            return tuple(_read(path) for path in newest.values())
    return ()


def differences(golden: Golden, source: Source) -> tuple[str, ...]:
    """Return how what is read from a golden page now differs from what must be; empty where it does not."""
    read = _as_table(source, parse(source, golden.url, golden.page.read_bytes()))
    wanted = {name: value for name, value in golden.expected.items() if name not in ("url", "article")}
    return tuple(
        f"{golden.page.name}: {name}: expected {wanted.get(name)!r}, read {read.get(name)!r}"
        for name in sorted({*wanted, *read})
        if wanted.get(name) != read.get(name)
    )


def write_golden(
    folder: Path, source: Source, url: str, body: bytes, found: Announcement, day: date, made: str
) -> Path:
    """Keep a page as golden, with what is read from it now as what must be; return the .toml file.

    Raises:
        ConfigError: the folder cannot be written.
    """
    stem = f"{day.isoformat()}-{source.kind}"
    target = folder / source.source_id
    document = tomlkit.document()
    document.add("url", tomlkit.item(url))
    document.add("made", tomlkit.item(made))
    for name, value in _as_table(source, found).items():
        document.add(name, tomlkit.item(value))
    try:
        target.mkdir(parents=True, exist_ok=True)
        (target / f"{stem}{_suffix(body)}").write_bytes(body)
        path = target / f"{stem}.toml"
        path.write_text(tomlkit.dumps(document), encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"{target}: cannot be written: {error.strerror}; name another with --golden."
        ) from error
    return path


def _suffix(body: bytes) -> str:
    start = body.lstrip()[:1000].lower()
    if body[:2] == b"\x1f\x8b":
        return ".gz"
    if start.startswith((b"{", b"[")):
        return ".json"
    return ".html" if b"<html" in start or not start.startswith((b"<", b"\xef\xbb\xbf<")) else ".xml"


def _read(path: Path) -> Golden:
    table = read_toml(path)
    for key in table:
        if key not in _KEYS:
            raise ConfigError(f"{path}: unknown key {key!r}; known keys: {', '.join(sorted(_KEYS))}.")
    page = next((page for suffix in _PAGES if (page := path.with_suffix(suffix)).exists()), None)
    if page is None or not isinstance(table.get("url"), str):
        raise ConfigError(f"{path}: needs a page of the same name beside it, and its address as key 'url'.")
    made = str(table.pop("made", ""))
    return Golden(path, page, table, made)


def _as_table(source: Source, found: Announcement) -> dict[str, Any]:
    table = {
        "follow": list(found.follow),
        "older": found.older,
        "warnings": list(found.warnings),
        "item": list(_items(source, found.links)),
    }
    return {name: value for name, value in table.items() if value}


def _items(source: Source, links: Iterable[Link]) -> Iterable[dict[str, Any]]:
    for link in links:
        fields = {
            "url": link.url,
            "title": link.title,
            "published_on": link.published_on,
            "label": link.label,
            "urn": link.urn,
            "gss": link.gss if link.gss != source.gss else None,
        }
        yield {name: value for name, value in fields.items() if value}
