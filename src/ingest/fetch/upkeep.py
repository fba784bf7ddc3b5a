"""Looking after the archive: are all bytes what their names say, which are missing, which nobody needs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingest import packed
from ingest.fetch.archive import TEMPORARY, Archive
from ingest.fetch.journal import journal_path, read_journal, runs


@dataclass(frozen=True, slots=True)
class Fault:
    """Something about the archive that is not as it should be."""

    kind: str
    """`damaged`, `missing`, `orphan` or `unfinished`."""
    content_hash: str
    said: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify` found."""

    files: int
    size: int
    """Bytes on the disk."""
    unpacked: int
    """Bytes that they stand for."""
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Pruned:
    """What `prune` dropped, or would."""

    files: int = 0
    size: int = 0
    journals: int = 0


def noted_hashes(archive: Archive, without: Collection[str] = ()) -> Iterator[tuple[str, datetime]]:
    """Yield what the journals say was kept, and when; those of the runs in `without` are left out."""
    for run_id in runs(archive.root):
        if run_id in without:
            continue
        for fetch in read_journal(archive.root, run_id):
            if fetch.content_hash:
                yield fetch.content_hash, fetch.fetched_at


def verify(
    archive: Archive,
    referred: Mapping[str, str],
    noted: Collection[str],
    told: Callable[[int], None] = lambda done: None,
) -> Verified:
    """Compute the hash of every file anew and compare with what is referred to.

    Args:
        archive: the archive.
        referred: hash -> address, for all that the warehouse needs.
        noted: hashes that a journal accounts for.
        told: called with the number of files after each.
    """
    faults: list[Fault] = []
    seen: set[str] = set()
    files = size = unpacked = 0
    for path in archive.files():
        if path.name.startswith(TEMPORARY):
            faults.append(Fault("unfinished", path.name, "left by a run that was stopped; prune drops it"))
            continue
        files += 1
        size += path.stat().st_size
        seen.add(path.name)
        try:
            body = packed.read_kept(path)
        except (OSError, ValueError) as error:
            faults.append(Fault("damaged", path.name, _said(path, str(error), referred)))
            continue
        unpacked += len(body)
        actual = hashlib.sha256(body).hexdigest()
        if actual != path.name:
            faults.append(
                Fault(
                    "damaged", path.name, _said(path, f"its bytes have the hash {actual[:12]}...", referred)
                )
            )
        elif path.name not in referred and path.name not in noted:
            faults.append(Fault("orphan", path.name, "nothing refers to it; prune drops it in time"))
        told(files)
    faults.extend(
        Fault("missing", content_hash, f"{url}: not in the archive; fetch it with --full or restore a backup")
        for content_hash, url in sorted(referred.items())
        if content_hash not in seen
    )
    return Verified(files, size, unpacked, tuple(faults))


def prune(
    archive: Archive,
    needed: Collection[str],
    *,
    unused_before: datetime,
    journals_before: datetime,
    dry_run: bool = False,
) -> Pruned:
    """Drop journals and files of before the given times, but never a file in `needed`.

    A file's time is when it was written, or last came again as a journal says.
    """
    journals = {run_id: journal_path(archive.root, run_id) for run_id in runs(archive.root)}
    old = {
        run_id: path
        for run_id, path in journals.items()
        if path is not None and path.stat().st_mtime < journals_before.timestamp()
    }
    kept_until: dict[str, float] = {}
    for content_hash, when in noted_hashes(archive, without=old):
        kept_until[content_hash] = max(when.timestamp(), kept_until.get(content_hash, 0.0))
    files = size = 0
    for path in archive.files():
        facts = path.stat()
        last = max(facts.st_mtime, kept_until.get(path.name, 0.0))
        if path.name in needed or last >= unused_before.timestamp():
            continue
        files += 1
        size += facts.st_size
        if not dry_run:
            path.unlink()
    if not dry_run:
        for path in old.values():
            path.unlink()
    return Pruned(files, size, len(old))


def _said(path: Path, what: str, referred: Mapping[str, str]) -> str:
    of = f" (of {referred[path.name]})" if path.name in referred else ""
    return f"{path}{of}: {what}; remove it and fetch again with --full, or restore a backup"
