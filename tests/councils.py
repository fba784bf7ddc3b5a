"""A small web of invented councils on the loopback, whose pages a test changes between two runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from ingest.model import Source
from ingest.pipeline import Order, run
from ingest.settings import Settings
from ingest.steps.runner import PlainRunner
from ingest.steps.summary import Summary

MORNING = datetime(2026, 11, 2, 7, 15, tzinfo=UTC)
PROSE = (
    "Inspectors found that social workers in Leeds know children well and visit them often. "
    "Plans are clear, and most children see the same worker for a long time. "
)
SELECTORS = {"item": "li.news", "title": "a", "date": "time", "content": "article"}


class Web:
    """`pages` maps a path to a page, or to a status with the headers of an answer without one."""

    def __init__(self) -> None:
        self.pages: dict[str, str | tuple[int, dict[str, str]]] = {}
        self.asked: list[str] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                web.asked.append(self.path)
                page = web.pages.get(self.path, (404, {}))
                status, headers = (200, {"Content-Type": "text/html"}) if isinstance(page, str) else page
                body = page.encode() if isinstance(page, str) else b""
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def listing(self, path: str, items: Sequence[int], *, item: str = "news", dated: bool = True) -> None:
        """Set a listing of these items; the number of an item is its day in October."""
        rows = "".join(
            f'<li class="{item}"><a href="{path}/{n}">News {n} of {path[1:]}</a>'
            + (f"<time>{n} October 2026</time>" if dated else "")
            + "</li>"
            for n in items
        )
        self.pages[path] = f"<html><body><h1>News</h1><ul>{rows}</ul></body></html>"

    def article(self, path: str, text: str = "", *, title: str = "", extra: str = "", head: str = "") -> None:
        """Set an article of a paragraph that is its own, and `text` or some prose."""
        self.pages[path] = (
            f"<html><head><title>{title or path}</title>{head}</head><body><nav>Home</nav><article>"
            f"<h1>{title or f'News of {path}'}</h1><p>This is the story told at {path}.</p>"
            f"<p>{text or PROSE * 4}</p>{extra}</article></body></html>"
        )

    def council(self, name: str, items: Sequence[int] = range(1, 7)) -> None:
        """Set a listing with all its articles."""
        self.listing(f"/{name}", items)
        for n in items:
            self.article(f"/{name}/{n}")

    def source(self, name: str, **given: Any) -> Source:
        """Return the source of a council's listing."""
        values = {"kind": "listing", "document_kind": "press_release", "options": SELECTORS} | given
        return Source(
            name, f"{name.title()} news", f"{name.title()} Council", url=f"{self.url}/{name}", **values
        )


@contextmanager
def serving() -> Iterator[Web]:
    web = Web()
    thread = threading.Thread(target=web.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        web.server.shutdown()
        web.server.server_close()
        thread.join()


class Days:
    """A clock that tests move, and that goes on by a second a look."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def go_on(self, days: float = 1) -> None:
        self.now += timedelta(days=days)


def settings_in(folder: Path, **given: Any) -> Settings:
    values = {"requests_per_second": 1000, "workers": 1, "allow_hosts": ("127.0.0.1",)} | given
    return Settings(data_dir=folder / "data", sources_file=folder / "sources.toml", **values)


def run_once(settings: Settings, days: Days, *sources: Source, **order: Any) -> Summary:
    """One run over the sources, alerts included."""
    facts = {"watches_file": settings.data_dir / "no-watches.toml"} | order
    return run(
        settings,
        Order(tuple(sources), "test", **facts),
        PlainRunner(retries=0, sleep=lambda _: None),
        clock=days,
    )


def published(day: int) -> date:
    return date(2026, 10, day)
