"""What a second run asks for: sources that are due, listings as far as there is news, items that may have changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from ingest.model import Source
from ingest.pipeline import Order, run
from ingest.settings import Settings
from ingest.steps.runner import PlainRunner
from ingest.steps.summary import Summary

PER_PAGE = 5
ARTICLE = "<!doctype html><title>Visit {n}</title><main><p>Visit {n} to Exampleshire.</p></main>"


@dataclass
class Newsroom:
    """A listing of `count` items, the newest first, five on a page."""

    count: int = 23

    def __post_init__(self) -> None:
        self.paths: list[str] = []
        self.gone: set[int] = set()
        self.busy = False
        """Items ask to come back in two hours."""
        self.kept_back = 0
        """Characters at the end of each listing page that never come."""
        room = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                room.paths.append(self.path)
                status, text = room.answer(self.path)
                self.send_response(status)
                if status == 503:
                    self.send_header("Retry-After", "7200")
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, path: str) -> tuple[int, str]:
        if path.startswith("/news"):
            number = int(path.partition("page=")[2] or 0)
            numbers = range(self.count - number * PER_PAGE, max(self.count - (number + 1) * PER_PAGE, 0), -1)
            items = "".join(
                f"<article><a href=/{n}>Visit {n}</a> <time>2026-01-{n:02}</time></article>" for n in numbers
            )
            more = f"<a class=next href='/news?page={number + 1}'>Older</a>" if numbers[-1] > 1 else ""
            page = f"<main>{items}{more}</main>"
            return 200, page[: len(page) - self.kept_back]
        number = path.removeprefix("/")
        if not number.isdecimal() or int(number) in self.gone:
            return 404, "<h1>Not here</h1>"
        return (503, "") if self.busy else (200, ARTICLE.format(n=number))

    def asked(self) -> list[str]:
        """What was asked for since the last look, robots.txt left out."""
        paths, self.paths = [path for path in self.paths if path != "/robots.txt"], []
        return sorted(paths)


@pytest.fixture
def room() -> Iterator[Newsroom]:
    room = Newsroom()
    thread = Thread(target=room.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield room
    room.server.shutdown()
    room.server.server_close()
    thread.join()


class Runs:
    """Runs over the newsroom, at hours that the test names."""

    def __init__(self, room: Newsroom, tmp_path: Path) -> None:
        self.settings = Settings(
            data_dir=tmp_path / "data", requests_per_second=1000, workers=1, allow_hosts=("127.0.0.1",)
        )
        options = {"item": "article", "next": "a.next", "content": "main"}
        self.source = Source("news", "News", "Post", "listing", f"{room.url}/news", options=options)

    def __call__(self, hour: float, **order: object) -> Summary:
        now = datetime(2026, 11, 22, tzinfo=UTC) + timedelta(hours=hour)
        facts = {"alerts": False, **order}
        return run(
            self.settings,
            Order((self.source,), "test", **facts),  # type: ignore[arg-type]
            PlainRunner(sleep=lambda _: None),
            clock=lambda: now,
        )


@pytest.fixture
def at(room: Newsroom, tmp_path: Path) -> Runs:
    return Runs(room, tmp_path)


PAGES = ["/news", *(f"/news?page={n}" for n in (1, 2, 3, 4))]


def test_an_unchanged_listing_costs_one_request_and_a_changed_one_little_more(
    room: Newsroom, at: Runs
) -> None:
    assert at(0).new == 23
    assert len(room.asked()) == len(PAGES) + 23
    assert at(1).new == 0
    assert room.asked() == ["/news"]
    room.count = 25
    assert at(2).new == 2
    # Ten known items in a row, over two pages and a half, prove that what follows is known.
    assert room.asked() == ["/24", "/25", "/news", "/news?page=1", "/news?page=2"]
    room.count = 31
    assert at(3).new == 6
    assert [path for path in room.asked() if path.startswith("/news")] == [
        "/news",
        "/news?page=1",
        "/news?page=2",
        "/news?page=3",
    ]


def test_full_asks_for_everything(room: Newsroom, at: Runs) -> None:
    at(0)
    room.asked()
    at(1, full=True)
    assert len(room.asked()) == len(PAGES) + 23


def test_a_listing_that_was_not_read_to_its_end_is_read_again_from_page_to_page(
    room: Newsroom, at: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that dies between two parts leaves newer items stored and older ones not."""
    from ingest.load import Warehouse

    stored, store = [], Warehouse.store

    def dies(self: Warehouse, *arguments: object) -> object:
        if stored:
            raise KeyboardInterrupt
        stored.append(True)
        return store(self, *arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr("ingest.steps.storing.CHUNK", 7)
        patch.setattr(Warehouse, "store", dies)
        with pytest.raises(KeyboardInterrupt):
            at(0)
    first = room.asked()
    assert len(first) == len(PAGES) + 23
    assert at(1).new == 16
    # The pages are read to the last; the items that had arrived are taken from the archive.
    assert room.asked() == PAGES


def test_items_are_looked_at_again_ever_less_often(room: Newsroom, at: Runs) -> None:
    room.count = 3
    for hour in (0, 6, 13, 20, 27, 40):
        at(hour)
        items = [path for path in room.asked() if not path.startswith("/news")]
        assert (hour, items) == (hour, ["/1", "/2", "/3"] if hour in (0, 13, 27) else [])


def test_a_dead_address_is_not_asked_for_in_every_run(room: Newsroom, at: Runs) -> None:
    room.count, room.gone = 3, {2}
    assert at(0).exit_code == 1
    room.asked()
    at(1)
    assert room.asked() == ["/news"]
    room.gone = set()
    assert at(14).new == 1
    assert "/2" in room.asked()


def test_what_failed_for_now_is_asked_for_when_its_host_wants_and_then_ever_later(
    room: Newsroom, at: Runs
) -> None:
    room.count, room.busy = 1, True
    asked = []
    for hour in (0, 1, 1.9, 2.1, 5, 6.2, 13):
        assert at(hour).new == 0
        if "/1" in room.asked():
            asked.append(hour)
    assert asked == [0, 2.1, 6.2]
    room.busy = False
    assert at(14.3).new == 1
    assert at(14.4).counts.quarantine == ()


def test_what_was_not_asked_for_because_its_host_is_left_alone_is_asked_for_by_the_next_run(
    room: Newsroom, at: Runs
) -> None:
    room.count, room.busy = 20, True
    at(0)
    tried = [path for path in room.asked() if not path.startswith("/news")]
    assert 1 <= len(tried) < 20
    room.busy = False
    assert at(0.1).new == 20 - len(tried)
    assert at(2.1).new == len(tried)


def test_a_listing_that_breaks_off_gives_its_items_and_is_read_whole_by_the_next_run(
    room: Newsroom, at: Runs
) -> None:
    room.count, room.kept_back = 12, 80  # in the middle of the first page's last item
    first = at(0)
    assert (first.new, first.exit_code) == (5, 1)
    assert "the page breaks off before its end" in first.failures[0].message
    room.kept_back = 0
    second = at(1)
    assert (second.new, second.exit_code) == (7, 0)
    assert second.counts.quarantine == ()


def test_a_source_that_is_not_due_is_left_out_and_said(room: Newsroom, at: Runs) -> None:
    at(0)
    room.asked()
    summary = at(0.5, only_due=True)
    assert room.asked() == []
    assert [poll.source_id for poll in summary.waiting] == ["news"]
    assert any(
        "1 source is not due yet, news next, at 2026-11-22 01:00 UTC" in line for line in summary.lines()
    )
    assert at(1, only_due=True).waiting == ()
    assert room.asked() == ["/news"]


def test_what_one_run_did_not_want_the_next_still_finds(room: Newsroom, at: Runs) -> None:
    room.count = 12
    at.source = replace(at.source, options={**at.source.options, "date": "time"})
    assert at(0, since=date(2026, 1, 8)).new == 5
    assert [path for path in room.asked() if path.startswith("/news")] == PAGES[:3]
    assert at(1).new == 7
