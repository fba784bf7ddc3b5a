"""One snapshot read from end to end, as a worker process does it: bytes -> text -> classified document.

It stands beside `pipeline`, because a worker should not load the network and the database to read a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.classify import read
from ingest.dedupe import shingles
from ingest.errors import UnreadableError
from ingest.extract import extract
from ingest.model import Document, Snapshot

TARGET = "ingest.reading:read_job"
"""What a WorkerPool is to run."""


@dataclass(frozen=True, slots=True)
class ReadJob:
    """A snapshot, the file that holds its bytes, and the selector of its article if the source has one."""

    snapshot: Snapshot
    path: Path
    content: str | None = None


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A read document and the hashes by which near-duplicates of it are found."""

    document: Document
    shingles: tuple[int, ...]


def read_job(job: ReadJob) -> ReadDocument:
    """Read one document.

    Raises:
        UnreadableError: the bytes are damaged, empty, or not what was announced.
    """
    try:
        body = job.path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{job.path} is not in the archive: {error.strerror}") from error
    extracted = extract(job.snapshot, body, content=job.content)
    document = Document(job.snapshot, extracted, read(extracted, job.snapshot.link))
    return ReadDocument(document, shingles(extracted.text))
