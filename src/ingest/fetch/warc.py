"""A run's fetches as a WARC file (ISO 28500), which web archives and their tools read.

Bodies stand there as they were unpacked; the headers that spoke of their packing are kept under the names
`X-Archive-Orig-...`, as web archives do.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from ingest.errors import ConfigError, IngestError
from ingest.fetch.archive import TEMPORARY, Archive
from ingest.fetch.journal import Fetch, Hop

_OF_THE_WAY = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


@dataclass(frozen=True, slots=True)
class Written:
    """What went into a WARC file."""

    responses: int = 0
    redirects: int = 0
    unchanged: int = 0
    files: int = 0
    """Local files that the run read."""
    without_body: int = 0
    """Answers whose body was not kept: error pages, refused ones, and what was pruned since."""


def write_warc(archive: Archive, fetches: Iterable[Fetch], target: Path, software: str) -> Written:
    """Write a gzipped WARC 1.1 file, whole or not at all.

    Raises:
        ConfigError: the file cannot be written.
    """
    count = dict.fromkeys(Written.__slots__, 0)
    temporary = target.with_name(f"{TEMPORARY}{target.name}")
    try:
        with temporary.open("wb") as file:
            writer = WARCWriter(file, gzip=True, warc_version="WARC/1.1")
            writer.write_record(
                writer.create_warcinfo_record(
                    target.name, {"software": software, "format": "WARC File Format 1.1"}
                )
            )
            for fetch in fetches:
                _write(writer, archive, fetch, count)
        temporary.replace(target)
    except OSError as error:
        raise ConfigError(f"{target}: cannot be written: {error.strerror}; name another file") from error
    finally:
        temporary.unlink(missing_ok=True)
    return Written(**count)


def _write(writer: WARCWriter, archive: Archive, fetch: Fetch, count: dict[str, int]) -> None:
    when = {"WARC-Date": fetch.fetched_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    body: bytes | None = None
    if fetch.content_hash:
        try:
            body = archive.read(fetch.content_hash)
        except IngestError:
            body = None
    if not fetch.hops:
        if body is None:
            count["without_body"] += 1
            return
        count["files"] += 1
        writer.write_record(
            writer.create_warc_record(
                fetch.url,
                "resource",
                payload=io.BytesIO(body),
                length=len(body),
                warc_content_type=fetch.media_type,
                warc_headers_dict=when,
            )
        )
        return
    for hop in fetch.hops[:-1]:
        count["redirects"] += 1
        _write_exchange(writer, hop, b"", when | {"WARC-Truncated": "unspecified"})
    last = fetch.hops[-1]
    if fetch.status == 304:
        count["unchanged"] += 1
        _write_exchange(writer, last, b"", when | {"WARC-Profile": _NOT_MODIFIED}, kind="revisit")
    elif body is None:
        count["without_body"] += 1
        _write_exchange(writer, last, b"", when | {"WARC-Truncated": "unspecified"})
    else:
        count["responses"] += 1
        _write_exchange(writer, last, body, when)


def _write_exchange(
    writer: WARCWriter, hop: Hop, body: bytes, headers: dict[str, str], kind: str = "response"
) -> None:
    answer = [
        (f"X-Archive-Orig-{name}" if name.lower() in _OF_THE_WAY else name, value)
        for name, value in hop.response
    ]
    if body:
        answer.append(("Content-Length", str(len(body))))
    response = writer.create_warc_record(
        hop.url,
        kind,
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=StatusAndHeaders(f"{hop.status} {hop.phrase}", answer, protocol=hop.http_version),
        warc_headers_dict=dict(headers),
    )
    request = writer.create_warc_record(
        hop.url,
        "request",
        http_headers=StatusAndHeaders(
            f"GET {_target(hop.url)} {hop.http_version}", list(hop.request), is_http_request=True
        ),
        warc_headers_dict={"WARC-Date": headers["WARC-Date"]},
    )
    writer.write_request_response_pair(request, response)


def _target(url: str) -> str:
    path = url.partition("://")[2].partition("/")[2]
    return f"/{path.partition('#')[0]}"
