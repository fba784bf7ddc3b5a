"""The journal of deliveries: whenever a process is killed, no mail is lost and one at most is in doubt."""

from __future__ import annotations

import pytest
from post_office import NOW, SENDER, a_mail

from ingest.alerts import Post, send
from ingest.errors import WarehouseError
from ingest.load import Warehouse
from ingest.load.delivery_journal import DeliveryJournal, journal_path
from ingest.mailing import _delivery, send_pending
from ingest.model import DeliveryResult

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
        warehouse.enqueue([_delivery(mail) for mail in MAILS], NOW)
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
