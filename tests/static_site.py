"""A web site on 127.0.0.1 for tests: paths and their answers, and a log of what was asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class StaticSite:
    """`pages` maps a path to (media type, bytes); anything else is a 404."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.pages: dict[str, tuple[str, bytes]] = {}
        self.asked: list[str] = []
        self.kept_back = 0
        """Bytes that each answer promises and does not send."""
        self.port = server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def html(self, path: str, body: str | bytes) -> None:
        """Serve a web page; `{site}` in it becomes the site's own address."""
        self.put(path, "text/html; charset=utf-8", body)

    def put(self, path: str, media_type: str, body: str | bytes) -> None:
        """Serve anything."""
        raw = body.encode() if isinstance(body, str) else body
        self.pages[path] = (media_type, raw.replace(b"{site}", self.url.encode()))


@contextmanager
def static_site() -> Iterator[StaticSite]:
    """Serve a site while the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            media_type, body = site.pages.get(self.path, ("text/plain", b""))
            self.send_response(200 if self.path in site.pages else 404)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body) + site.kept_back))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = StaticSite(server)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
