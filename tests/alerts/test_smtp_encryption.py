"""STARTTLS, TLS from the first byte, passwords, and addresses of servers that cannot be used."""

from __future__ import annotations

import ssl
from urllib.parse import quote

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from certificates import make_certificate
from post_office import Loopback, a_mail

from ingest.errors import ConfigError


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
    (result,) = post([a_mail()], _url(encrypted, certificate))
    assert (result.status, result.error) == ("sent", None)
    assert office.tls == [True]


def test_a_wrong_password_keeps_the_mails(encrypted, certificate, post):
    results = post([a_mail(1), a_mail(2)], _url(encrypted, certificate, "guess"))
    assert {result.status for result in results} == {"pending"}
    assert "refuses the user or password (535)" in results[0].error
    assert "guess" not in results[0].error


def test_an_untrusted_certificate_keeps_the_mails(encrypted, post):
    (result,) = post([a_mail()], _url(encrypted))
    assert result.status == "pending"
    assert "certificate is not trusted" in result.error


def test_a_password_is_never_sent_in_clear(office, server, post):
    (result,) = post([a_mail()], server.replace("smtp://", "smtp://me:secret@"))
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
        (result,) = post([a_mail()], f"smtps://localhost:{controller.port}?cafile={trust}")
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
        post([a_mail()], url)
    assert "hush" not in str(caught.value)
