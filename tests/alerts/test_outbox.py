"""Mails leave as files; what one mail does stops no other; a journal is told before and after each."""

from __future__ import annotations

from email import message_from_bytes

from post_office import NOW, SENDER, a_mail

from ingest.alerts import Post, send


def test_files_are_written_once_per_delivery(tmp_path):
    box = tmp_path / "data" / "outbox"
    for _ in range(2):
        (result,) = send([a_mail()], Post(SENDER, box), NOW)
        assert (result.status, result.attempts, result.sent_at, result.error) == ("sent", 1, NOW, None)
    (path,) = box.iterdir()
    assert path.name == "delivery1-exampleshire-ofsted-monitoring-visit-may-2018-3-concerns.eml"
    assert b"\r\n" in path.read_bytes()
    assert message_from_bytes(path.read_bytes())["Message-ID"] == "<delivery1@example.org>"


def test_an_unwritable_outbox_keeps_the_mail(tmp_path):
    (tmp_path / "outbox").write_text("a file in the way")
    (result,) = send([a_mail()], Post(SENDER, tmp_path / "outbox"), NOW)
    assert (result.status, result.attempts) == ("pending", 1)
    assert "outbox" in result.error


def test_a_poison_mail_does_not_stop_the_others(tmp_path):
    mails = [a_mail(1), a_mail(2, text="\ud800"), a_mail(3)]
    results = send(mails, Post(SENDER, tmp_path), NOW)
    assert [result.status for result in results] == ["sent", "failed", "sent"]
    assert len(list(tmp_path.iterdir())) == 2


class Remembering:
    """A journal in a list."""

    def __init__(self):
        self.lines = []

    def begin(self, delivery_id, attempts):
        self.lines.append((delivery_id, attempts))

    def done(self, result):
        self.lines.append(result)


def test_a_journal_is_told_before_and_after_each(tmp_path):
    journal = Remembering()
    first, second = send([a_mail(1), a_mail(2, attempts=4)], Post(SENDER, tmp_path), NOW, journal)
    assert journal.lines == [("delivery1", 1), first, ("delivery2", 5), second]


def test_mails_are_taken_as_they_are_needed(tmp_path):
    taken = []
    journal = Remembering()

    def mails():
        for number in range(50):
            taken.append((number, len(journal.lines) // 2))
            yield a_mail(number)

    send(mails(), Post(SENDER, tmp_path), NOW, journal)
    assert len(journal.lines) == 100
    assert all(number - sent < 10 for number, sent in taken)
