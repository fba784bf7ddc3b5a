"""Broken announcements of every kind: the items that are there, and a warning that a person understands."""

from __future__ import annotations

import gzip
import json
import random
import resource
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from ingest.model import Source
from ingest.sources import parse

URL = "http://news.example/x"
ITEMS = 40
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
TITLES = [f"Visit {number} to the children’s home" for number in range(ITEMS)]


def rss() -> str:
    items = "".join(
        f"<item><title>{title}</title><link>http://news.example/{n}</link></item>\n"
        for n, title in enumerate(TITLES)
    )
    return f'{XML}<rss version="2.0"><channel><title>News</title>\n{items}</channel></rss>'


def atom() -> str:
    entries = "".join(
        f"<entry><title>{title}</title><link href='http://news.example/{n}'/><updated>2026-01-02T00:00:00Z</updated></entry>\n"
        for n, title in enumerate(TITLES)
    )
    return f'{XML}<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>\n{entries}</feed>'


def json_feed() -> str:
    items = [
        {"id": str(n), "url": f"http://news.example/{n}", "title": title} for n, title in enumerate(TITLES)
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}, ensure_ascii=False)


def sitemap() -> str:
    urls = "".join(
        f"<url><loc>http://news.example/{n}</loc><news xmlns='n'><title>{title}</title></news></url>\n"
        for n, title in enumerate(TITLES)
    )
    return f'{XML}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>'


def govuk() -> str:
    results = [{"title": title, "link": f"/{n}"} for n, title in enumerate(TITLES)]
    return json.dumps({"results": results, "total": ITEMS, "start": 0}, ensure_ascii=False)


def listing() -> str:
    items = "".join(f"<li><a href='/{n}'>{title}</a></li>\n" for n, title in enumerate(TITLES))
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><ul>{items}</ul></body></html>'


def provider() -> str:
    days = "".join(
        f"<li class='timeline__day'><a class='publication-link' href='/v1/file/{n}'>{title} - 1 May 2026</a></li>\n"
        for n, title in enumerate(TITLES)
    )
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><h1>A</h1><ol>{days}</ol></body></html>'


def decisions() -> str:
    items = "".join(
        f"<li><a href='/decisions/c/26-000-{n:03}'>Example Council (26 000 {n:03})</a></li>\n"
        for n in range(ITEMS)
    )
    return f"<!DOCTYPE html><html><body><ul>{items}</ul></body></html>"


MADE = {
    "rss": ("feed", rss),
    "atom": ("feed", atom),
    "json feed": ("feed", json_feed),
    "sitemap": ("sitemap", sitemap),
    "govuk": ("govuk_search", govuk),
    "listing": ("listing", listing),
    "ofsted": ("ofsted", provider),
    "ombudsman": ("ombudsman", decisions),
}
DAMAGE = (
    b"", b"<", b">", b"/", b":", b"\x00", b"\xff\xfe", b"&#55296;", b"&#0;", b"<![CDATA[", b"<x:", b" xmlns:y='",
    b"http://[::1", b"<base href='//['>", b"\\ud800", b"1e999", b"99 May 2026",
    b"9999-12-31T23:59:59-23:00", b"</item>",
)  # fmt: skip
XML_AND_JSON = ["rss", "atom", "json feed", "sitemap", "govuk"]


def source(kind: str) -> Source:
    return Source("s", "S", "P", kind, URL, options={"item": "li"} if kind == "listing" else {})  # type: ignore[arg-type]


def address(kind: str) -> str:
    return "http://news.example/provider/44/99001" if kind == "ofsted" else URL


@pytest.mark.parametrize("name", MADE)
def test_whole_ones_are_read_without_a_word(name: str) -> None:
    kind, make = MADE[name]
    found = parse(source(kind), address(kind), make().encode())
    assert len(found.links) == ITEMS
    assert [line for line in found.warnings if "URN" not in line] == []
    assert not found.is_cut


@pytest.mark.parametrize("name", MADE)
def test_truncated_ones_give_the_items_that_are_whole(name: str) -> None:
    kind, make = MADE[name]
    body = make().encode()
    cut = body[: body.index(b"26 000 030" if name == "ombudsman" else b"Visit 30 to")]
    found = parse(source(kind), address(kind), cut)
    assert len(found.links) >= 30
    assert found.is_cut
    assert found.warnings
    assert all(line.startswith(address(kind)) for line in found.warnings)
    # The item in the middle of which it ends has no address that is half of one.
    assert {link.url for link in found.links} <= {
        link.url for link in parse(source(kind), address(kind), body).links
    }


@pytest.mark.parametrize("name", ["listing", "ofsted", "ombudsman"])
@pytest.mark.parametrize("at", range(0, 200, 7))
def test_a_page_of_html_that_ends_anywhere_gives_no_half_address(name: str, at: int) -> None:
    kind, make = MADE[name]
    body = make().encode()
    cut = body[: len(body) // 2 + at]
    found = parse(source(kind), address(kind), cut)
    assert found.is_cut
    assert "breaks off before its end" in found.warnings[0]
    assert len(found.links) >= 15
    assert {link.url for link in found.links} <= {
        link.url for link in parse(source(kind), address(kind), body).links
    }


@pytest.mark.parametrize(
    "end", ["</ul></body></html>", "</ul></BODY >", "</ul>", "</ul><!-- made in 0.1 s -->"], ids=range(4)
)
def test_a_page_that_leaves_out_what_html_lets_it_leave_out_is_whole(end: str) -> None:
    body = f"<!DOCTYPE html><html lang=en><body><ul><li><a href=/1>A visit</a>{end}"
    found = parse(source("listing"), URL, body.encode())
    assert not found.is_cut
    assert found.warnings == ()
    assert len(found.links) == 1


@pytest.mark.parametrize("name", ["rss", "atom", "sitemap"])
def test_a_wrong_character_set_costs_no_item(name: str) -> None:
    kind, make = MADE[name]
    found = parse(source(kind), URL, make().encode("cp1252"))
    assert [link.title for link in found.links] == TITLES
    assert found.warnings == (f"{URL}: declared as UTF-8, which it is not; read as cp1252",)
    # What the server says comes before what the document says, and is as often wrong.
    found = parse(source(kind), URL, make().encode(), charset="ascii")
    assert [link.title for link in found.links] == TITLES
    assert found.warnings == (f"{URL}: declared as ascii, which it is not; read as UTF-8",)


@pytest.mark.parametrize("name", ["rss", "atom", "sitemap"])
@pytest.mark.parametrize("codec", ["utf-16", "utf-8-sig"])
def test_a_byte_order_mark_decides(name: str, codec: str) -> None:
    kind, make = MADE[name]
    found = parse(source(kind), URL, make().encode(codec))
    assert [link.title for link in found.links] == TITLES


@pytest.mark.parametrize("name", XML_AND_JSON)
def test_a_web_page_in_its_place_is_said_to_be_one(name: str) -> None:
    kind, _ = MADE[name]
    page = (
        b"<!DOCTYPE html>\n<html><head><title>Maintenance</title></head><body><p>Back soon</p></body></html>"
    )
    found = parse(source(kind), URL, page)
    assert found.links == ()
    (warning,) = found.warnings
    assert warning.startswith(f"{URL}: not a")
    if kind != "govuk_search":
        assert "an HTML page" in warning
        assert "give the address" in warning


@pytest.mark.parametrize("name", MADE)
def test_nothing_is_a_warning(name: str) -> None:
    kind, _ = MADE[name]
    found = parse(source(kind), address(kind), b"")
    assert (found.links, found.follow) == ((), ())
    assert found.warnings


@pytest.mark.parametrize("name", ["rss", "sitemap"])
def test_damaged_gzip_is_read_as_far_as_it_goes(name: str) -> None:
    kind, make = MADE[name]
    body = make()
    packed = gzip.compress(body.encode(), compresslevel=0)
    found = parse(source(kind), URL, packed[:-500])
    assert len(found.links) >= ITEMS - 10
    assert "gzip file is cut off" in found.warnings[0]


def test_a_gzip_bomb_is_unpacked_no_further_than_a_sitemap_may_be_large() -> None:
    bomb = gzip.compress(sitemap().encode() + b" " * 200_000_000, compresslevel=9)
    found = parse(source("sitemap"), URL, bomb)
    assert len(found.links) == ITEMS
    assert "larger than 50 MB" in found.warnings[0]


@pytest.mark.parametrize("name", ["feed", "sitemap"])
def test_fifty_megabytes_take_bounded_memory_and_lose_nothing(name: str, tmp_path: Path) -> None:
    """In a process of its own, so that its memory is its own."""
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from ingest.model import Source
        from ingest.sources import parse
        kind = sys.argv[1]
        words = b"words of it " * 2000
        if kind == "feed":
            item = b"<item><title>A</title><link>http://n.example/%d</link><category>" + words + b"</category></item>"
            body = b"<rss version='2.0'><channel>" + b"".join(item % n for n in range(2000))
        else:
            item = b"<url><loc>http://n.example/%d</loc><x>" + words + b"</x></url>"
            body = b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
            body += b"".join(item % n for n in range(2000))
        assert 45_000_000 < len(body) < 50_000_000
        found = parse(Source("s", "S", "P", kind, "http://n.example/"), "http://n.example/", body)
        # Not `ru_maxrss`, which starts with that of the process that started this one.
        status = Path("/proc/self/status").read_text().split()
        print(len(found.links), int(status[status.index("VmHWM:") + 1]) // 1024, found.warnings[-1])
        """
    )
    done = subprocess.run([sys.executable, "-c", script, name], capture_output=True, text=True, check=True)
    links, megabytes, warning = done.stdout.split(" ", 2)
    assert int(links) == 2000
    assert int(megabytes) < 600
    assert "not well-formed" in warning or "breaks off" in warning


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-7", "cp037"])
def test_a_feed_given_directly_never_grows_by_its_document_type(encoding: str) -> None:
    levels = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    body = (
        f"<?xml version='1.0' encoding='{encoding}'?><!DOCTYPE rss [<!ENTITY l0 'lol'>{levels}]>"
        "<rss version='2.0'><channel><item><title>Visit &l9;</title><link>http://n.example/1</link></item></channel></rss>"
    ).encode(encoding)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = parse(source("feed"), URL, body)
    assert all(link.title == "Visit &l9;" for link in found.links)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


def test_a_document_type_that_never_ends_is_a_warning() -> None:
    found = parse(
        source("feed"), URL, b"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'b'" + b"<rss>" * 1000
    )
    assert found.links == ()
    assert "document type is not closed" in found.warnings[0]


def test_names_of_characters_that_feeds_use_without_declaring_are_read() -> None:
    body = rss().replace("Visit 0 to", "Visit&nbsp;0 &ndash; to &unknown; <![CDATA[&rsquo;]]>").encode()
    found = parse(source("feed"), URL, body)
    assert found.links[0].title == "Visit 0 – to &unknown; ’ the children’s home"
    assert found.warnings == ()


@pytest.mark.parametrize("name", ["rss", "atom", "sitemap"])
def test_numbers_that_are_no_character_are_left_out(name: str) -> None:
    kind, make = MADE[name]
    numbers = "&#55296;&#x0;&#xDFFF;&#x110000;&#9999999;"
    entities = '<!DOCTYPE x [<!ENTITY half "&#xD83D;">]>'
    body = make().replace(XML, XML + entities).replace("Visit 0 to", f"Visit {numbers}&half;0 &#x2013; to")
    found = parse(source(kind), URL, body.encode())
    assert [link.title for link in found.links] == ["Visit 0 – to the children’s home", *TITLES[1:]]
    assert found.warnings == ()


def test_a_damaged_name_of_an_element_costs_no_other_item() -> None:
    body = sitemap().replace("<loc>http://news.example/3</loc>", "<loc:>http://news.example/3</loc:>")
    found = parse(source("sitemap"), URL, body.encode())
    assert {link.url for link in found.links} == {f"http://news.example/{n}" for n in range(ITEMS) if n != 3}


@pytest.mark.parametrize("name", MADE)
def test_no_damage_is_more_than_a_warning(name: str) -> None:
    kind, make = MADE[name]
    whole = make().encode()[:2500]
    chance = random.Random(name)
    for _ in range(40):
        body = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            place = chance.randrange(len(body))
            body[place : place + chance.choice((0, 1, 20))] = chance.choice(DAMAGE)
        found = parse(
            source(kind), address(kind), bytes(body), charset=chance.choice((None, "utf-16", "idna"))
        )
        assert all(link.url.startswith("http") for link in found.links)


@pytest.mark.parametrize("page", ["start=%C2%B2&rows=1", "start=0&rows=%C2%B2"])
def test_a_number_that_only_looks_like_one_is_none(page: str) -> None:
    """A digit in superscript, in the address to which a search was redirected."""
    found = parse(source("ofsted"), f"http://news.example/search?{page}", provider().encode())
    assert found.follow == ()
    found = parse(source("govuk_search"), f"http://news.example/x?count=%C2%B2&{page}", govuk().encode())
    assert len(found.links) == ITEMS
