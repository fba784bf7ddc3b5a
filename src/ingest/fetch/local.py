"""Local files as items: read where size or modification time changed."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from ingest.errors import FetchError, RefusedError
from ingest.fetch.archive import Archive
from ingest.fetch.journal import Fetch
from ingest.fetch.sniff import sniff
from ingest.model import Link, Snapshot, Validator


def read_local(
    link: Link, validator: Validator | None, archive: Archive, *, max_bytes: int, now: datetime
) -> tuple[Snapshot | None, Validator] | None:
    """Return the file's snapshot; as `Fetcher.item` for a link with a path.

    Raises:
        RefusedError: larger than `max_bytes`.
        FetchError: it cannot be read.
    """
    assert link.path is not None
    path = Path(link.path)
    try:
        facts = path.stat()
        etag = _etag(facts)
        # Where the archive lost the bytes, the file is read as if it had changed, to have them back.
        is_lost = validator and validator.content_hash and not archive.holds(validator.content_hash)
        if validator and validator.etag == etag and not is_lost:
            return None
        if facts.st_size > max_bytes:
            raise RefusedError(f"{path}: larger than {max_bytes:,} bytes; raise max_bytes to read it")
        body = path.read_bytes()
    except OSError as error:
        raise FetchError(f"{path}: cannot be read: {error.strerror}") from error
    content_hash = archive.put(body)
    kept = Validator(
        url=link.url,
        etag=etag,
        content_hash=content_hash,
        final_url=link.url,
        first_fetched_at=(validator.first_fetched_at if validator else None) or now,
    )
    if validator and validator.content_hash == content_hash:
        return None, kept
    return Snapshot(link, link.url, content_hash, sniff(body), None, len(body), now), kept


def as_fetch(snapshot: Snapshot) -> Fetch:
    """Return a file that was read as the journal notes it."""
    return Fetch(
        url=snapshot.link.url,
        final_url=snapshot.final_url,
        fetched_at=snapshot.fetched_at,
        status=200,
        content_hash=snapshot.content_hash,
        media_type=snapshot.media_type,
        size=snapshot.size,
        source_id=snapshot.link.source_id,
    )


def file_etag(path: Path) -> str:
    """Return what stands for a local file's version: its size and its modification time in nanoseconds."""
    return _etag(path.stat())


def _etag(facts: os.stat_result) -> str:
    return f"{facts.st_size}-{facts.st_mtime_ns}"
