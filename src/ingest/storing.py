"""The step that reads what a source brought, in worker processes, and stores it part by part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime

from ingest.errors import IngestError
from ingest.fetch import Archive, sniff
from ingest.load import Warehouse
from ingest.model import (
    OF_STORIES,
    Batch,
    Correction,
    Document,
    Failure,
    Snapshot,
    Source,
    SourceCheck,
    Stored,
)
from ingest.reading import ReadDocument, ReadJob
from ingest.reference import names_in_use
from ingest.running import Fetched, Progress, Reporter, count_of, failure
from ingest.workers import WorkerPool

CHUNK = 128
"""Documents that are stored at a time, while the next are read; a run that is stopped loses few more."""


def read_and_store(
    fetched: Fetched,
    warehouse: Warehouse,
    workers: WorkerPool,
    archive: Archive,
    progress: Progress,
    run_id: str,
    reporter: Reporter,
    clock: Callable[[], datetime],
    note_check: bool = True,
) -> None:
    """Read and store what was fetched from one source; `progress` takes note of what that changed.

    Raises:
        WarehouseError: nothing of the part at hand was stored; what was fetched is in the archive.
    """
    source = fetched.source
    validators = {validator.url: validator for validator in fetched.validators}
    links = {link.url: link for link in fetched.links}
    stored: list[Stored] = []
    failed = list(fetched.failures)
    total = len(fetched.snapshots)
    if total:
        reporter.stage(f"Reading {count_of(total, 'document')} of {source.name}")
    corrections: defaultdict[str, list[Correction]] = defaultdict(list)
    for correction in warehouse.reader.corrections():
        if correction.what not in OF_STORIES:
            corrections[correction.document_id].append(correction)
    with closing(_read(source, fetched.snapshots, workers, archive, corrections, reporter)) as chunks:
        for chunk, documents, failures in chunks:
            failed.extend(failures)
            urls = [snapshot.link.url for snapshot in chunk]
            batch = Batch(
                source.source_id,
                links=tuple(links.pop(url) for url in urls if url in links),
                validators=tuple(validators.pop(url) for url in urls if url in validators),
                documents=tuple(read.document for read in documents),
                failures=tuple(failures),
                verdicts=tuple(verdict for read in documents for verdict in read.verdicts),
            )
            stored.append(warehouse.store(batch, run_id, clock()))
    check = _check(fetched, stored, failed)
    stored.append(
        warehouse.store(
            Batch(
                source.source_id,
                check=check if note_check else None,
                links=tuple(links.values()),
                validators=tuple(validators.values()),
                failures=fetched.failures,
            ),
            run_id,
            clock(),
        )
    )
    progress.stored.extend(stored)
    progress.checks.append(check)
    progress.failures.extend(failure for result in stored for failure in result.quarantined)


def _read(
    source: Source,
    snapshots: Sequence[Snapshot],
    workers: WorkerPool,
    archive: Archive,
    corrections: Mapping[str, Sequence[Correction]],
    reporter: Reporter,
) -> Generator[tuple[Sequence[Snapshot], list[ReadDocument], list[Failure]], None, None]:
    """Yield chunk after chunk as all of it is read; the workers read on while a chunk is stored."""
    content = source.options.get("content")
    jobs = [
        ReadJob(
            snapshot,
            archive.path(snapshot.content_hash),
            content,
            names_in_use(),
            tuple(corrections.get(snapshot.link.document_id, ())),
        )
        for snapshot in snapshots
    ]
    chunks: dict[int, dict[int, ReadDocument | IngestError]] = {}
    for done, (index, result) in enumerate(workers.run(jobs), start=1):
        reporter.progress("read", done, len(jobs))
        number = index // CHUNK
        found = chunks.setdefault(number, {})
        found[index] = result
        chunk = snapshots[number * CHUNK : (number + 1) * CHUNK]
        if len(found) == len(chunk):
            del chunks[number]
            yield chunk, *_sorted_out(chunk, [found[index] for index in sorted(found)])


def _sorted_out(
    chunk: Sequence[Snapshot], results: Sequence[ReadDocument | IngestError]
) -> tuple[list[ReadDocument], list[Failure]]:
    documents = [result for result in results if isinstance(result, ReadDocument)]
    failures = [
        failure(snapshot.link, "extract", result, snapshot.content_hash)
        for snapshot, result in zip(chunk, results, strict=True)
        if isinstance(result, IngestError)
    ]
    disputes = [_dispute(read.document) for read in documents if read.document.reading.disputes]
    return documents, [*failures, *disputes]


def _dispute(document: Document) -> Failure:
    """A document that contradicts itself is stored without the disputed value, and waits for a person."""
    link, message = document.snapshot.link, "; ".join(document.reading.disputes)
    return Failure(
        link.source_id, link.url, "classify", "DisputedValue", message, document.snapshot.content_hash
    )


def _check(fetched: Fetched, stored: Iterable[Stored], failed: Sequence[Failure]) -> SourceCheck:
    new = sum(len(result.new) + len(result.changed) for result in stored)
    return SourceCheck(
        source_id=fetched.source.source_id,
        name=fetched.source.name,
        status="failed" if fetched.error else "new" if new else "unchanged",
        announced=fetched.announced,
        fetched=len(fetched.snapshots),
        new=new,
        failed=len(failed),
        message=fetched.error,
    )


def sniffed(snapshot: Snapshot, archive: Archive) -> Snapshot:
    """What is in quarantine has no media type yet; its bytes tell."""
    if snapshot.media_type:
        return snapshot
    try:
        body = archive.read(snapshot.content_hash)
    except IngestError:
        return replace(snapshot, media_type="application/octet-stream")
    return replace(snapshot, media_type=sniff(body), size=len(body))
