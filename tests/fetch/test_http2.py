"""HTTP/2 over TLS through the guarded transport: several requests share one connection, limits hold."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import pytest

from ingest.errors import RefusedError
from ingest.fetch import Fetcher, Guard
from ingest.model import Link

PAGE = b"<!doctype html><p>Visit</p>"
Make = Callable[..., Fetcher]


class _Http2(asyncio.Protocol):
    """Answers /large with 200 kB, robots.txt with 404 and anything else with PAGE; counts connections."""

    connections = 0

    def __init__(self) -> None:
        self._h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        self._waiting: dict[int, bytes] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        _Http2.connections += 1
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._h2.initiate_connection()
        transport.write(self._h2.data_to_send())

    def data_received(self, data: bytes) -> None:
        for event in self._h2.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                path = dict(event.headers)[b":path"]
                status = b"404" if path == b"/robots.txt" else b"200"
                self._h2.send_headers(
                    event.stream_id, [(b":status", status), (b"content-type", b"text/html")]
                )
                self._waiting[event.stream_id] = b"x" * 200_000 if path == b"/large" else PAGE
        self._send()

    def _send(self) -> None:
        for stream, body in list(self._waiting.items()):
            room = min(
                self._h2.local_flow_control_window(stream), self._h2.max_outbound_frame_size, len(body)
            )
            while body and room:
                self._h2.send_data(stream, body[:room])
                body = body[room:]
                room = min(
                    self._h2.local_flow_control_window(stream), self._h2.max_outbound_frame_size, len(body)
                )
            self._waiting[stream] = body
            if not body:
                self._h2.end_stream(stream)
                del self._waiting[stream]
        self._transport.write(self._h2.data_to_send())


@pytest.fixture
def http2_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(["h2"])
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(_Http2, "127.0.0.1", 0, ssl=context))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    _Http2.connections = 0
    yield f"https://localhost:{server.sockets[0].getsockname()[1]}"
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    server.close()
    loop.close()


def test_requests_share_a_connection_and_limits_hold(http2_site: str, make_fetcher: Make, archive) -> None:
    fetcher = make_fetcher(guard=Guard(allow=["localhost"]), at_once=4)
    links = [Link("news", f"{http2_site}/{name}") for name in ("a", "large", "b", "c", "d", "e")]
    results = fetcher.items([(link, None) for link in links])
    refused = results.pop(1)
    assert isinstance(refused, RefusedError)
    assert "larger than 100,000 bytes" in str(refused)
    for result in results:
        assert isinstance(result, tuple), result
        assert result[0] is not None
        assert archive.read(result[0].content_hash) == PAGE
    assert _Http2.connections == 1
