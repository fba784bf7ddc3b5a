"""The journal of a run, what a stopped run leaves for the next, and the WARC file made of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from ingest.errors import ConfigError, FetchError, IngestError
from ingest.fetch import Archive, Fetcher, Journal, stopped
from ingest.fetch.journal import Fetch, read_journal, runs
from ingest.fetch.warc import write_warc
from ingest.model import Link

OK = {"Content-Type": "text/html; charset=utf-8"}
HTML = b"<!doctype html><title>Visit</title><p>Visit</p>"
Make = Callable[..., Fetcher]


@pytest.fixture
def journal(archive: Archive) -> Journal:
    return Journal(archive.root, "20181108T120000-abcdef")


def fetch_some(site, make_fetcher: Make, journal: Journal, tmp_path: Path) -> Fetcher:
    site.routes["/feed"] = lambda headers: (
        (304, {"ETag": '"1"'}, b"") if "if-none-match" in headers else (200, OK | {"ETag": '"1"'}, b"<rss/>")
    )
    site.routes["/old"] = (301, {"Location": "/new"}, b"")
    site.routes["/new"] = (200, OK, HTML)
    fetcher = make_fetcher(journal=journal)
    page = fetcher.page(f"{site.url}/feed")
    assert page is not None
    fetcher.page(f"{site.url}/feed", page.validator)
    fetcher.item(Link("news", f"{site.url}/old"))
    with pytest.raises(FetchError):
        fetcher.item(Link("news", f"{site.url}/gone"))
    (tmp_path / "a.txt").write_text("Leeds did well.")
    fetcher.item(Link("files", "file:a.txt", path=str(tmp_path / "a.txt")))
    return fetcher


def test_several_threads_note_in_one_file(
    journal: Journal, archive: Archive, hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    plain = Path.open

    def slow_open(path: Path, *args: object, **given: object) -> object:
        opened.append(path)
        time.sleep(0.05)  # long enough for all of them to see that it is not open yet
        return plain(path, *args, **given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch, ThreadPoolExecutor(4) as threads:
        patch.setattr(Path, "open", slow_open)
        list(threads.map(lambda n: journal.note(Fetch(f"{n}", f"{n}", hand.clock(), 200)), range(40)))
    journal.close()
    assert len(opened) == 1
    noted = read_journal(archive.root, "20181108T120000-abcdef")
    assert sorted(int(fetch.url) for fetch in noted) == list(range(40))


def test_each_fetch_is_a_line_with_its_heads(
    site, make_fetcher: Make, journal: Journal, archive: Archive, tmp_path: Path
) -> None:
    fetch_some(site, make_fetcher, journal, tmp_path)
    noted = list(read_journal(archive.root, "20181108T120000-abcdef"))
    assert [(fetch.status, len(fetch.hops)) for fetch in noted] == [
        (200, 1),
        (304, 1),
        (200, 2),
        (404, 1),
        (200, 0),
    ]
    moved = noted[2]
    assert (moved.url, moved.final_url, moved.moved_to) == (
        f"{site.url}/old",
        f"{site.url}/new",
        f"{site.url}/new",
    )
    assert moved.content_hash is not None
    assert archive.read(moved.content_hash) == HTML
    assert ("Location", "/new") in moved.hops[0].response
    assert any(name.lower() == "user-agent" for name, _ in moved.hops[1].request)
    assert "HTTP 404" in noted[3].note
    assert noted[3].content_hash is None


def test_a_sealed_journal_reads_the_same_and_an_open_one_belongs_to_a_stopped_run(
    site, make_fetcher: Make, journal: Journal, archive: Archive, tmp_path: Path, hand
) -> None:
    fetch_some(site, make_fetcher, journal, tmp_path)
    journal.close()
    before = list(read_journal(archive.root, "20181108T120000-abcdef"))
    path = archive.root / "fetches" / "20181108T120000-abcdef.jsonl"
    with path.open("a") as file:
        # After a power cut the blocks of a file may be empty, and a line be cut off.
        file.write("\0" * 50 + '\n{"url": "cut off')
    assert list(stopped(archive.root, hand.clock() - timedelta(days=1))) == [f"{site.url}/old"]
    assert stopped(archive.root, hand.clock() + timedelta(days=1)) == {}
    Journal(archive.root, "20181108T130000-abcdef").seal()
    assert not path.exists()
    assert stopped(archive.root, hand.clock() - timedelta(days=1)) == {}
    assert list(read_journal(archive.root, "20181108T120000-abcdef")) == before


def test_the_next_run_takes_what_a_stopped_one_had_fetched(
    site, make_fetcher: Make, journal: Journal, archive: Archive, tmp_path: Path, hand
) -> None:
    fetch_some(site, make_fetcher, journal, tmp_path)
    journal.close()
    count = len(site.requests)
    fetcher = make_fetcher(resumed=stopped(archive.root, hand.clock() - timedelta(days=1)))
    arrived = fetcher.item(Link("news", f"{site.url}/old", title="Visit"))
    assert arrived is not None
    snapshot, validator = arrived
    assert snapshot is not None
    assert (snapshot.link.title, snapshot.final_url, snapshot.media_type) == (
        "Visit",
        f"{site.url}/new",
        "text/html",
    )
    assert validator.moved_to == f"{site.url}/new"
    assert len(site.requests) == count
    archive.path(snapshot.content_hash).unlink()
    assert fetcher.item(Link("news", f"{site.url}/old")) is not None
    assert len(site.requests) > count


def test_a_run_as_warc_is_read_by_warcio(
    site, make_fetcher: Make, journal: Journal, archive: Archive, tmp_path: Path
) -> None:
    fetch_some(site, make_fetcher, journal, tmp_path)
    journal.seal()
    target = tmp_path / "run.warc.gz"
    run_id = runs(archive.root)[-1]
    written = write_warc(archive, read_journal(archive.root, run_id), target, "ingest/test")
    assert (written.responses, written.redirects, written.unchanged) == (2, 1, 1)
    assert (written.files, written.without_body) == (1, 1)
    found = []
    with target.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            body = record.content_stream().read()
            status = record.http_headers.get_statuscode() if record.http_headers else ""
            found.append((record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), status, body))
    assert found[0][0] == "warcinfo"
    kinds = [
        (kind, uri.rpartition("/")[2], status) for kind, uri, status, _ in found[1:] if kind != "request"
    ]
    assert kinds == [
        ("response", "feed", "200"),
        ("revisit", "feed", "304"),
        ("response", "old", "301"),
        ("response", "new", "200"),
        ("response", "gone", "404"),
        ("resource", "file:a.txt", ""),
    ]
    assert [body for kind, uri, _, body in found if kind == "response" and uri.endswith("/new")] == [HTML]
    with target.open("rb") as file:
        heads = [
            record.http_headers.headers
            for record in ArchiveIterator(file)
            if record.rec_type == "response"
            and record.rec_headers.get_header("WARC-Target-URI").endswith("/new")
        ]
    # The body stands there unpacked: what the server said of its length is kept apart.
    assert [value for name, value in heads[0] if name == "Content-Length"] == [str(len(HTML))]
    assert ("X-Archive-Orig-Content-Length", str(len(HTML))) in heads[0]
    assert ("Content-Type", OK["Content-Type"]) in heads[0]
    assert sum(kind == "request" for kind, *_ in found) == 5


def test_a_warc_file_that_cannot_be_written_leaves_nothing(
    site,
    make_fetcher: Make,
    journal: Journal,
    archive: Archive,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fetch_some(site, make_fetcher, journal, tmp_path)
    noted = list(read_journal(archive.root, "20181108T120000-abcdef"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    target = tmp_path / "to" / "run.warc.gz"
    target.parent.mkdir()
    monkeypatch.setattr(WARCWriter, "write_request_response_pair", full)
    with pytest.raises(ConfigError, match=r"run\.warc\.gz: cannot be written: No space left"):
        write_warc(archive, noted, target, "ingest/test")
    assert list(target.parent.iterdir()) == []


def test_a_full_disk_is_named_also_at_the_end(archive: Archive, hand) -> None:
    (archive.root / "fetches").mkdir(parents=True)
    (archive.root / "fetches" / "full.jsonl").symlink_to("/dev/full")
    journal = Journal(archive.root, "full")
    with pytest.raises(IngestError, match=r"full\.jsonl: cannot be written: No space"):
        journal.note(Fetch("http://a.example/", "http://a.example/", hand.clock(), 200))
    with pytest.raises(IngestError, match="make room"):
        journal.close()
    journal.close()


def test_an_unknown_run_is_named_with_those_there_are(archive: Archive, journal: Journal) -> None:
    with pytest.raises(ConfigError, match=r"no journal.*none"):
        list(read_journal(archive.root, "20181108T120000-abcdef"))
