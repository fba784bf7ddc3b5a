"""Bounces, webhooks, feeds, and how what was put off is tried again."""

from __future__ import annotations

import hashlib
import hmac
import json
import mailbox
import threading
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from ingest.alerts import Mail, Post, atom, feed_entry, match, message, read_bounces, send
from ingest.alerts.feeds import ATOM
from ingest.errors import ConfigError
from ingest.links import defanged

NOW = datetime(2018, 6, 11, 7, 15, tzinfo=UTC)
ID = "0123456789abcdef"


def _mail(**changes):
    fields = {
        "delivery_id": ID,
        "kind": "alert",
        "recipients": ("reader@example.org",),
        "subject": "Exampleshire",
        "text": "{}",
        "html": "<p>x</p>",
        "created_at": NOW,
        "watches": ("Exampleshire",),
    }
    return Mail(**(fields | changes))


def test_one_click_unsubscribe_where_an_address_is_set(tmp_path):
    made = message_from_bytes(message(_mail(), "alerts@example.org", NOW, "https://example.org/stop?x=1"))
    assert made["List-Unsubscribe"].replace("\r\n", "") == (
        f"<https://example.org/stop?x=1&delivery={ID}>, <mailto:alerts@example.org?subject=stop%20Exampleshire>"
    )
    assert made["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert b"List-Unsubscribe" not in message(_mail(watches=(), html=""), "alerts@example.org", NOW)
    for bad in ("http://example.org", "https://example.org/>,<x", "https://exämple.org"):
        with pytest.raises(ConfigError, match="INGEST_UNSUBSCRIBE_URL"):
            Post("a@example.org", tmp_path, unsubscribe_url=bad).check()


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("Read it at https://www.gov.uk/letter now", "Read it at www[.]gov[.]uk/letter now"),
        ("gov.uk: a letter", "gov[.]uk: a letter"),
        ("GOV.UK (archive), 8 June", "GOV.UK (archive), 8 June"),
        ("GOV.UK.example.com", "GOV[.]UK[.]example[.]com"),
        ("St. Helens and 3.5 per cent. Good", "St. Helens and 3.5 per cent. Good"),
        ("Ofsted's letter of 8 June", "Ofsted's letter of 8 June"),
        ("https://1.2.3.4", "1.2.3.4"),
    ],
)
def test_a_title_does_not_look_like_an_address(label, shown):
    assert defanged(label) == shown


# ---------------------------------------------------------------- bounces

NOTICE = """From: MAILER-DAEMON@mx.example.org
To: alerts@example.org
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

It did not work.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; reader@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user

--x
Content-Type: {returned}

From: alerts@example.org
Message-ID: <{id}@example.org>
Subject: Exampleshire

--x--
"""


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
@pytest.mark.parametrize("form", ["mbox", "maildir"])
def test_bounces_are_read_from_a_mailbox(tmp_path, returned, form):
    path = tmp_path / "box"
    box = mailbox.mbox(path) if form == "mbox" else mailbox.Maildir(path)
    texts = [
        NOTICE.format(action="failed", status="5.1.1", returned=returned, id=ID),
        NOTICE.format(action="delayed", status="4.4.1", returned=returned, id=ID),
        NOTICE.format(action="failed", status="5.1.1", returned=returned, id="somebody-elses"),
        "From: a@example.org\nSubject: stop\n\nPlease stop.\n",
    ]
    for text in texts:
        box.add(text)
    box.close()
    found = sorted(read_bounces(path), key=lambda bounce: not bounce.is_permanent)
    assert [(bounce.delivery_id, bounce.recipient, bounce.is_permanent) for bounce in found] == [
        (ID, "reader@example.org", True),
        (ID, "reader@example.org", False),
    ]
    assert found[0].reason == "550 5.1.1 no such user"


@pytest.mark.parametrize(
    "damaged",
    [
        "Content-Type: text/plain; x*\n\nDear sir",
        NOTICE.format(action="failed", status="5.1.1", returned="message/rfc822", id="").replace(
            "@example.org>", ">"
        ),
        NOTICE.format(action="failed", status="5.1.1", returned="message/rfc822", id="a@[").replace(
            "Action:", "Act"
        ),
    ],
)
def test_a_damaged_mail_hides_no_bounce(tmp_path, damaged):
    box = mailbox.mbox(tmp_path / "box")
    for text in (damaged, NOTICE.format(action="failed", status="5.1.1", returned="message/rfc822", id=ID)):
        box.add(text)
    box.close()
    assert [bounce.delivery_id for bounce in read_bounces(tmp_path / "box")] == [ID]


def test_no_mailbox_is_said_so(tmp_path):
    with pytest.raises(ConfigError, match="neither an mbox file nor a Maildir"):
        read_bounces(tmp_path)


# ---------------------------------------------------------------- webhooks


@pytest.fixture
def hook():
    """A receiver on the loopback: answers what it is told to, and keeps what it got."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.got.append((dict(self.headers), body))
            self.send_response(self.server.answer)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            while self.server.is_endless and len(self.server.got) < 2:
                self.wfile.write(b"word " * 10_000)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.answer, server.is_endless = [], 204, False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def _call(hook, tmp_path, **changes):
    mail = _mail(channel="webhook", recipients=(f"http://127.0.0.1:{hook.server_port}/x",), **changes)
    (result,) = send([mail], Post("a@example.org", tmp_path, webhook_secret="hush", timeout=5), NOW)
    return result


def test_a_webhook_call_is_signed(hook, tmp_path):
    assert _call(hook, tmp_path, text=json.dumps({"a": "é"})).status == "sent"
    ((headers, body),) = hook.got
    stamp, mac = (part.partition("=")[2] for part in headers["X-Ingest-Signature"].split(","))
    assert int(stamp) == int(NOW.timestamp())
    assert mac == hmac.new(b"hush", f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["Idempotency-Key"] == ID
    assert json.loads(body) == {"a": "é"}


@pytest.mark.parametrize(
    ("answer", "status"), [(500, "pending"), (429, "pending"), (302, "failed"), (404, "failed")]
)
def test_answers_of_a_webhook(hook, tmp_path, answer, status):
    hook.answer = answer
    result = _call(hook, tmp_path)
    assert (result.status, result.error) == (status, f"the webhook answered {answer}")
    assert len(hook.got) == 1, "redirects are not followed"


def test_a_webhook_without_a_secret_or_an_answer(tmp_path):
    mail = _mail(channel="webhook", recipients=("http://127.0.0.1:1/",))
    with pytest.raises(ConfigError, match="INGEST_WEBHOOK_SECRET"):
        Post("a@example.org", tmp_path).check(webhooks=True)
    (result,) = send([mail], Post("a@example.org", tmp_path, webhook_secret="hush"), NOW)
    assert result.status == "pending"


def test_a_webhook_that_talks_without_end_is_not_listened_to(hook, tmp_path):
    hook.answer, hook.is_endless = 200, True
    assert _call(hook, tmp_path).status == "sent"


def test_a_call_is_signed_when_it_is_made_however_long_the_mails_before_it_took(hook, tmp_path):
    times = iter((5.0, 3605.0))
    mail = _mail(channel="webhook", recipients=(f"http://127.0.0.1:{hook.server_port}/x",))
    post = Post("a@example.org", tmp_path, webhook_secret="hush", timer=lambda: next(times))
    assert send([mail], post, NOW)[0].status == "sent"
    assert hook.got[0][0]["X-Ingest-Signature"].startswith(f"t={int(NOW.timestamp()) + 3600},")


def test_an_address_that_is_none_is_not_tried_again(tmp_path):
    mail = _mail(channel="webhook", recipients=("https://hooks.example:eighty/",))
    (result,) = send([mail], Post("a@example.org", tmp_path, webhook_secret="hush"), NOW)
    assert result.status == "failed"
    assert result.error.startswith("not an address: ")


def test_what_is_put_off_waits_longer_each_time_and_not_for_ever(hook, tmp_path):
    hook.answer = 503
    waits = [_call(hook, tmp_path, attempts=n).next_try_at - NOW for n in (0, 1, 2, 10)]
    assert waits == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20), timedelta(hours=4)]
    old = _call(hook, tmp_path, attempts=40, created_at=NOW - timedelta(days=5))
    assert (old.status, old.error) == ("failed", "given up after 5 days: the webhook answered 503")


# ---------------------------------------------------------------- feeds


def test_an_entry_of_a_feed_quotes_what_is_new_and_links_to_it(newsroom):
    watch = newsroom.watch()
    words = [f"Sentence {number}." for number in range(5)]
    update = newsroom.update(findings=tuple(map(newsroom.finding, words)))
    (alert,) = match([watch], [update], {watch.name: NOW.date().replace(month=1)}, [], "run1", NOW)
    row = {"alert_id": alert.alert_id, "content": alert.content, "created_at": NOW}
    feed = ET.fromstring(atom("watch:x", "Exampleshire", [feed_entry(row)]))
    quoted = feed.findtext(f"{{{ATOM}}}entry/{{{ATOM}}}summary")
    assert quoted.count("“Sentence ") == 3
    assert quoted.endswith(" … and 2 more.")
    assert feed.find(f"{{{ATOM}}}entry/{{{ATOM}}}link").get("href") == newsroom.letter().url
    # RFC 4287 wants these of every feed.
    assert [feed.findtext(f"{{{ATOM}}}{name}") for name in ("id", "title", "updated")] == [
        "urn:ingest:watch:x",
        "Exampleshire",
        "2018-06-11T07:15:00Z",
    ]
    assert feed.findtext(f"{{{ATOM}}}author/{{{ATOM}}}name")


def test_a_feed_has_the_newest_first_and_nothing_breaks_it(newsroom):
    evil = "<b>&]]> \u202e"
    watch = newsroom.watch()
    updates = [
        newsroom.update(),
        newsroom.update(
            story_id="s2", title=evil, inspection_kind=None, documents=(newsroom.article(url="javascript:x"),)
        ),
    ]
    first, second = match([watch], updates, {watch.name: NOW.date().replace(month=1)}, [], "run1", NOW)
    rows = [
        {"alert_id": one.alert_id, "content": one.content, "created_at": NOW + timedelta(hours=hours)}
        for one, hours in ((first, 0), (second, 1))
    ]
    feed = ET.fromstring(atom("watch:x", evil, [feed_entry(row) for row in rows]))
    entries = feed.findall(f"{{{ATOM}}}entry")
    assert [one.findtext(f"{{{ATOM}}}title") for one in entries] == [
        "Exampleshire: <b>&]]>",
        "Exampleshire: Ofsted monitoring visit, May 2018",
    ]
    assert entries[0].find(f"{{{ATOM}}}link") is None
    assert entries[1].find(f"{{{ATOM}}}link").get("href") == "https://files.example.org/file/50000001"
    assert feed.findtext(f"{{{ATOM}}}updated") == "2018-06-11T08:15:00Z"
    assert atom("watch:x", evil, [feed_entry(row) for row in rows[::-1]]) == atom(
        "watch:x", evil, [feed_entry(row) for row in rows]
    )


def test_a_mailbox_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "cur").mkdir()
    (tmp_path / "cur" / "notice").touch()
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ConfigError, match="notice: cannot be read: Permission denied"):
        read_bounces(tmp_path)
