"""A mail as bytes: both bodies, a stable id, headers that nobody can forge."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from post_office import NOW, SENDER, a_mail

from ingest.alerts import Post, message
from ingest.errors import ConfigError
from ingest.wording import tidy


def test_the_message_has_both_bodies_and_a_stable_id():
    made = message_from_bytes(message(a_mail(), SENDER, NOW), policy=policy.default)
    assert made.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in made.iter_parts()] == ["text/plain", "text/html"]
    assert made.get_body(("plain",)).get_content().replace("\r\n", "\n") == a_mail().text
    assert message(a_mail(), SENDER, NOW) == message(a_mail(), SENDER, NOW)
    assert made["Message-ID"] == "<delivery1@example.org>"
    assert made["From"] == SENDER
    assert made["To"] == "reader@example.org"
    assert made["Date"] == "Mon, 11 Jun 2018 07:15:00 +0000"
    assert made["Auto-Submitted"] == "auto-generated"
    assert made["List-Unsubscribe"] == "<mailto:alerts@example.org?subject=stop%20Exampleshire>"
    later = message_from_bytes(message(a_mail(), SENDER, datetime(2019, 1, 1, tzinfo=UTC)))
    assert later["Message-ID"] == made["Message-ID"]


def test_no_header_can_be_added():
    evil = "x\r\nBcc: victim@example.org\r\n\r\nbody"
    made = message(a_mail(subject=evil, watches=(evil,)), SENDER, NOW)
    read = message_from_bytes(made, policy=policy.default)
    assert "Bcc" not in read
    assert read["Subject"] == "x Bcc: victim@example.org body"
    assert set(read.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe"),
        *("MIME-Version", "Content-Type"),
    }
    with pytest.raises(ValueError, match="not a mail address"):
        message(a_mail(recipients=("a@example.org\r\nBcc: b@example.org",)), SENDER, NOW)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
@example(f"00000000 000000{'¡' * 14} ¡")
def test_a_subject_is_read_as_it_was_written(words):
    made = message_from_bytes(message(a_mail(subject=words), SENDER, NOW), policy=policy.default)
    assert tidy(str(made["Subject"])) == tidy(words)
    assert len(made.keys()) == 9


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=300))
def test_a_text_is_read_as_it_was_written(words):
    made = message(a_mail(text=words, html=""), SENDER, NOW)
    assert b"\n" not in made.replace(b"\r\n", b"")
    read = message_from_bytes(made, policy=policy.default)
    assert read.get_content().replace("\r\n", "\n") == words


@pytest.mark.parametrize(
    "sender", ["", "nobody", "a@example.org\nBcc: b@example.org", "a@exämple.org", "a b@c"]
)
def test_an_unusable_sender_is_the_users_to_mend(sender, tmp_path):
    with pytest.raises(ConfigError, match="INGEST_MAIL_FROM"):
        Post(sender, tmp_path).check()
