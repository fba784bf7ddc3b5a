"""Mails leave over a real SMTP server on the loopback, which takes them, puts them off, refuses them or hangs up."""

from __future__ import annotations

import smtplib
import socket
from email import message_from_bytes, policy
from itertools import count

import pytest
from post_office import a_mail

from ingest.alerts import smtp
from ingest.alerts.server import Server
from ingest.alerts.smtp import PATIENCE, Line


def test_many_mails_over_one_connection(office, server, post):
    results = post([a_mail(number) for number in range(20)], server)
    assert {result.status for result in results} == {"sent"}
    assert office.ids == [f"<delivery{number}@example.org>" for number in range(20)]
    assert len(office.sessions) == 1
    read = message_from_bytes(office.envelopes[0].content, policy=policy.default)
    assert read.get_body(("plain",)).get_content().replace("\r\n", "\n") == a_mail().text
    assert office.envelopes[0].mail_from == "alerts@example.org"


def test_put_off_once_and_sent_on_the_next_run(office, server, post):
    office.on_data = ["451 try later"]
    first, other = post([a_mail(1), a_mail(2)], server)
    assert (first.status, first.attempts, first.sent_at) == ("pending", 1, None)
    assert "451 try later" in first.error
    assert other.status == "sent"
    (again,) = post([a_mail(1, attempts=first.attempts)], server)
    assert (again.status, again.attempts) == ("sent", 2)
    assert office.ids == ["<delivery2@example.org>", "<delivery1@example.org>"]


def test_refused_for_good(office, server, post):
    office.on_rcpt = {"reader@example.org": "550 no such user"}
    office.on_data = ["554 we do not want this"]
    results = post([a_mail(1), a_mail(2, recipients=("other@example.org",)), a_mail(3)], server)
    assert [result.status for result in results] == ["failed", "failed", "failed"]
    assert "reader@example.org: 550 no such user" in results[0].error
    assert "554 we do not want this" in results[1].error
    assert office.envelopes == []


def test_one_refused_recipient_does_not_keep_the_others_waiting(office, server, post):
    office.on_rcpt = {"gone@example.org": "550 no such user"}
    (result,) = post([a_mail(recipients=("gone@example.org", "here@example.org"))], server)
    assert result.status == "sent"
    assert "gone@example.org: 550" in result.error
    assert office.envelopes[0].rcpt_tos == ["here@example.org"]


def test_one_recipient_put_off_puts_off_all_but_not_for_ever(office, server, post):
    office.on_rcpt = {"full@example.org": "452 mailbox full"}
    both = ("full@example.org", "here@example.org")
    (first,) = post([a_mail(recipients=both)], server)
    assert (first.status, office.envelopes) == ("pending", [])
    (last,) = post([a_mail(recipients=both, attempts=PATIENCE)], server)
    assert last.status == "sent"
    assert "452 mailbox full" in last.error


def test_a_server_that_hangs_up_loses_one_mail_only(office, server, post):
    office.on_data = ["drop"]
    results = post([a_mail(1), a_mail(2)], server)
    assert [result.status for result in results] == ["pending", "sent"]
    office.on_data = ["421 closing"]
    results = post([a_mail(1), a_mail(2)], server)
    assert [result.status for result in results] == ["pending", "sent"]


def test_a_server_that_always_hangs_up_is_left_alone(office, server, post):
    office.on_data = ["drop"] * 10
    results = post([a_mail(number) for number in range(10)], server)
    assert {result.status for result in results} == {"pending"}
    assert len(office.on_data) == 7


def test_a_server_that_is_away(post):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
        results = post([a_mail(1), a_mail(2)], url)
    assert [(result.status, result.attempts) for result in results] == [("pending", 1), ("pending", 1)]
    assert "refused" in results[0].error.lower()


def test_a_poison_mail_among_others(office, server, post):
    results = post([a_mail(1), a_mail(2, text="\ud800"), a_mail(3)], server)
    assert [result.status for result in results] == ["sent", "failed", "sent"]
    assert len(office.sessions) == 1


def test_a_server_that_closes_before_the_letter_has_said_nothing_of_the_mail(office, server, post):
    office.on_mail = ["421 closing"]
    first, other = post([a_mail(1), a_mail(2)], server)
    assert (first.status, first.next_try_at) == ("pending", None)
    assert other.status == "sent"
    office.on_mail = ["450 not now"]
    first, other = post([a_mail(1), a_mail(2)], server)
    assert first.next_try_at is not None
    assert other.status == "sent"


def test_a_refused_password_is_not_tried_again_and_an_absent_server_is(monkeypatch):
    tried = []

    def connect(server, timeout):
        tried.append(timeout)
        raise fault

    monkeypatch.setattr(smtp, "connect", connect)
    slept = []
    for fault, times in ((smtplib.SMTPAuthenticationError(535, b"no"), 1), (ConnectionRefusedError(), 3)):
        tried.clear()
        line = Line(Server("mail.example", 25, is_tls=False), 5, slept.append)
        for number in range(2):
            with pytest.raises(type(fault)):
                line.hand_over("a@example.org", ["b@example.org"], b"x", number)
        assert len(tried) == times, "and not once more for the next mail"
    assert slept == [0.5, 2.0]


def test_no_more_mails_leave_in_a_minute_than_are_wanted(office, server, post):
    seconds, slept = count(start=100.0, step=2.0), []
    post([a_mail(n) for n in range(3)], server, per_minute=6, sleep=slept.append, timer=lambda: next(seconds))
    # One for every ten seconds, of which the watch has moved on by two with each look.
    assert slept == [0.0, 8.0, 8.0]
    slept.clear()
    post([a_mail(n) for n in range(3)], server, sleep=slept.append)
    assert slept == []
