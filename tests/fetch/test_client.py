"""Pages and items as they come, change, move and stay the same."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from ingest.errors import ConfigError, FetchError, IngestError, TransientError
from ingest.fetch import Archive, Fetcher
from ingest.fetch.archive import IN_MEMORY
from ingest.model import Link, Validator

OK = {"Content-Type": "text/html; charset=windows-1252"}
HTML = b"<!DOCTYPE html><p>Visit</p>"
Make = Callable[..., Fetcher]


def item_at(url: str) -> Link:
    return Link(source_id="example", url=url)


def test_a_page_comes_with_what_the_server_said_of_it(site, make_fetcher: Make, hand) -> None:
    site.routes["/news"] = (200, OK | {"ETag": '"1"', "Last-Modified": "Fri, 08 Jun 2018 10:00:00 GMT"}, HTML)
    page = make_fetcher().page(f"{site.url}/news", None)
    assert page is not None
    assert (page.url, page.final_url, page.body, page.charset) == (
        f"{site.url}/news",
        f"{site.url}/news",
        HTML,
        "windows-1252",
    )
    assert page.validator == Validator(
        url=f"{site.url}/news",
        etag='"1"',
        last_modified="Fri, 08 Jun 2018 10:00:00 GMT",
        content_hash=hashlib.sha256(HTML).hexdigest(),
        final_url=f"{site.url}/news",
        first_fetched_at=hand.clock(),
        checked_at=hand.clock(),
    )
    assert site.requests[-1][1]["user-agent"] == "ingest/0.1 (tests) (+owner@example.org)"


def test_a_kept_page_is_only_what_the_archive_can_read(site, make_fetcher: Make, archive: Archive) -> None:
    site.routes["/news"] = (200, OK, HTML)
    fetcher = make_fetcher()
    page = fetcher.page(f"{site.url}/news")
    assert page is not None
    kept = fetcher.kept_page(page.validator)
    assert kept is not None
    assert kept.body == HTML
    archive.path(page.validator.content_hash or "").write_bytes(b"\x28\xb5\x2f\xfddamaged")
    assert fetcher.kept_page(page.validator) is None


def test_an_unchanged_page_is_none(site, make_fetcher: Make) -> None:
    def conditional(headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        return (304, {}, b"") if headers.get("if-none-match") == '"1"' else (200, OK | {"ETag": '"1"'}, HTML)

    site.routes["/etag"] = conditional
    site.routes["/plain"] = (200, OK, HTML)
    fetcher = make_fetcher()
    for path in ("/etag", "/plain"):
        page = fetcher.page(f"{site.url}{path}")
        assert page is not None
        assert fetcher.page(f"{site.url}{path}", page.validator) is None
    site.routes["/plain"] = (200, OK, HTML + b"more")
    changed = fetcher.page(f"{site.url}/plain", page.validator)
    assert changed is not None
    assert changed.body.endswith(b"more")


def test_unchanged_is_no_answer_to_a_first_question(site, make_fetcher: Make) -> None:
    site.routes["/a"] = (304, {}, b"")
    fetcher = make_fetcher()
    with pytest.raises(FetchError, match="HTTP 304"):
        fetcher.page(f"{site.url}/a")
    with pytest.raises(FetchError, match="HTTP 304"):
        fetcher.item(item_at(f"{site.url}/a"))


def test_an_item_is_archived_sniffed_and_dated(site, make_fetcher: Make, archive: Archive, hand) -> None:
    site.routes["/letter.pdf"] = (200, {"Content-Type": "application/pdf", "ETag": '"1"'}, HTML)
    fetcher = make_fetcher()
    fetched = fetcher.item(item_at(f"{site.url}/letter.pdf"))
    assert fetched is not None
    snapshot, validator = fetched
    assert snapshot.media_type == "text/html"
    assert snapshot.charset is None
    assert (snapshot.size, snapshot.fetched_at) == (len(HTML), hand.clock())
    assert archive.read(snapshot.content_hash) == HTML
    assert validator.first_fetched_at == hand.clock()


def test_a_changed_item_keeps_its_first_time(site, make_fetcher: Make, hand) -> None:
    link = item_at(f"{site.url}/a")
    site.routes["/a"] = (200, OK, HTML)
    fetcher = make_fetcher()
    first = fetcher.item(link)
    assert first is not None
    assert fetcher.item(link, first[1]) is None
    hand.now += 3600
    site.routes["/a"] = (200, OK, HTML + b" corrected")
    second = fetcher.item(link, first[1])
    assert second is not None
    assert second[1].first_fetched_at == first[1].first_fetched_at
    assert second[0].fetched_at >= first[0].fetched_at + timedelta(hours=1)


def test_bytes_lost_from_the_archive_are_fetched_again(site, make_fetcher: Make, archive: Archive) -> None:
    link = item_at(f"{site.url}/a")
    site.routes["/a"] = lambda headers: (
        (304, {}, b"") if "if-none-match" in headers else (200, OK | {"ETag": '"1"'}, HTML)
    )
    fetcher = make_fetcher()
    fetched = fetcher.item(link)
    assert fetched is not None
    archive.path(fetched[0].content_hash).unlink()
    assert fetcher.item(link, fetched[1]) is None
    assert archive.read(fetched[0].content_hash) == HTML


def test_an_etag_that_cannot_be_sent_back_is_not(site, make_fetcher: Make) -> None:
    site.routes["/odd"] = (200, OK | {"ETag": '"caf\xe9"'}, HTML)
    fetcher = make_fetcher()
    page = fetcher.page(f"{site.url}/odd")
    assert page is not None
    assert fetcher.page(f"{site.url}/odd", page.validator) is None
    assert "if-none-match" not in site.requests[-1][1]


def test_redirects_are_followed_within_a_limit(site, make_fetcher: Make) -> None:
    site.routes["/old"] = (301, {"Location": "/new"}, b"x" * 10)
    site.routes["/new"] = (200, OK, HTML)
    site.routes["/round"] = (302, {"Location": "/round"}, b"")
    fetcher = make_fetcher()
    fetched = fetcher.item(item_at(f"{site.url}/old"))
    assert fetched is not None
    assert fetched[0].final_url == f"{site.url}/new"
    assert fetched[0].link.url == f"{site.url}/old"
    assert fetched[1].url == f"{site.url}/old"
    with pytest.raises(FetchError, match="more than 10 redirects"):
        fetcher.page(f"{site.url}/round")


@pytest.mark.parametrize(
    ("headers", "sent"),
    [({}, HTML), ({"Transfer-Encoding": "chunked"}, b"5\r\nhello\r\n0\r\n\r\n")],
    ids=["length", "chunked"],
)
def test_one_connection_serves_many_requests(
    site, make_fetcher: Make, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], sent: bytes
) -> None:
    """A connection a page would cost each server a handshake a page."""
    connections: list[object] = []
    accept = site.server.process_request

    def counted(request: object, address: object) -> None:
        connections.append(address)
        accept(request, address)

    monkeypatch.setattr(site.server, "process_request", counted)
    site.routes["/page"] = (200, OK | headers, sent)
    fetcher = make_fetcher()
    for _ in range(5):
        fetcher.page(f"{site.url}/page")
    assert len(site.paths()) == 5
    assert len(connections) == 1


def test_one_body_cut_short_after_another_leaves_no_file_behind(
    site, make_fetcher: Make, archive: Archive
) -> None:
    large = os.urandom(2 * IN_MEMORY)
    site.routes["/cut"] = (200, {"Content-Length": str(3 * IN_MEMORY)}, large)
    fetcher = make_fetcher(max_bytes=10 * IN_MEMORY)
    with pytest.raises(TransientError):
        fetcher.item(item_at(f"{site.url}/cut"))
    assert site.paths() == ["/cut"] * 4
    assert [path for path in archive.root.rglob("*") if path.is_file() and path.stat().st_size > 1024] == []


def test_a_disk_that_fills_ends_all_items_at_once(
    site, make_fetcher: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    wanted = [f"/{number}.html" for number in range(30)]
    for path in wanted:
        site.routes[path] = (200, OK, HTML + path.encode())
    fetcher = make_fetcher()
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(IngestError, match="disk is full"):
        fetcher.items([(item_at(f"{site.url}{path}"), None) for path in wanted])
    assert len(site.paths()) < len(wanted)


def test_a_proxy_answers_for_every_host(site, make_fetcher: Make) -> None:
    site.routes["http://news.example/a"] = (200, OK, HTML)
    page = make_fetcher(proxy=site.url).page("http://news.example/a")
    assert page is not None
    assert page.final_url == "http://news.example/a"
    assert site.requests[0][0] == "http://news.example/robots.txt"


def test_a_user_agent_that_cannot_be_sent_is_a_config_error(make_fetcher: Make) -> None:
    with pytest.raises(ConfigError, match="ASCII"):
        make_fetcher(contact="caf\xe9\n")
