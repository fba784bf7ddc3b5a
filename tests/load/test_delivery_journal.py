"""The journal of deliveries: whenever a process is killed, no mail is lost and one at most is in doubt."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from post_office import NOW, SENDER, a_mail

from ingest.alerts import Post, send
from ingest.errors import WarehouseError
from ingest.load import Warehouse, delivery_journal
from ingest.load.delivery_journal import DeliveryJournal, journal_path
from ingest.load.storage import FileStorage
from ingest.model import DeliveryResult
from ingest.steps.mailing import outbox_row, send_pending

MAILS = [a_mail(number) for number in range(3)]
_ROWS = "SELECT delivery_id, status, attempts, error, sent_at FROM delivery ORDER BY delivery_id"


class Killed(BaseException):
    """Nobody catches it."""


class Stopping:
    """A journal of a process that is killed after so many lines."""

    def __init__(self, journal, lines):
        self._journal, self._left = journal, lines

    def begin(self, delivery_id, attempts):
        self._line(self._journal.begin, delivery_id, attempts)

    def done(self, result):
        self._line(self._journal.done, result)

    def _line(self, write, *args):
        if not self._left:
            raise Killed
        self._left -= 1
        write(*args)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    with Warehouse.open(path) as warehouse:
        warehouse.enqueue([outbox_row(mail) for mail in MAILS], NOW)
    return path


def _rows(path):
    with Warehouse.open(path) as warehouse:
        return warehouse.reader.query(_ROWS)[1]


@pytest.mark.parametrize("lines", range(2 * len(MAILS)))
def test_killed_at_any_moment(lines, path, office, server, tmp_path):
    post = Post(SENDER, tmp_path, server)
    with DeliveryJournal(journal_path(path)) as journal, pytest.raises(Killed):
        send(MAILS, post, NOW, Stopping(journal, lines))
    handed_over = list(office.ids)
    with Warehouse.open(path) as warehouse:
        doubtful = [row[0] for row in warehouse.reader.query(_ROWS)[1] if row[3]]
        assert doubtful == ([f"delivery{lines // 2}"] if lines % 2 else []), (
            "only what was begun and not answered"
        )
        send_pending(warehouse, post, NOW)
    wanted = [f"<delivery{number}@example.org>" for number in range(len(MAILS))]
    assert sorted(set(office.ids)) == wanted
    assert len(office.ids) == len(wanted) + (lines % 2), (
        "the one in doubt may arrive twice, under the same id"
    )
    assert handed_over == wanted[: (lines + 1) // 2]
    assert {row[1] for row in _rows(path)} == {"sent"}
    assert not journal_path(path).exists()


def test_what_stops_the_program_is_tried_last(path):
    with DeliveryJournal(journal_path(path)) as journal:
        journal.begin("delivery0", 1)
    with Warehouse.open(path) as warehouse:
        waiting = warehouse.pending_deliveries(NOW)
        assert [row["delivery_id"] for row in waiting] == ["delivery1", "delivery2", "delivery0"]
        assert "sent again under the same Message-ID" in waiting[2]["error"]


def test_a_line_that_was_cut_off_says_nothing(path):
    with DeliveryJournal(journal_path(path)) as journal:
        journal.done(DeliveryResult("delivery0", "sent", 1, None, NOW))
        journal.done(DeliveryResult("delivery1", "failed", 2, "550 \u201cunknown\u201d"))
    with journal_path(path).open("ab") as file:
        file.write(b'{"delivery_id": "delivery2", "status": "se')
    assert _rows(path) == [
        ("delivery0", "sent", 1, None, NOW),
        ("delivery1", "failed", 2, "550 \u201cunknown\u201d", None),
        ("delivery2", "pending", 0, None, None),
    ]


def test_taken_over_twice_it_says_the_same(path):
    with DeliveryJournal(journal_path(path)) as journal:
        journal.done(DeliveryResult("delivery0", "sent", 1, None, NOW))
    lines = journal_path(path).read_bytes()
    first = _rows(path)
    journal_path(path).write_bytes(lines)
    assert _rows(path) == first


def test_nothing_is_sent_that_cannot_be_noted(path, office, server, tmp_path):
    with Warehouse.open(path) as warehouse:
        journal_path(path).mkdir()
        with pytest.raises(WarehouseError, match="cannot be noted"):
            send_pending(warehouse, Post(SENDER, tmp_path, server), NOW)
        journal_path(path).rmdir()
    assert office.ids == []


def _note(warehouse, result):
    with warehouse.delivery_journal() as journal:
        journal.done(result)


def test_an_old_journal_does_not_undo_what_another_machine_noted_since(path, office, server, tmp_path):
    sent = DeliveryResult("delivery0", "sent", 1, None, NOW)
    failed = DeliveryResult("delivery1", "failed", 2, "550 unknown")
    later = DeliveryResult("delivery2", "pending", 1, "451 later", next_try_at=NOW + timedelta(hours=1))
    with Warehouse.open(path) as warehouse:
        for result in (sent, failed, later):
            _note(warehouse, result)
    with DeliveryJournal(journal_path(path)) as old:
        old.begin("delivery0", 2)
        old.done(DeliveryResult("delivery1", "sent", 1, None, NOW))  # it bounced since
        old.begin("delivery2", 1)
    with Warehouse.open(path) as warehouse:
        assert not journal_path(path).exists()
        assert send_pending(warehouse, Post(SENDER, tmp_path, server), NOW) == []
    assert office.ids == []
    assert _rows(path) == [
        ("delivery0", "sent", 1, None, NOW),
        ("delivery1", "failed", 2, "550 unknown", None),
        ("delivery2", "pending", 1, "451 later", None),
    ]


def test_what_was_sent_is_sent_whatever_was_tried_since(path):
    with Warehouse.open(path) as warehouse:
        for attempts in (1, 2):
            _note(warehouse, DeliveryResult("delivery0", "pending", attempts, "451 later"))
    with DeliveryJournal(journal_path(path)) as old:
        old.done(DeliveryResult("delivery0", "sent", 1, None, NOW))
    assert _rows(path)[0] == ("delivery0", "sent", 1, None, NOW)


def test_a_later_attempt_that_was_cut_off_is_in_doubt(path):
    with Warehouse.open(path) as warehouse:
        _note(warehouse, DeliveryResult("delivery0", "pending", 1, "451 later", next_try_at=NOW))
    with DeliveryJournal(journal_path(path)) as journal:
        journal.begin("delivery0", 2)
    (_, status, attempts, error, _) = _rows(path)[0]
    assert (status, attempts) == ("pending", 2)
    assert "it may have arrived" in error


def test_lines_and_the_name_of_the_file_reach_the_disk(path, monkeypatch):
    synced = []
    to_disk, folder_to_disk = os.fdatasync, delivery_journal.sync_folder

    def sync(descriptor):
        to_disk(descriptor)
        synced.append(os.fstat(descriptor).st_size)

    def sync_folder(folder):
        assert journal_path(path).exists()
        folder_to_disk(folder)
        synced.append(folder)

    monkeypatch.setattr(os, "fdatasync", sync)
    monkeypatch.setattr(delivery_journal, "sync_folder", sync_folder)
    monkeypatch.setattr(delivery_journal, "SYNC_SECONDS", 0)
    with DeliveryJournal(journal_path(path)) as journal:
        assert synced == [path.parent]
        journal.begin("delivery0", 1)
        begun = journal_path(path).stat().st_size
        journal.done(DeliveryResult("delivery0", "sent", 1, None, NOW))
        assert synced[1:] == [begun, journal_path(path).stat().st_size]


def test_an_unreadable_journal_leaves_nothing_open(path, monkeypatch):
    with DeliveryJournal(journal_path(path)) as journal:
        journal.begin("delivery0", 1)
    closed = []

    def read_bytes(file):
        raise OSError(5, "Input/output error", str(file))

    with monkeypatch.context() as broken:
        broken.setattr(Path, "read_bytes", read_bytes)
        broken.setattr(FileStorage, "close", lambda storage: closed.append(storage.place))
        with pytest.raises(WarehouseError, match="Input/output error") as caught:
            Warehouse.open(path)
    assert closed == [path]
    # DuckDB refuses this in a process that has the file open to write; the traceback would keep it open.
    duckdb.connect(str(path), read_only=True).close()
    assert caught.value.__traceback__
    assert _rows(path)[0][2] == 1, "the journal is taken over when it can be read"
