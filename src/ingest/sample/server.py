"""The loopback server that shows the newsroom, also as a plain-HTTP proxy for its own host names.

The port is a new one in every run, but addresses are the keys of documents. So the sources name stable
hosts under `.example`, and the fetcher is given `proxy_url`: a request line with a whole address
(`GET http://trust.sample.example/news HTTP/1.1`) is answered for that host. Nothing is ever passed on:
a host that is not the newsroom's own gets a 502.
"""

from __future__ import annotations

import sys
from email.utils import parsedate_to_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

from ingest.errors import ConfigError
from ingest.sample.content import HTML, Answer, answers

RETRY_AFTER_SECONDS = 1


class Request(NamedTuple):
    """One line of the server's log."""

    method: str
    url: str
    """The whole address, as the client meant it: `http://trust.sample.example/news`."""
    status: int


class Newsroom:
    """Serve the sample from a thread of this process while the context lasts.

    From day 2 on, one article is served corrected. Pages that fail once do so once in each instance.

    Raises:
        ConfigError: `day` is less than 1.
    """

    def __init__(self, day: int = 1) -> None:
        if day < 1:
            raise ConfigError(
                f"the sample has no day {day}: give 1 (as published) or 2 (one article corrected)"
            )
        self.day = day
        self.requests: list[Request] = []
        """What was asked and answered, oldest first."""
        self._answers = answers(day)
        self._hosts = {urlsplit(url).netloc for url in self._answers}
        self._failed: set[str] = set()
        self._lock = Lock()

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.room = self
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), name="newsroom", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base_url(self) -> str:
        """The server itself; its front page lists every address of the sample."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def proxy_url(self) -> str:
        """What a fetcher sets as its proxy to reach the sample's hosts."""
        return self.base_url

    @property
    def urls(self) -> tuple[str, ...]:
        """Every address that the sample answers, sorted."""
        return tuple(sorted(self._answers))

    def answer(self, url: str) -> Answer:
        """Return what `url` answers now; parameters that no page knows (utm_source...) change nothing."""
        known = url if url in self._answers else url.partition("?")[0]
        answer = self._answers.get(known)
        if answer is None:
            return self._nothing_at(url)
        if answer.fails_once:
            with self._lock:
                if known not in self._failed:
                    self._failed.add(known)
                    return _notice(503, "This page is being prepared. Please try again in a moment.")
        return answer

    def _nothing_at(self, url: str) -> Answer:
        parts = urlsplit(url)
        if parts.netloc in self._hosts:
            return _notice(404, "There is no such page here.")
        if url.rstrip("/") == self.base_url:
            links = "".join(f'<li><a href="{escape(u)}">{escape(u)}</a></li>' for u in self.urls)
            return _notice(
                200, "The sample newsroom. Its hosts are reached with this server as proxy.", links
            )
        return _notice(502, f"The sample newsroom has no host {parts.netloc!r} and passes nothing on.")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    room: Newsroom

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet when a client hangs up; show what is a fault of ours."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together: a body alone would wait 40 ms for the head's ACK

    def do_GET(self) -> None:
        """Answer for the host that the request line or the Host header names."""
        absolute = self.path.startswith("http://")
        url = self.path if absolute else f"http://{self.headers.get('Host', '')}{self.path}"
        room = self.server.room
        answer = room.answer(url)
        status = 304 if answer.status == 200 and self._is_unchanged(answer) else answer.status
        with room._lock:
            room.requests.append(Request(self.command, url, status))
        self._send(status, answer)

    do_HEAD = do_GET  # noqa: N815 - the name that http.server looks for

    def _is_unchanged(self, answer: Answer) -> bool:
        """RFC 9110, 13.2.2: the date counts only where no tag was sent."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            sent = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return bool(sent & {"*", answer.etag})
        since = self.headers.get("If-Modified-Since")
        if since is None or not answer.last_modified:
            return False
        try:
            return parsedate_to_datetime(answer.last_modified) <= parsedate_to_datetime(since)
        except (ValueError, TypeError):
            return False  # a date that cannot be read, or has no zone, is no condition

    def _send(self, status: int, answer: Answer) -> None:
        # send_response would add Date and Server, which differ from run to run
        self.send_response_only(status)
        if answer.last_modified and answer.status == 200:
            self.send_header("ETag", answer.etag)
            self.send_header("Last-Modified", answer.last_modified)
        if answer.location:
            self.send_header("Location", answer.location)
        if status == 503:
            self.send_header("Retry-After", str(RETRY_AFTER_SECONDS))
        if status != 304:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if status != 304 and self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing: the log is `Newsroom.requests`."""


def _notice(status: int, text: str, items: str = "") -> Answer:
    head = f'<!doctype html><html lang="en"><title>{status}</title>'
    body = f"{head}<p>{escape(text)}</p><ul>{items}</ul></html>\n"
    return Answer(body.encode(), HTML, last_modified="", status=status)
