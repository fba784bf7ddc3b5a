"""The step that reads what a source brought, in worker processes, and stores it part by part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from ingest.classify import deduce
from ingest.errors import IngestError
from ingest.fetch import Archive, sniff
from ingest.load import Reader, Warehouse
from ingest.load.presence import texts_at
from ingest.model import (
    OF_STORIES,
    AuthorityMatch,
    Batch,
    Correction,
    Document,
    Failure,
    Link,
    Move,
    Snapshot,
    Source,
    SourceCheck,
    Stored,
)
from ingest.reference import names_in_use
from ingest.steps.checking import checked
from ingest.steps.health import is_announcement_at_fault
from ingest.steps.presence import canonical_moves, moved_document
from ingest.steps.reading import ReadDocument, ReadJob
from ingest.steps.running import Fetched, Work, failure
from ingest.wording import counted

CHUNK = 128
"""Documents that are stored at a time, while the next are read; a run that is stopped loses few more. Twice as many
take 75 MB more while they are stored."""
NAMED = 20
"""Faults of one page that its row of quarantine names beside the first."""


def read_and_store(work: Work, fetched: Fetched, note_check: bool = True) -> None:
    """Read and store what was fetched from one source; the run's progress takes note of what that changed.

    Raises:
        WarehouseError: nothing of the part at hand was stored; what was fetched is in the archive.
    """
    source, warehouse = fetched.source, work.warehouse
    validators = {validator.url: validator for validator in fetched.validators}
    links = {link.url: link for link in fetched.links}
    stored: list[Stored] = []
    failed = list(fetched.failures)
    total = len(fetched.snapshots)
    if total:
        work.reporter.stage(f"Reading {counted(total, 'document')} of {source.name}")
    moves = {move.url: move for move in fetched.moves}
    with closing(_read(work, source, fetched.snapshots, _context(warehouse))) as chunks:
        for chunk, documents, failures in chunks:
            failed.extend(failures)
            if fetched.lost:
                documents = _settled(documents, fetched.lost, moves, warehouse.reader)
            urls = [snapshot.link.url for snapshot in chunk]
            batch = replace(
                _batch(source, documents, failures),
                links=tuple(links.pop(url) for url in urls if url in links),
                validators=tuple(validators.pop(url) for url in urls if url in validators),
                moves=tuple(moves[url] for url in urls if url in moves),
            )
            stored.append(warehouse.store(batch, work.run_id, work.clock()))
    check = _check(fetched, stored, failed)
    if note_check:
        check = checked(work, fetched, check, failed)
    if is_announcement_at_fault(check.problems):
        # Asked for whole again, so that a mended selector meets the page though that is unchanged.
        for url in fetched.pages:
            validators.pop(url, None)
    rest = Batch(
        source.source_id,
        check=check if note_check else None,
        links=tuple(links.values()),
        validators=tuple(validators.values()),
        failures=tuple(_together(fetched.failures)),
        withdrawn=fetched.withdrawn,
        restored=fetched.restored,
    )
    stored.append(warehouse.store(rest, work.run_id, work.clock()))
    work.progress.stored.extend(stored)
    work.progress.checks.append(check)


def file_unnamed(work: Work) -> None:
    """File what names no authority by what is known now, and read it again where that changed.

    The report that tells may come after the release that alludes to it, so this looks at every such document. One of
    a source that this run does not know waits for a run that does: how its pages are read is not known here.
    """
    reader = work.warehouse.reader
    known = reader.known()
    changed = {}
    for document in reader.unnamed():
        match = deduce(document, known)
        if match != document.filed:
            changed[document.document_id] = match
    if not changed:
        return
    sources = {source.source_id: source for source in work.order.sources}
    by_source: defaultdict[str, list[Snapshot]] = defaultdict(list)
    for link, snapshot in reader.snapshots():
        if link.document_id in changed and (link.path or link.source_id in sources):
            by_source[link.source_id].append(sniffed(snapshot, work.archive))
    context = replace(_context(work.warehouse), filed=changed)
    for source_id, snapshots in by_source.items():
        source = sources.get(source_id) or unknown_source(source_id)
        with closing(_read(work, source, snapshots, context)) as chunks:
            for _, documents, failures in chunks:
                batch = _batch(source, documents, failures)
                work.progress.stored.append(work.warehouse.store(batch, work.run_id, work.clock()))


def unknown_source(source_id: str) -> Source:
    """Return what stands for a source that is in no catalogue (any more)."""
    return Source(source_id, source_id, "", "folder", "")


@dataclass(frozen=True, slots=True)
class _Context:
    """What else than its bytes decides how a document is read, by its id."""

    corrections: Mapping[str, Sequence[Correction]]
    filed: Mapping[str, AuthorityMatch | None]


def _context(warehouse: Warehouse) -> _Context:
    corrections: defaultdict[str, list[Correction]] = defaultdict(list)
    for correction in warehouse.reader.corrections():
        if correction.what not in OF_STORIES:
            corrections[correction.document_id].append(correction)
    return _Context(corrections, warehouse.reader.filed())


def _batch(source: Source, documents: Sequence[ReadDocument], failures: Sequence[Failure]) -> Batch:
    return Batch(
        source.source_id,
        documents=tuple(read.document for read in documents),
        version_hashes={read.document.document_id: read.version_hash for read in documents},
        failures=tuple(failures),
        verdicts=tuple(verdict for read in documents for verdict in read.verdicts),
    )


def _read(
    work: Work, source: Source, snapshots: Sequence[Snapshot], context: _Context
) -> Generator[tuple[Sequence[Snapshot], list[ReadDocument], list[Failure]], None, None]:
    """Yield chunk after chunk, in order, as all of it is read; the readers read on while a chunk is stored."""
    content = source.options.get("content")
    jobs = [
        ReadJob(
            snapshot,
            work.archive.path(snapshot.content_hash),
            # A file stands for a source's page where its sidecar says so, and has not that page's layout.
            None if snapshot.link.path else content,
            names_in_use(),
            tuple(context.corrections.get(snapshot.link.document_id, ())),
            context.filed.get(snapshot.link.document_id),
        )
        for snapshot in snapshots
    ]
    found: dict[int, ReadDocument | IngestError] = {}
    first = 0
    for done, (index, result) in enumerate(work.readers.run(jobs), start=1):
        work.reporter.progress("read", done, len(jobs))
        found[index] = result
        # What is stored, and in which order, must not depend on who was faster.
        while (chunk := range(first, min(first + CHUNK, len(jobs)))) and all(
            place in found for place in chunk
        ):
            part = snapshots[chunk.start : chunk.stop]
            yield part, *_sorted_out(part, [found.pop(place) for place in chunk])
            first = chunk.stop


def _settled(
    documents: Sequence[ReadDocument], lost: Sequence[Link], moves: dict[str, Move], reader: Reader
) -> list[ReadDocument]:
    """Return the documents, those that have moved under their old ids; `moves` takes note of them."""
    read = [one.document for one in documents]
    urls = [document.snapshot.link.url for document in read]
    texts = texts_at(reader, [*urls, *(link.url for link in lost)])
    moves |= {move.url: move for move in canonical_moves(read, lost, texts)}
    return [
        replace(one, document=moved_document(one.document, moves.get(url)))
        for one, url in zip(documents, urls, strict=True)
    ]


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


def _together(failures: Iterable[Failure]) -> Iterator[Failure]:
    """Yield one failure for each row of quarantine, which names all that it stands for: a page has many entries."""
    rows: defaultdict[str, list[Failure]] = defaultdict(list)
    for one in failures:
        rows[one.quarantine_id].append(one)
    for first, *others in rows.values():
        said = [first.message, *(other.said for other in others[:NAMED])]
        if len(others) > NAMED:
            said.append(f"and {len(others) - NAMED} more")
        yield replace(first, message="; ".join(said))


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
