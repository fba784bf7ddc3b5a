"""What was fetched may be hostile XML: the readers of the other rooms neither open files nor swell up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.errors import RefusedError
from ingest.fetch import Fetcher
from ingest.fetch.disguise import find_disguise
from ingest.model import Source
from ingest.sources import parse

Make = Callable[..., Fetcher]
FEED = b"<rss version='2.0'><channel><title>News</title><item><title>%s</title><link>http://news.example/1</link></item></channel></rss>"


def billion_laughs() -> bytes:
    levels = b"".join(b"<!ENTITY l%d '%s'>" % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 10))
    return b"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY l0 'lol'>" + levels + b"]>" + FEED % b"Visit &l9;"


def quadratic() -> bytes:
    """One long entity many times, in the form that feedparser lets pass as harmless."""
    head = b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "' + b"a" * 100_000 + b'">]>'
    return head + FEED % (b"&a;" * 10_000)


def outside(target: str) -> bytes:
    return (
        f"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY x SYSTEM '{target}'>"
        f"<!ENTITY % p SYSTEM '{target}'> %p;]>"
    ).encode() + FEED % b"Visit &x;"


def outside_dtd(target: str) -> bytes:
    return f"<?xml version='1.0'?><!DOCTYPE rss SYSTEM '{target}'>".encode() + FEED % b"Visit"


def titles(body: bytes, kind: str) -> list[str]:
    source = Source(
        "example",
        "Example",
        "Example",
        kind,
        "http://news.example/feed",
        options={"item": "item", "link": "a"},
    )  # type: ignore[arg-type]
    return [link.title for link in parse(source, source.url, body, charset=None).links]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("bomb", [billion_laughs, quadratic])
@pytest.mark.parametrize("kind", ["feed", "listing", "ofsted"])
def test_entities_are_not_blown_up(kind: str, bomb: Callable[[], bytes]) -> None:
    body = bomb()
    # Expat gives up within 8 MB; the references stay as they are.
    assert sum(map(len, titles(body, kind))) <= len(body)
    assert find_disguise(body, {}) is None


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["feed", "listing", "ofsted"])
def test_nothing_outside_the_feed_is_read(site, tmp_path: Path, kind: str) -> None:
    (tmp_path / "secret").write_text("the secret of this machine")
    for target in ((tmp_path / "secret").as_uri(), str(tmp_path / "secret"), f"{site.url}/evil.dtd"):
        for body in (outside(target), outside_dtd(target)):
            assert "the secret" not in repr(titles(body, kind))
            find_disguise(body, {})
    assert site.requests == []


@pytest.mark.parametrize(
    "body", [b"<!DOCTYPE rss [" + b"<!--" * 200_000, b"<rss " * 400_000], ids=["comments", "roots"]
)
def test_what_never_closes_is_looked_through_once(body: bytes) -> None:
    """Looked through from each beginning, these would take an hour."""
    assert titles(body, "feed") == []


# ------------------------------------------------------------------ before any reader


def wide(text: bytes, codec: str) -> bytes:
    return text.decode().encode(codec)


@pytest.mark.parametrize(
    "body",
    [
        billion_laughs(),
        quadratic(),
        wide(billion_laughs(), "utf-16"),
        wide(billion_laughs(), "utf-16-be"),
        outside("file:///etc/hostname"),
        b"<!DOCTYPE rss [<!ENTITY % p 'x'>]>" + FEED % b"Visit",
        b"<!DOCTYPE rss [<!ENTITY nbsp '&#160;'>" + b"<!ENTITY a '" + b"a" * 99 + b"'>]>" + FEED % b"&a;",
        b"<!DOCTYPE rss [<!ENTITY a",
    ],
    ids=["laughs", "quadratic", "utf-16", "utf-16-be", "outside", "parameter", "long", "broken off"],
)
def test_entities_that_expand_are_refused(site, make_fetcher: Make, body: bytes) -> None:
    site.routes["/feed"] = (200, {"Content-Type": "application/rss+xml"}, body)
    with pytest.raises(RefusedError, match="/feed: declares XML entities"):
        make_fetcher(max_bytes=1_000_000).page(f"{site.url}/feed")


def test_names_of_characters_pass(site, make_fetcher: Make) -> None:
    body = (
        b'<?xml version="1.0"?><!DOCTYPE rss [\n<!ENTITY nbsp "&#160;">\n<!ENTITY pound \'&#xA3;\'>]>'
        + FEED % b"A visit of &pound;1"
    )
    site.routes["/feed"] = (200, {"Content-Type": "application/rss+xml"}, body)
    page = make_fetcher().page(f"{site.url}/feed")
    assert page is not None
    assert titles(page.body, "feed") == ["A visit of \xa31"]
