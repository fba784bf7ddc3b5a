"""What was asked for in a run, and what came: a line of JSON for each fetch, beside the bytes in the archive.

`archive/fetches/RUN.jsonl` grows while the run works, one whole line at a time, and is packed to
`RUN.jsonl.zst` when the run is done. A file that stayed unpacked is of a run that was stopped: the next run
takes from it what had arrived, so that nobody is asked twice.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, TextIO

import zstandard

from ingest.errors import ConfigError, IngestError
from ingest.fetch.archive import TEMPORARY

FOLDER = "fetches"
_OPEN, _SEALED = ".jsonl", ".jsonl.zst"

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Hop:
    """One request and the head of its answer; all but the last of a fetch are redirects."""

    url: str
    status: int
    http_version: str
    """As on the status line: HTTP/1.1, HTTP/2."""
    phrase: str
    request: Headers
    """As they were sent, in their order."""
    response: Headers
    """As they came, in their order: also of a body that was unpacked since."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """One address that was asked for, or one local file that was read (then without hops)."""

    url: str
    final_url: str
    fetched_at: datetime
    status: int
    """HTTP; 304 where the server said "not modified", 200 for a file."""
    hops: tuple[Hop, ...] = ()
    content_hash: str | None = None
    """Of the body as the archive keeps it; None where it was not kept: not modified, refused, an error page."""
    media_type: str = ""
    size: int = 0
    note: str = ""
    """Why nothing came of it, in one line."""
    charset: str | None = None
    source_id: str = ""
    """For items; pages of announcements have none."""
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None
    same_as: str | None = None


_FIELDS = tuple(field.name for field in fields(Fetch) if field.name not in ("fetched_at", "hops"))
_HOP_FIELDS = tuple(field.name for field in fields(Hop))


class Journal:
    """The journal of one run; safe to note in from several threads, as where folders are read beside web pages."""

    def __init__(self, root: Path, run_id: str) -> None:
        self._folder = root / FOLDER
        self._path = self._folder / f"{run_id}{_OPEN}"
        self._file: TextIO | None = None
        self._lock = Lock()

    def note(self, fetch: Fetch) -> None:
        """Add one fetch.

        Raises:
            ConfigError: its folder cannot be written.
            IngestError: the disk is full or failing.
        """
        line = json.dumps(_as_dict(fetch), ensure_ascii=False, separators=(",", ":"))
        with self._lock:
            try:
                if self._file is None:
                    self._folder.mkdir(parents=True, exist_ok=True)
                    self._file = self._path.open(
                        "a", encoding="utf-8", errors="backslashreplace", buffering=1
                    )
                self._file.write(line + "\n")
            except OSError as error:
                raise _unwritten(self._path, error) from error

    def close(self) -> None:
        """Close the file; without `seal` the next run takes the run for stopped.

        Raises: as `note`.
        """
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except OSError as error:
                raise _unwritten(self._path, error) from error

    def seal(self) -> None:
        """Say that all of this run, and of stopped ones before it, is stored: pack their journals.

        Raises: as `note`.
        """
        self.close()
        for path in sorted(self._folder.glob(f"*{_OPEN}")):
            sealed = path.with_name(path.name.removesuffix(_OPEN) + _SEALED)
            temporary = path.with_name(f"{TEMPORARY}{path.name}")
            try:
                temporary.write_bytes(zstandard.ZstdCompressor(level=9).compress(path.read_bytes()))
                temporary.replace(sealed)
                path.unlink()
            except OSError as error:
                raise _unwritten(sealed, error) from error


def _unwritten(path: Path, error: OSError) -> IngestError:
    kind = ConfigError if isinstance(error, PermissionError) else IngestError
    return kind(
        f"{path}: cannot be written: {error.strerror}; make room or mend its permissions, and run again"
    )


def runs(root: Path) -> list[str]:
    """Return the ids of the runs that have a journal, the oldest first."""
    names = (path.name for path in (root / FOLDER).glob("*.jsonl*") if not path.name.startswith("."))
    return sorted({name.removesuffix(_SEALED).removesuffix(_OPEN) for name in names})


def journal_path(root: Path, run_id: str) -> Path | None:
    """Return the file of a run's journal, None where it has none."""
    for ending in (_SEALED, _OPEN):
        path = root / FOLDER / f"{run_id}{ending}"
        if path.is_file():
            return path
    return None


def read_journal(root: Path, run_id: str) -> Iterator[Fetch]:
    """Yield the fetches of a run in their order; lines that a crash left unreadable are left out.

    Raises:
        ConfigError: there is no such journal; names the nearest runs.
    """
    path = journal_path(root, run_id)
    if path is None:
        known = runs(root)[-3:]
        raise ConfigError(
            f"run {run_id!r} has no journal in {root / FOLDER}; the last are: {', '.join(known) or 'none'}"
        )
    yield from _lines(path)


def stopped(root: Path, since: datetime) -> dict[str, Fetch]:
    """Return what items had arrived, and are in no warehouse yet, in runs that were stopped; by address."""
    found: dict[str, Fetch] = {}
    for path in sorted((root / FOLDER).glob(f"*{_OPEN}")):
        for fetch in _lines(path):
            if fetch.source_id and fetch.hops and fetch.content_hash and fetch.fetched_at >= since:
                # The whole heads are for the WARC file; a later fetch of the same address counts.
                found[fetch.url] = replace(fetch, hops=())
    return found


def _lines(path: Path) -> Iterator[Fetch]:
    with path.open("rb") as file:
        raw = zstandard.ZstdDecompressor().stream_reader(file) if path.name.endswith(_SEALED) else file
        for line in io.TextIOWrapper(raw, encoding="utf-8", errors="replace"):
            try:
                fetch = _from_dict(json.loads(line))
            except ValueError:
                continue  # Cut off by a crash; what it noted is fetched again.
            yield fetch


def _as_dict(fetch: Fetch) -> dict[str, Any]:
    values = {name: value for name in _FIELDS if (value := getattr(fetch, name)) not in (None, "", 0)}
    hops = [{name: getattr(hop, name) for name in _HOP_FIELDS} for hop in fetch.hops]
    return values | {"fetched_at": fetch.fetched_at.isoformat(), "hops": hops}


def _from_dict(values: Mapping[str, Any]) -> Fetch:
    hops = tuple(
        Hop(**hop | {name: tuple(map(tuple, hop[name])) for name in ("request", "response")})
        for hop in values.get("hops", ())
    )
    when = datetime.fromisoformat(values["fetched_at"])
    return Fetch(**{"status": 0, **values} | {"hops": hops, "fetched_at": when})
