from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import httpx
import pytest
from certificates import make_certificate
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import ConfigError, RefusedError, TransientError
from ingest.fetch import Fetcher, Guard

Make = Callable[..., Fetcher]
OK = (200, {"Content-Type": "text/html"}, b"<!doctype html><p>Visit</p>")


def guard_that_finds(*addresses: str, **options: object) -> Guard:
    return Guard(resolve=lambda host, port: list(addresses), **options)  # type: ignore[arg-type]


# ------------------------------------------------------------------ which addresses are public


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254",
        "168.63.129.16", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.192",
        "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
        "239.1.1.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
        "::ffff:0:10.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::1",
        "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001::1", "2001:0:53aa:64c::1", "2001:db8::1", "3fff::1",
        "100::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%lo", "fec0::1", "ff02::1",
        "4000::1", "e000::1",
    ],
)  # fmt: skip
def test_no_address_of_a_private_or_special_network_is_public(address: str) -> None:
    with pytest.raises(RefusedError, match=r"news\.example: leads to .*allow_hosts"):
        guard_that_finds(address).addresses("news.example", 80)
    literal = f"[{address}]" if ":" in address else address
    if "%" not in address:
        with pytest.raises(RefusedError, match="an address that is"):
            Guard().check_url(httpx.URL(f"http://{literal}/"))


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "151.101.0.81", "172.32.0.1", "192.0.1.1", "2a00:1450::1", "2606:4700::1111",
     "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::1"],
)  # fmt: skip
def test_public_addresses_pass_also_those_within_others(address: str) -> None:
    assert guard_that_finds(address).addresses("news.example", 80) == [address]


@settings(max_examples=300)
@given(st.one_of(st.integers(0, 2**32 - 1).map(IPv4Address), st.integers(0, 2**128 - 1).map(IPv6Address)))
def test_nothing_passes_that_python_holds_for_private(address: IPv4Address | IPv6Address) -> None:
    try:
        guard_that_finds(str(address)).addresses("news.example", 80)
    except RefusedError:
        return
    plain = ip_address(str(address))
    inner = getattr(plain, "ipv4_mapped", None) or getattr(plain, "sixtofour", None)
    assert (inner or plain).is_global


def test_one_private_address_among_public_ones_is_refused() -> None:
    with pytest.raises(RefusedError, match=r"10\.0\.0\.1"):
        guard_that_finds("1.1.1.1", "10.0.0.1").addresses("news.example", 80)


def test_what_is_allowed_passes() -> None:
    guard = Guard(
        allow=["127.0.0.1", "10.1.0.0/16", "fd00::/8", "[::1]", "Intranet.example."],
        resolve=lambda host, port: ["192.168.1.1"] if host.lower().startswith("intranet") else ["10.1.2.3"],
    )
    assert guard.addresses("intranet.example", 8080) == ["192.168.1.1"]
    assert guard.addresses("other.example", 80) == ["10.1.2.3"]
    for url in ("http://127.0.0.1:8080/", "http://10.1.9.9:99/", "http://[fd00::1]/", "http://[::1]:1/",
                "http://intranet.example:8443/"):  # fmt: skip
        guard.check_url(httpx.URL(url))
    with pytest.raises(RefusedError):
        guard.check_url(httpx.URL("http://127.0.0.2/"))


@pytest.mark.parametrize("entry", ["", "10.0.0.0/99", "http://a.example", "*.example", "a b"])
def test_an_unusable_entry_is_a_config_error(entry: str) -> None:
    with pytest.raises(ConfigError, match="allow_hosts"):
        Guard(allow=[entry])


def test_ports_other_than_the_webs_need_a_word() -> None:
    for port in (22, 25, 6379, 8080):
        with pytest.raises(RefusedError, match=f"port {port}"):
            Guard().check_url(httpx.URL(f"http://news.example:{port}/"))
    Guard(ports=[8080]).check_url(httpx.URL("http://news.example:8080/"))
    Guard().check_url(httpx.URL("https://news.example:443/"))
    Guard().check_url(httpx.URL("http://news.example:443/"))


def test_user_names_and_endless_addresses_are_refused() -> None:
    with pytest.raises(RefusedError, match="user name") as caught:
        Guard().check_url(httpx.URL("http://me:secret@news.example/"))
    assert "secret" not in str(caught.value)
    with pytest.raises(RefusedError, match="8,000 characters"):
        Guard().check_url(httpx.URL("http://news.example/" + "a" * 8000))


# ------------------------------------------------------------------ on the wire


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::1]", "0"]
)
def test_this_machine_is_refused_however_it_is_written(site, make_fetcher: Make, host: str) -> None:
    port = site.server.server_address[1]
    fetcher = make_fetcher(guard=Guard(ports=[port]), retries=0)
    with pytest.raises(RefusedError, match=r"loopback|unspecified"):
        fetcher.page(f"http://{host}:{port}/")
    assert site.requests == []


def test_every_redirect_is_judged_after_it_is_resolved(site, make_fetcher: Make) -> None:
    port = site.server.server_address[1]
    places = {"inner.example": "127.0.0.2", "news.example": "127.0.0.1"}
    guard = Guard(allow=["127.0.0.1"], ports=[port], resolve=lambda host, port: [places.get(host, host)])
    fetcher = make_fetcher(guard=guard)
    site.routes["/a"] = (302, {"Location": f"http://news.example:{port}/b"}, b"")
    site.routes["/b"] = (301, {"Location": f"http://inner.example:{port}/secret"}, b"")
    site.routes["/secret"] = OK
    with pytest.raises(RefusedError, match=r"inner\.example: leads to 127\.0\.0\.2"):
        fetcher.page(f"{site.url}/a")
    assert site.paths() == ["/a", "/b"]


def test_the_connection_goes_to_the_address_that_was_judged(
    site, make_fetcher: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = site.server.server_address[1]
    answers = iter([["127.0.0.1"], ["127.0.0.2"], ["127.0.0.2"]])
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    really = socket.getaddrinfo

    def only_numbers(host: str, *args: object, **options: object) -> object:
        ip_address(host)  # a name here would be a second look-up
        return really(host, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", only_numbers)
    site.routes["/news"] = OK
    fetcher = make_fetcher(guard=Guard(allow=["127.0.0.1"], ports=[port], resolve=rebinding))
    assert fetcher.page(f"http://news.example:{port}/news") is not None
    assert asked == ["news.example"]
    assert site.requests[-1][1]["host"] == f"news.example:{port}"
    # A new connection is judged anew, by the answer of that moment.
    with pytest.raises(RefusedError, match=r"127\.0\.0\.2"):
        make_fetcher(guard=Guard(allow=["127.0.0.1"], ports=[port], resolve=rebinding)).page(
            f"http://news.example:{port}/news"
        )


def test_the_next_address_is_tried_where_one_is_dead(site, make_fetcher: Make) -> None:
    port = site.server.server_address[1]
    site.routes["/news"] = OK
    guard = guard_that_finds("127.0.0.9", "127.0.0.1", allow=["127.0.0.0/8"], ports=[port])
    assert make_fetcher(guard=guard).page(f"http://news.example:{port}/news") is not None


def test_a_name_without_address_is_transient(make_fetcher: Make) -> None:
    def nowhere(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(TransientError, match="Name or service not known"):
        make_fetcher(guard=Guard(resolve=nowhere), retries=0).page("http://news.example/")
    with pytest.raises(TransientError, match="has no address"):
        make_fetcher(guard=guard_that_finds(), retries=0).page("http://news.example/")


class TlsSite:
    """An HTTPS server for news.example that notes the names it was asked under."""

    def __init__(self, folder: Path) -> None:
        self.names: list[str | None] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = OK[2] if self.path == "/news" else b""
                self.send_response(200 if body else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: object, client_address: object) -> None:
                """A client that trusts nobody hangs up."""

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        context.sni_callback = lambda connection, name, context: self.names.append(name)
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]


@pytest.fixture
def tls_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TlsSite]:
    make_certificate(tmp_path, "news.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    running = TlsSite(tmp_path)
    thread = threading.Thread(target=running.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield running
    running.server.shutdown()
    running.server.server_close()
    thread.join()


def test_tls_keeps_the_name_and_checks_the_certificate(tls_site: TlsSite, make_fetcher: Make) -> None:
    guard = guard_that_finds("127.0.0.1", allow=["127.0.0.1"], ports=[tls_site.port])
    fetcher = make_fetcher(guard=guard, retries=0)
    assert fetcher.page(f"https://news.example:{tls_site.port}/news") is not None
    assert set(tls_site.names) == {"news.example"}
    with pytest.raises(TransientError, match="CERTIFICATE_VERIFY_FAILED"):
        fetcher.page(f"https://other.example:{tls_site.port}/news")


# ------------------------------------------------------------------ proxies


def test_behind_a_proxy_the_address_as_written_is_judged(site, make_fetcher: Make) -> None:
    fetcher = make_fetcher(proxy=site.url, guard=Guard())
    site.routes["http://news.example/a"] = (302, {"Location": "http://169.254.169.254/latest/"}, b"")
    for url in ("http://10.0.0.1/", "http://news.example/a", "http://news.example:22/", site.url):
        with pytest.raises(RefusedError):
            fetcher.page(url)
    assert [path for path, _ in site.requests if not path.endswith("robots.txt")] == ["http://news.example/a"]


def test_the_environments_proxy_is_used_but_for_its_exceptions(
    site, make_fetcher: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", site.url.removeprefix("http://"))
    monkeypatch.setenv("no_proxy", "inner.example")
    site.routes["http://news.example/a"] = OK
    site.routes["/a"] = OK
    fetcher = make_fetcher(
        guard=Guard(
            allow=["127.0.0.1"],
            resolve=lambda host, port: ["10.0.0.1" if host.startswith("inner") else host],
        )
    )
    assert fetcher.page("http://news.example/a") is not None
    assert fetcher.page(f"{site.url}/a") is not None
    with pytest.raises(RefusedError, match=r"inner\.example: leads to 10\.0\.0\.1"):
        fetcher.page("http://inner.example/a")


@pytest.mark.parametrize(
    "proxy",
    [
        "socks5://127.0.0.1:1080",
        "http://[::1",
        "ftp://a.example",
        "http://me:hush@a.example:eighty",
        "me:hush@a.example:eighty",
    ],
)
def test_an_unusable_proxy_is_a_config_error_that_tells_no_password(make_fetcher: Make, proxy: str) -> None:
    with pytest.raises(ConfigError, match="proxy") as caught:
        make_fetcher(proxy=proxy)
    assert "hush" not in str(caught.value)


# ------------------------------------------------------------------ nothing is told to strangers


def test_cookies_and_validators_stay_with_their_site(site, other_site, make_fetcher: Make) -> None:
    site.routes["/a"] = (302, {"Location": "/b", "Set-Cookie": "id=1; Path=/"}, b"")
    site.routes["/b"] = (302, {"Location": f"{other_site.url}/c", "Set-Cookie": "more=2"}, b"")
    other_site.routes["/c"] = (200, {"Content-Type": "text/html", "ETag": '"c"'}, OK[2])
    fetcher = make_fetcher()
    page = fetcher.page(f"{site.url}/a")
    assert page is not None
    sent = dict(site.requests + other_site.requests)
    assert [sent[path].get("cookie") for path in ("/a", "/b", "/c")] == [None, "id=1", None]
    site.requests.clear()
    other_site.requests.clear()
    assert fetcher.page(f"{site.url}/a", page.validator) is None
    sent = dict(site.requests + other_site.requests)
    # The ETag is of the other site, to which the redirects lead; the first has never heard of it.
    assert [sent[path].get("if-none-match") for path in ("/a", "/b", "/c")] == [None, None, '"c"']
    assert [sent[path].get("cookie") for path in ("/a", "/b", "/c")] == [None, "id=1", None]


def test_an_unusable_proxy_of_the_environment_is_named_when_it_is_needed(
    make_fetcher: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:1080")
    fetcher = make_fetcher()
    with pytest.raises(ConfigError, match="only http and https proxies"):
        fetcher.page("http://news.example/")
