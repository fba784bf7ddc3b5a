"""Looking after the archive: nothing that is referred to is ever dropped, and every fault is named."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from ingest.fetch import Archive, Journal
from ingest.fetch.archive import TEMPORARY
from ingest.fetch.journal import Fetch, runs
from ingest.fetch.upkeep import noted_hashes, prune, verify

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=400)


def aged(archive: Archive, content_hash: str, when: datetime) -> str:
    os.utime(archive.path(content_hash), (when.timestamp(), when.timestamp()))
    return content_hash


def test_every_fault_is_named(archive: Archive) -> None:
    good, bad, orphan = (archive.put(body) for body in (b"good " * 99, b"bad " * 99, b"orphan"))
    archive.path(bad).write_bytes(b"other bytes")
    (archive.root / "00").mkdir(exist_ok=True)
    (archive.root / "00" / f"{TEMPORARY}1-1").write_bytes(b"half")
    lost = "ab" * 32
    found = verify(
        archive, {good: "http://a.example/1", bad: "http://a.example/2", lost: "http://a.example/3"}, ()
    )
    assert {(fault.kind, fault.content_hash) for fault in found.faults} == {
        ("unfinished", f"{TEMPORARY}1-1"),
        ("damaged", bad),
        ("orphan", orphan),
        ("missing", lost),
    }
    said = {fault.kind: fault.said for fault in found.faults}
    assert "http://a.example/2" in said["damaged"]
    assert "http://a.example/3" in said["missing"]
    assert found.files == 3
    kept = sum(path.stat().st_size for path in archive.files() if not path.name.startswith(TEMPORARY))
    assert (found.size, found.unpacked) == (kept, len(b"good " * 99) + len(b"other bytes") + len(b"orphan"))
    assert found.size < found.unpacked, "the first is packed"


def test_what_a_journal_accounts_for_is_no_orphan(archive: Archive) -> None:
    page = archive.put(b"a feed of last week")
    journal = Journal(archive.root, "20261101T000000-aaaaaa")
    journal.note(Fetch("http://a.example/feed", "http://a.example/feed", NOW, 200, content_hash=page))
    journal.seal()
    assert verify(archive, {}, {h for h, _ in noted_hashes(archive)}).faults == ()


def test_pruning_drops_old_and_unneeded_only(archive: Archive) -> None:
    needed = aged(archive, archive.put(b"needed"), LONG_AGO)
    unused = aged(archive, archive.put(b"unused"), LONG_AGO)
    fresh = archive.put(b"fresh")
    again = aged(archive, archive.put(b"came again yesterday"), LONG_AGO)
    for run_id, when in (("20251001T000000-aaaaaa", LONG_AGO), ("20261121T000000-bbbbbb", NOW)):
        journal = Journal(archive.root, run_id)
        journal.note(Fetch("http://a.example/", "http://a.example/", when, 200, content_hash=again))
        journal.seal()
        path = archive.root / "fetches" / f"{run_id}.jsonl.zst"
        os.utime(path, (when.timestamp(), when.timestamp()))
    limits = {"unused_before": NOW - timedelta(days=30), "journals_before": NOW - timedelta(days=365)}
    for dry_run in (True, False):
        done = prune(archive, {needed}, **limits, dry_run=dry_run)
        assert (done.files, done.size, done.journals) == (1, len(b"unused"), 1)
        assert archive.holds(unused) == dry_run
    assert all(archive.holds(content_hash) for content_hash in (needed, fresh, again))
    assert runs(archive.root) == ["20261121T000000-bbbbbb"]


def test_a_journal_that_is_dropped_keeps_nothing_not_even_where_it_is_only_said(archive: Archive) -> None:
    page = aged(archive, archive.put(b"came again this month"), LONG_AGO)
    journal = Journal(archive.root, "20261115T000000-aaaaaa")
    when = NOW - timedelta(days=7)
    journal.note(Fetch("http://a.example/", "http://a.example/", when, 200, content_hash=page))
    journal.seal()
    os.utime(archive.root / "fetches" / "20261115T000000-aaaaaa.jsonl.zst", (when.timestamp(),) * 2)
    limits = {"unused_before": NOW - timedelta(days=30), "journals_before": NOW - timedelta(days=1)}
    said, done = (prune(archive, (), **limits, dry_run=dry_run) for dry_run in (True, False))
    assert said == done
    assert (done.files, done.journals) == (1, 1)
