"""A mail, and a mail server on the loopback that takes it."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes

from aiosmtpd.controller import Controller

from ingest.alerts import Mail

NOW = datetime(2018, 6, 11, 7, 15, tzinfo=UTC)
SENDER = "News of inspections <alerts@example.org>"


def a_mail(number=1, **changes):
    """One of many mails that tell the same."""
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


class PostOffice:
    """Takes mail, unless a rule of the test answers otherwise."""

    def __init__(self):
        self.envelopes = []
        self.sessions = set()
        self.on_mail = []
        self.on_rcpt = {}
        self.on_data = []
        self.tls = []

    async def handle_MAIL(self, server, session, envelope, address, mail_options):  # noqa: N802
        answer = self.on_mail.pop(0) if self.on_mail else "250 OK"
        if answer.startswith("250"):
            envelope.mail_from = address
        return answer

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
