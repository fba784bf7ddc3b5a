"""Mails leave: to files, and to a real SMTP server on the loopback, plain and encrypted."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime
from email import message_from_bytes, policy
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from certificates import make_certificate

from ingest.alerts import Mail, Post, message, send
from ingest.alerts.smtp import PATIENCE
from ingest.errors import ConfigError

NOW = datetime(2018, 6, 11, 7, 15, tzinfo=UTC)
SENDER = "News of inspections <alerts@example.org>"


def _mail(number=1, **changes):
    fields = {
        "delivery_id": f"delivery{number}",
        "kind": "alert",
        "watches": ("Exampleshire",),
        "created_at": NOW,
        "recipients": ("reader@example.org",),
        "subject": "Exampleshire: Ofsted monitoring visit, May 2018: 3 concerns",
        "text": "Findings – first.\n.a line with a dot\n",
        "html": "<p>Findings – first.</p>" + "x" * 3000,
        "alert_ids": ("a1",),
    }
    return Mail(**(fields | changes))


# ---------------------------------------------------------------- the message


def test_the_message_has_both_bodies_and_a_stable_id():
    made = message_from_bytes(message(_mail(), SENDER, NOW).as_bytes(), policy=policy.default)
    assert made.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in made.iter_parts()] == ["text/plain", "text/html"]
    assert made.get_body(("plain",)).get_content().replace("\r\n", "\n") == _mail().text
    assert message(_mail(), SENDER, NOW).as_bytes() == message(_mail(), SENDER, NOW).as_bytes()
    assert made["Message-ID"] == "<delivery1@example.org>"
    assert made["From"] == SENDER
    assert made["To"] == "reader@example.org"
    assert made["Date"] == "Mon, 11 Jun 2018 07:15:00 +0000"
    assert made["Auto-Submitted"] == "auto-generated"
    assert made["List-Unsubscribe"] == "<mailto:alerts@example.org?subject=stop%20Exampleshire>"
    later = message(_mail(), SENDER, datetime(2019, 1, 1, tzinfo=UTC))
    assert later["Message-ID"] == made["Message-ID"]


def test_no_header_can_be_added():
    evil = "x\r\nBcc: victim@example.org\r\n\r\nbody"
    made = message(_mail(subject=evil, watches=(evil,)), SENDER, NOW)
    read = message_from_bytes(made.as_bytes(), policy=policy.default)
    assert "Bcc" not in read
    assert read["Subject"] == "x Bcc: victim@example.org body"
    assert set(read.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe"),
        *("MIME-Version", "Content-Type"),
    }
    with pytest.raises(ValueError, match="cannot contain CR or LF"):
        message(_mail(recipients=("a@example.org\r\nBcc: b@example.org",)), SENDER, NOW)


@pytest.mark.parametrize(
    "sender", ["", "nobody", "a@example.org\nBcc: b@example.org", "a@exämple.org", "a b@c"]
)
def test_an_unusable_sender_is_the_users_to_mend(sender, tmp_path):
    with pytest.raises(ConfigError, match="INGEST_MAIL_FROM"):
        send([_mail()], Post(sender, tmp_path), NOW)


# ---------------------------------------------------------------- files


def test_files_are_written_once_per_delivery(tmp_path):
    box = tmp_path / "data" / "outbox"
    for _ in range(2):
        (result,) = send([_mail()], Post(SENDER, box), NOW)
        assert (result.status, result.attempts, result.sent_at, result.error) == ("sent", 1, NOW, None)
    (path,) = box.iterdir()
    assert path.name == "delivery1-exampleshire-ofsted-monitoring-visit-may-2018-3-concerns.eml"
    assert b"\r\n" in path.read_bytes()
    assert message_from_bytes(path.read_bytes())["Message-ID"] == "<delivery1@example.org>"


def test_an_unwritable_outbox_keeps_the_mail(tmp_path):
    (tmp_path / "outbox").write_text("a file in the way")
    (result,) = send([_mail()], Post(SENDER, tmp_path / "outbox"), NOW)
    assert (result.status, result.attempts) == ("pending", 1)
    assert "outbox" in result.error


def test_a_poison_mail_does_not_stop_the_others(tmp_path):
    mails = [_mail(1), _mail(2, text="\ud800"), _mail(3)]
    recorded = []
    results = send(mails, Post(SENDER, tmp_path), NOW, recorded.append)
    assert [result.status for result in results] == ["sent", "failed", "sent"]
    assert recorded == list(results)
    assert len(list(tmp_path.iterdir())) == 2


# ---------------------------------------------------------------- a real server


class PostOffice:
    """Takes mail, unless a rule of the test answers otherwise."""

    def __init__(self):
        self.envelopes = []
        self.sessions = set()
        self.on_rcpt = {}
        self.on_data = []
        self.tls = []

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802
        answer = self.on_rcpt.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.sessions.add(session.peer)
        answer = self.on_data.pop(0) if self.on_data else "250 OK"
        if answer == "drop":
            server.transport.close()
        elif answer.startswith("250"):
            self.envelopes.append(envelope)
            self.tls.append(session.ssl is not None)
        return answer

    @property
    def ids(self):
        return [message_from_bytes(envelope.content)["Message-ID"] for envelope in self.envelopes]


class Loopback(Controller):
    """A server on a free port of the loopback."""

    def __init__(self, office, **options):
        super().__init__(office, hostname="127.0.0.1", port=0, **options)

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def office():
    return PostOffice()


@pytest.fixture
def server(office):
    controller = Loopback(office)
    controller.start()
    yield f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


@pytest.fixture
def post(tmp_path):
    def run(mails, url, **changes):
        wait = changes.pop("sleep", lambda _: None)
        return send(mails, Post(SENDER, tmp_path, url, timeout=5, sleep=wait, **changes), NOW)

    return run


def test_many_mails_over_one_connection(office, server, post):
    results = post([_mail(number) for number in range(20)], server)
    assert {result.status for result in results} == {"sent"}
    assert office.ids == [f"<delivery{number}@example.org>" for number in range(20)]
    assert len(office.sessions) == 1
    read = message_from_bytes(office.envelopes[0].content, policy=policy.default)
    assert read.get_body(("plain",)).get_content().replace("\r\n", "\n") == _mail().text
    assert office.envelopes[0].mail_from == "alerts@example.org"


def test_put_off_once_and_sent_on_the_next_run(office, server, post):
    office.on_data = ["451 try later"]
    first, other = post([_mail(1), _mail(2)], server)
    assert (first.status, first.attempts, first.sent_at) == ("pending", 1, None)
    assert "451 try later" in first.error
    assert other.status == "sent"
    (again,) = post([_mail(1, attempts=first.attempts)], server)
    assert (again.status, again.attempts) == ("sent", 2)
    assert office.ids == ["<delivery2@example.org>", "<delivery1@example.org>"]


def test_refused_for_good(office, server, post):
    office.on_rcpt = {"reader@example.org": "550 no such user"}
    office.on_data = ["554 we do not want this"]
    results = post([_mail(1), _mail(2, recipients=("other@example.org",)), _mail(3)], server)
    assert [result.status for result in results] == ["failed", "failed", "failed"]
    assert "reader@example.org: 550 no such user" in results[0].error
    assert "554 we do not want this" in results[1].error
    assert office.envelopes == []


def test_one_refused_recipient_does_not_keep_the_others_waiting(office, server, post):
    office.on_rcpt = {"gone@example.org": "550 no such user"}
    (result,) = post([_mail(recipients=("gone@example.org", "here@example.org"))], server)
    assert result.status == "sent"
    assert "gone@example.org: 550" in result.error
    assert office.envelopes[0].rcpt_tos == ["here@example.org"]


def test_one_recipient_put_off_puts_off_all_but_not_for_ever(office, server, post):
    office.on_rcpt = {"full@example.org": "452 mailbox full"}
    both = ("full@example.org", "here@example.org")
    (first,) = post([_mail(recipients=both)], server)
    assert (first.status, office.envelopes) == ("pending", [])
    (last,) = post([_mail(recipients=both, attempts=PATIENCE)], server)
    assert last.status == "sent"
    assert "452 mailbox full" in last.error


def test_a_server_that_hangs_up_loses_one_mail_only(office, server, post):
    office.on_data = ["drop"]
    results = post([_mail(1), _mail(2)], server)
    assert [result.status for result in results] == ["pending", "sent"]
    office.on_data = ["421 closing"]
    results = post([_mail(1), _mail(2)], server)
    assert [result.status for result in results] == ["pending", "sent"]


def test_a_server_that_always_hangs_up_is_left_alone(office, server, post):
    office.on_data = ["drop"] * 10
    results = post([_mail(number) for number in range(10)], server)
    assert {result.status for result in results} == {"pending"}
    assert len(office.on_data) == 7


def test_a_server_that_is_away(post):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
        results = post([_mail(1), _mail(2)], url)
    assert [(result.status, result.attempts) for result in results] == [("pending", 1), ("pending", 1)]
    assert "refused" in results[0].error.lower()


def test_a_poison_mail_among_others(office, server, post):
    results = post([_mail(1), _mail(2, text="\ud800"), _mail(3)], server)
    assert [result.status for result in results] == ["sent", "failed", "sent"]
    assert len(office.sessions) == 1


# ---------------------------------------------------------------- encryption


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    make_certificate(folder, "localhost")
    return folder


@pytest.fixture
def encrypted(office, certificate):
    """A server that wants STARTTLS and then user "me" with password "p@ss/word"."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")

    def check(server, session, envelope, mechanism, data):
        right = data.login == b"me" and data.password == b"p@ss/word"
        return AuthResult(success=right, handled=False)

    class Strict(Loopback):
        def factory(self):
            return SMTP(
                self.handler,
                tls_context=context,
                require_starttls=True,
                auth_required=True,
                authenticator=check,
            )

    controller = Strict(office)
    controller.start()
    yield controller.port
    controller.stop()


def _url(port, certificate=None, password="p@ss/word"):
    trust = f"?cafile={quote(str(certificate / 'cert.pem'))}" if certificate else ""
    return f"smtp://me:{quote(password, safe='')}@localhost:{port}{trust}"


def test_starttls_and_password(office, encrypted, certificate, post):
    (result,) = post([_mail()], _url(encrypted, certificate))
    assert (result.status, result.error) == ("sent", None)
    assert office.tls == [True]


def test_a_wrong_password_keeps_the_mails(encrypted, certificate, post):
    results = post([_mail(1), _mail(2)], _url(encrypted, certificate, "guess"))
    assert {result.status for result in results} == {"pending"}
    assert "refuses the user or password (535)" in results[0].error
    assert "guess" not in results[0].error


def test_an_untrusted_certificate_keeps_the_mails(encrypted, post):
    (result,) = post([_mail()], _url(encrypted))
    assert result.status == "pending"
    assert "certificate is not trusted" in result.error


def test_a_password_is_never_sent_in_clear(office, server, post):
    (result,) = post([_mail()], server.replace("smtp://", "smtp://me:secret@"))
    assert result.status == "pending"
    assert "offers no encryption" in result.error
    assert office.envelopes == []


def test_tls_from_the_first_byte(office, certificate, post):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    controller = Loopback(office, ssl_context=context)
    controller.start()
    try:
        trust = quote(str(certificate / "cert.pem"))
        (result,) = post([_mail()], f"smtps://localhost:{controller.port}?cafile={trust}")
    finally:
        controller.stop()
    assert (result.status, result.error) == ("sent", None)


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example.org",
        "mail.example.org:25",
        "smtp://",
        "smtp://mail.example.org:port",
        "smtp://mail.example.org/path",
        "smtp://me@mail.example.org",
        "smtp://me:hush@mail.example.org?starttls=off",
        "smtp://me:hush@mail.example.org?tls=no",
        "smtp://me:hush@mail.example.org?cafile=/none.pem",
    ],
)
def test_an_unusable_server_address(url, post):
    with pytest.raises(ConfigError, match="INGEST_SMTP_URL") as caught:
        post([_mail()], url)
    assert "hush" not in str(caught.value)
