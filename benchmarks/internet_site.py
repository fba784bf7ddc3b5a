"""A small internet on loopback: hosts with feeds, listings and PDFs, 5 % of whose items fail in every way.

    python -m benchmarks.internet_site --hosts 60 --pages 20000 --port 8999

Hosts are addresses of 127.0.0.0/8. All is made from the seed: two servers with the same arguments show the same
pages. `GET /_log` on any host gives the log of all (JSON), `GET /_forget` empties it. The texts are written for
this and speak of councils that do not exist.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import random
import re
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

PER_LISTING = 20
ERRORS = (
    "gone", "server error", "busy once", "cut once", "damaged gzip", "challenge", "soft 404",
    "redirect loop", "moved", "too large", "html as pdf",
)  # fmt: skip
HARMLESS = frozenset({"busy once", "cut once", "moved"})
"""Errors after which the item is there all the same: at a second try, or at another address."""
MAX_BYTES = 200_000
_NEWEST = datetime(2026, 11, 20, 9, tzinfo=UTC)
_WORDS = re.findall(
    r"\w+",
    "children carers visits plans workers leaders homes schools courts support records managers practice risks "
    "families decisions reviews meetings partners services education health travel savings advice supervision "
    "training quality audits panels placements siblings friends wishes feelings changes delays progress",
)


@dataclass(frozen=True, slots=True)
class Item:
    """One announced thing."""

    path: str
    title: str
    published: datetime
    error: str
    """"" or one of ERRORS."""


@dataclass(slots=True)
class Host:
    """One host and what it announces."""

    address: str
    kind: str
    """feed, listing or letters (a listing of PDFs)."""
    items: list[Item]


@dataclass(slots=True)
class World:
    """All hosts; `port` is where they listen."""

    hosts: list[Host]
    port: int

    def url(self, host: Host, path: str = "") -> str:
        """Return an address on a host."""
        return f"http://{host.address}:{self.port}{path}"

    def item_urls(self) -> Iterator[tuple[str, Item]]:
        """Yield every announced item."""
        for host in self.hosts:
            for item in host.items:
                yield self.url(host, item.path), item

    def catalogue(self) -> str:
        """Return all hosts as a sources.toml."""
        return "\n".join(self._entry(number, host) for number, host in enumerate(self.hosts))

    def _entry(self, number: int, host: Host) -> str:
        kind, path = ("feed", "/feed") if host.kind == "feed" else ("listing", "/news")
        entry = (
            f'[[source]]\nid = "host-{number:03}"\nname = "Host {number}"\npublisher = "Exampleshire Post {number}"\n'
            f'kind = "{kind}"\nurl = "{self.url(host, path)}"\n'
        )
        if kind == "listing":
            entry += '[source.options]\nitem = "article"\nlink = "h2 a"\ndate = "time"\nnext = "a.next"\n'
        return entry


def make_world(hosts: int, pages: int, port: int, seed: int = 1, errors: float = 0.05) -> World:
    """Return an internet of so many hosts with so many items in all."""
    chance = random.Random(seed)
    made = []
    for number in range(hosts):
        kind = ("feed", "listing", "feed", "listing", "feed", "letters")[number % 6]
        count = pages // hosts + (number < pages % hosts)
        items = []
        for place in range(count):
            error = ""
            if chance.random() < errors:
                usable = ERRORS if kind == "letters" else ERRORS[:-1]
                error = chance.choice(usable)
            name = f"{chance.choice(_WORDS)}-{place}"
            path = f"/letters/{name}.pdf" if kind == "letters" else f"/news/{name}"
            title = f"Exampleshire {number}: {chance.choice(_WORDS)} and {chance.choice(_WORDS)} {place}"
            items.append(Item(path, title, _NEWEST - timedelta(hours=place), error))
        made.append(Host(f"127.0.{1 + number // 200}.{1 + number % 200}", kind, items))
    return World(made, port)


# ------------------------------------------------------------------ what is served


def article(host: Host, item: Item) -> bytes:
    """Return a page of some 4 kB."""
    chance = random.Random(f"{host.address}{item.path}")
    paragraphs = "".join(
        f"<p>{' '.join(chance.choice(_WORDS) for _ in range(60)).capitalize()}.</p>" for _ in range(6)
    )
    return (
        f"<!doctype html><html lang=en-GB><head><title>{item.title}</title></head><body><nav><a href=/>Home</a></nav>"
        f"<main><article><h1>{item.title}</h1><time datetime={item.published:%Y-%m-%d}>"
        f"{item.published:%d %B %Y}</time><p>{chance.choice(_WORDS)} in Exampleshire.</p>{paragraphs}</article></main>"
        "<footer>Exampleshire Post</footer></body></html>"
    ).encode()


def letter(host: Host, item: Item) -> bytes:
    """Return a PDF of one page with some lines of text."""
    chance = random.Random(f"{host.address}{item.path}")
    lines = [item.title] + [" ".join(chance.choice(_WORDS) for _ in range(9)) for _ in range(30)]
    text = "".join(f"({line}) Tj 0 -20 Td " for line in lines)
    stream = f"BT /F1 11 Tf 50 780 Td {text}ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    body += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(body)


def feed(world: World, host: Host) -> bytes:
    """Return an RSS feed of all items of a host."""
    entries = "".join(
        f"<item><title>{item.title}</title><link>{world.url(host, item.path)}</link>"
        f"<guid>{item.path}</guid><pubDate>{format_datetime(item.published)}</pubDate></item>"
        for item in host.items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Post</title>{entries}</channel></rss>'.encode()


def listing(host: Host, page: int) -> bytes:
    """Return one page of a listing, the newest items first."""
    shown = host.items[page * PER_LISTING : (page + 1) * PER_LISTING]
    articles = "".join(
        f"<article><h2><a href='{item.path}'>{item.title}</a></h2>"
        f"<time datetime={item.published:%Y-%m-%d}>{item.published:%d %B %Y}</time></article>"
        for item in shown
    )
    more = (page + 1) * PER_LISTING < len(host.items)
    following = f"<a class=next href='/news?page={page + 1}'>Older</a>" if more else ""
    return f"<!doctype html><html><body><main>{articles}{following}</main></body></html>".encode()


Reply = tuple[int, dict[str, str], bytes]


@dataclass(slots=True)
class Site:
    """Answers requests for all hosts and keeps the log."""

    world: World
    log: list[tuple[float, float, str, str, int, int]] = field(default_factory=list)
    """Per answer: begun, ended (seconds), host, path, status, bytes sent."""
    _asked: dict[tuple[str, str], int] = field(default_factory=dict)
    _bodies: dict[tuple[str, str], bytes] = field(default_factory=dict)
    _by_path: dict[str, dict[str, Item]] = field(default_factory=dict)
    _hosts: dict[str, Host] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for host in self.world.hosts:
            self._hosts[host.address] = host
            self._by_path[host.address] = {item.path: item for item in host.items}

    def answer(self, address: str, path: str, headers: dict[str, str]) -> Reply:
        """Return status, headers and body for a request."""
        host = self._hosts.get(address)
        if host is None:
            return 404, {}, b""
        if path == "/robots.txt":
            return 200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /private\n"
        html = {"Content-Type": "text/html; charset=utf-8"}
        if path == "/feed":
            return _conditional(headers, {"Content-Type": "application/rss+xml"}, feed(self.world, host))
        if path.split("?")[0] == "/news":
            page = int(path.partition("page=")[2] or 0)
            return _conditional(headers, html, listing(host, page))
        moved = path.removeprefix("/moved")
        item = self._by_path[address].get(moved)
        if item is None:
            return 404, html, b"<h1>Not here</h1>"
        count = self._asked[address, path] = self._asked.get((address, path), 0) + 1
        body = self._bodies.get((address, moved))
        if body is None:
            body = letter(host, item) if host.kind == "letters" else article(host, item)
            self._bodies[address, moved] = body
        kind = {"Content-Type": "application/pdf"} if host.kind == "letters" else html
        if item.error and moved == path and (reply := self._failing(item, path, body, kind, count)):
            return reply
        return _conditional(headers, kind, body)

    def _failing(self, item: Item, path: str, body: bytes, kind: dict[str, str], count: int) -> Reply | None:
        html = {"Content-Type": "text/html; charset=utf-8"}
        match item.error:
            case "gone":
                return 410, html, b"<h1>Gone</h1>"
            case "server error":
                return 500, html, b"<h1>Sorry</h1>"
            case "busy once" if count == 1:
                return 503, {"Retry-After": "0"}, b""
            case "cut once" if count == 1:
                return 200, kind | {"Content-Length": str(len(body) + 99)}, body
            case "damaged gzip":
                return 200, html | {"Content-Encoding": "gzip"}, gzip.compress(body)[:-12]
            case "challenge":
                return 403, html | {"cf-mitigated": "challenge"}, b"<title>Just a moment...</title>"
            case "soft 404":
                return 200, html, b"<!doctype html><title>Page not found</title><h1>Page not found</h1>"
            case "redirect loop":
                return 302, {"Location": path}, b""
            case "moved":
                return 301, {"Location": f"/moved{path}"}, b""
            case "too large":
                return 200, html, b"x" * (MAX_BYTES + 1)
            case "html as pdf":
                return (
                    200,
                    kind,
                    b"<!doctype html><title>A letter</title><p>" + b"Leaders know children. " * 40,
                )
        return None


def _conditional(headers: dict[str, str], kind: dict[str, str], body: bytes) -> Reply:
    etag = f'"{zlib.crc32(body):x}"'
    if headers.get("if-none-match") == etag:
        return 304, {"ETag": etag}, b""
    return 200, kind | {"ETag": etag}, body


class _Connection(asyncio.Protocol):
    """One client; a minimal HTTP/1.1 server that costs little."""

    def __init__(self, site: Site) -> None:
        self._site, self._data = site, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._address = transport.get_extra_info("sockname")[0]

    def data_received(self, data: bytes) -> None:
        began = time.time()
        self._data += data
        while b"\r\n\r\n" in self._data:
            head, _, self._data = self._data.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            path = first.split(" ")[1]
            if path.startswith("/_"):
                self._control(path)
                continue
            pairs = (line.partition(": ") for line in lines)
            status, fields, body = self._site.answer(self._address, path, {k.lower(): v for k, _, v in pairs})
            fields = {"Content-Length": str(len(body))} | fields
            named = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
            reply = f"HTTP/1.1 {status} X\r\n{named}\r\n".encode() + body
            self._transport.write(reply)
            self._site.log.append((began, time.time(), self._address, path, status, len(reply)))
            if int(fields["Content-Length"]) != len(body):
                self._transport.close()

    def _control(self, path: str) -> None:
        body = json.dumps(self._site.log).encode() if path == "/_log" else b""
        if path == "/_forget":
            self._site.log.clear()
        self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


async def serve(world: World, ready: Path | None = None) -> None:
    """Serve until cancelled; the chosen port goes into the file `ready`."""
    loop = asyncio.get_running_loop()
    site = Site(world)
    server = await loop.create_server(lambda: _Connection(site), "0.0.0.0", world.port, backlog=1024)
    world.port = server.sockets[0].getsockname()[1]
    if ready:
        temporary = ready.with_suffix(".tmp")
        temporary.write_text(str(world.port))
        temporary.replace(ready)
    await server.serve_forever()


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hosts", type=int, default=60)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--errors", type=float, default=0.05)
    parser.add_argument("--ready", type=Path)
    chosen = parser.parse_args()
    world = make_world(chosen.hosts, chosen.pages, chosen.port, chosen.seed, chosen.errors)
    asyncio.run(serve(world, chosen.ready))


if __name__ == "__main__":
    main()
