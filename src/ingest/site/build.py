"""Writes the site: only what changed is drawn and written again, and what is gone is removed.

A manifest in the folder remembers of each unit (a page, or pages that belong together) from what it was
made and which files it gave. A build that was stopped is completed by the next.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import ConfigError
from ingest.site.content import SiteContent
from ingest.site.unit import Unit
from ingest.site.units import units

MANIFEST = ".site.json"
_HERE = Path(__file__).parent
Report = Callable[[int, int], None]
"""Told how many units are done, of how many."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did, in files."""

    written: int
    unchanged: int
    removed: int
    bytes: int
    """Of the whole site."""
    heaviest: tuple[str, int]
    """The largest page and its bytes."""


@dataclass(frozen=True, slots=True)
class _File:
    hash: str
    size: int


@dataclass(frozen=True, slots=True)
class _Made:
    inputs: str
    files: Mapping[str, _File]


def build_site(content: SiteContent, out: Path, *, base_url: str = "", report: Report | None = None) -> Built:
    """Bring the folder up to date with the content.

    Args:
        content: what the pages show.
        out: the folder; it is made where it is missing.
        base_url: where the site will stand, for the links in feeds; without it they lead to the documents.
        report: told of the progress.

    Raises:
        ConfigError: the folder holds something else than a site of ours, or cannot be written.
    """
    try:
        old = _read_manifest(out)
        out.mkdir(parents=True, exist_ok=True)
        if not old:
            _write_manifest(out, old)  # The folder is ours from now on, even if this build is stopped.
        return _build(units(content, base_url), out, old, report or (lambda done, total: None))
    except OSError as error:
        raise ConfigError(
            f"{error.filename or out}: the site cannot be written ({error.strerror}); free space, mend "
            "permissions or name another folder with --out"
        ) from error


def _build(planned: Sequence[Unit], out: Path, old: Mapping[str, _Made], report: Report) -> Built:
    made: dict[str, _Made] = {}
    rooms = _fingerprint()
    written = unchanged = 0
    for number, unit in enumerate(planned, start=1):
        inputs = _hash(f"{rooms}\n{unit.inputs}")
        before = old.get(unit.name)
        if before and before.inputs == inputs and _are_there(out, before.files):
            made[unit.name] = before
            unchanged += len(before.files)
        else:
            files = {}
            for path, text in unit.render().items():
                data = text.encode("utf-8", "replace")
                files[path] = _File(hashlib.sha256(data).hexdigest()[:16], len(data))
                if before and before.files.get(path) == files[path] and _are_there(out, {path: files[path]}):
                    unchanged += 1
                else:
                    _write(out / path, data)
                    written += 1
            made[unit.name] = _Made(inputs, files)
        report(number, len(planned))
    kept = {path: file.size for unit in made.values() for path, file in unit.files.items()}
    gone = {path for unit in old.values() for path in unit.files} - kept.keys()
    removed = sum(_remove(out, path) for path in sorted(gone))
    _write_manifest(out, made)
    pages = [(size, path) for path, size in kept.items() if path.endswith(".html")]
    size, path = max(pages)
    return Built(written, unchanged, removed, sum(kept.values()), (path, size))


def _fingerprint() -> str:
    """Changes with the templates, styles, scripts and code that make the pages."""
    shared = [_HERE.parent / name for name in ("wording.py", "links.py", "quoting.py")]
    files = [path for path in sorted(_HERE.rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    return _hash("".join(_hash(path.read_bytes()) for path in [*files, *shared]))


def _hash(content: str | bytes) -> str:
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()[:16]


def _are_there(out: Path, files: Mapping[str, _File]) -> bool:
    try:
        return all((out / path).stat().st_size == file.size for path, file in files.items())
    except FileNotFoundError:
        return False


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)


def _remove(out: Path, path: str) -> bool:
    """Remove a file that the manifest names, and its folder once it is empty; never beside the site."""
    target = out / path
    if not target.resolve().is_relative_to(out.resolve()) or not target.is_file():
        return False
    target.unlink()
    with suppress(OSError):
        target.parent.rmdir()
    return True


def _read_manifest(out: Path) -> dict[str, _Made]:
    file = out / MANIFEST
    if not file.exists():
        if out.is_dir() and any(out.iterdir()):
            raise ConfigError(
                f"{out}: there are files that no site of ours left; name an empty folder with --out"
            )
        return {}
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        return {
            name: _Made(unit["inputs"], {path: _File(*facts) for path, facts in unit["files"].items()})
            for name, unit in stored.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"{file}: damaged ({error}); remove the folder {out} and build anew") from error


def _write_manifest(out: Path, made: Mapping[str, _Made]) -> None:
    stored = {
        name: {"inputs": unit.inputs, "files": {path: [f.hash, f.size] for path, f in unit.files.items()}}
        for name, unit in made.items()
    }
    _write(out / MANIFEST, json.dumps(stored, indent=0).encode())
