"""Fixtures of the fetch room: a real loopback server with settable routes, and time that only tests move."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ingest.fetch import Archive, Fetcher, Guard

Reply = tuple[int, dict[str, str], bytes]


class LoopbackSite:
    """A web site on 127.0.0.1: `routes` maps a path to a reply, a list of replies in turn, or a function."""

    def __init__(self) -> None:
        self.routes: dict[str, Reply | list[Reply] | Callable[[dict[str, str]], Reply]] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                site.requests.append((self.path, headers))
                route = site.routes.get(self.path, (404, {}, b"not here"))
                if isinstance(route, list):
                    route = route.pop(0) if len(route) > 1 else route[0]
                status, fields, body = route(headers) if callable(route) else route
                self.send_response(status)
                for name, value in fields.items():
                    self.send_header(name, value)
                if not {"Content-Length", "Transfer-Encoding"} & fields.keys():
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if status != 304:
                    self.wfile.write(body)
                if "Content-Length" in fields:
                    self.close_connection = True

            def log_message(self, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: object, client_address: object) -> None:
                """A client that hangs up early is what some tests want."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def paths(self) -> list[str]:
        """The paths asked for, without robots.txt."""
        return [path for path, _ in self.requests if path != "/robots.txt"]


class HandTime:
    """A timer that moves only when someone sleeps; remembers every sleep."""

    def __init__(self) -> None:
        self.now = 0.0
        self.sleeps: list[float] = []

    def timer(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def clock(self) -> datetime:
        return datetime(2018, 6, 8, 12, tzinfo=UTC) + timedelta(seconds=self.now)


def serve() -> Iterator[LoopbackSite]:
    running = LoopbackSite()
    thread = threading.Thread(
        target=running.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    )
    thread.start()
    yield running
    running.server.shutdown()
    running.server.server_close()
    thread.join()


@pytest.fixture
def site() -> Iterator[LoopbackSite]:
    yield from serve()


@pytest.fixture
def other_site() -> Iterator[LoopbackSite]:
    """A second site: another origin, and another host to be polite to."""
    yield from serve()


@pytest.fixture
def hand() -> HandTime:
    return HandTime()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


@pytest.fixture
def make_fetcher(archive: Archive, hand: HandTime) -> Iterator[Callable[..., Fetcher]]:
    """A maker of fetchers that never really wait; closed at the end."""
    made: list[Fetcher] = []

    def make(**changes: object) -> Fetcher:
        values: dict[str, object] = {
            "user_agent": "ingest/0.1 (tests)",
            "contact": "owner@example.org",
            "timeout": 5.0,
            "requests_per_second": 1000.0,
            "max_bytes": 100_000,
            "clock": hand.clock,
            "sleep": hand.sleep,
            "timer": hand.timer,
            "retries": 3,
            "guard": Guard(allow=["127.0.0.1"]),
        }
        fetcher = Fetcher(archive, **(values | changes))  # type: ignore[arg-type]
        made.append(fetcher)
        return fetcher.__enter__()

    yield make
    for fetcher in made:
        fetcher.__exit__(None, None, None)
