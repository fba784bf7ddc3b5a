"""One snapshot read from end to end, as a worker process does it: bytes -> text -> classified document.

It stands beside `pipeline`, because a worker should not load the network and the database to read a file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ingest.classify import read
from ingest.classify.safeguarding import flagged
from ingest.dedupe import version_hash
from ingest.errors import IngestError, UnreadableError, fault_of_ours
from ingest.extract import extract
from ingest.model import AuthorityMatch, Correction, Document, Snapshot, Verdict
from ingest.packed import read_kept
from ingest.reference import OwnName, use_names
from ingest.steps.corrections import corrected

TARGET = "ingest.steps.reading:read_job"
"""What a WorkerPool is to run."""


@dataclass(frozen=True, slots=True)
class ReadJob:
    """A snapshot, the archive's file that holds its bytes, and what else decides how it is read."""

    snapshot: Snapshot
    path: Path
    content: str | None = None
    """Selector of the article, if the source has one."""
    names: tuple[OwnName, ...] = ()
    """The user's own names of authorities."""
    corrections: tuple[Correction, ...] = ()
    """What people corrected in this document."""
    filed: AuthorityMatch | None = None
    """The authority that was deduced for it, if it names none."""


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A read document and what came of its corrections."""

    document: Document
    version_hash: str
    """Equal for states of a page that are one version."""
    verdicts: tuple[Verdict, ...] = ()
    """How each correction fared."""


def read_job(job: ReadJob) -> ReadDocument:
    """Read one document.

    Raises:
        UnreadableError: the bytes are damaged, empty, or not what was announced; or a rule of ours failed
            on them, which must not take the rest of the run with it.
    """
    try:
        return _read(job)
    except (IngestError, MemoryError, RecursionError):
        raise
    except Exception as error:
        raise UnreadableError(f"{fault_of_ours(error)}, then `make reprocess` reads it again.") from error


def _read(job: ReadJob) -> ReadDocument:
    try:
        body = read_kept(job.path)
    except OSError as error:
        raise UnreadableError(f"{job.path} is not in the archive: {error.strerror}") from error
    except ValueError as error:
        raise UnreadableError(f"{job.path}, in the archive, is {error}; fetch it again") from error
    use_names(job.names)
    link = job.snapshot.link
    extracted = extract(job.snapshot, body, content=job.content)
    reading = read(extracted, link, job.filed)
    verdicts: tuple[Verdict, ...] = ()
    if job.corrections:
        reading, verdicts = corrected(
            extracted, reading, job.corrections, lambda gss: read(extracted, replace(link, gss=gss))
        )
    document = Document(job.snapshot, extracted, flagged(extracted, reading))
    return ReadDocument(document, version_hash(extracted), verdicts)
