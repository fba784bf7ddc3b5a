"""What the newsroom shows: every trap is really there, and every announced address answers."""

import json
import tomllib
from datetime import date
from pathlib import Path
from urllib.parse import urljoin

import feedparser
import httpx
import pypdfium2
import pytest
from bs4 import BeautifulSoup

from ingest.sample import Newsroom, sources_path, watches_path

SEEDS = Path(__file__).parents[2].parent / "shared" / "real" / "seeds"
ERROR_PAGE = "http://files.ofsted.sample.example/v1/file/90000002.pdf"
TRUNCATED = "http://files.ofsted.sample.example/v1/file/90000003"
FORBIDDEN = "http://wire.sample.example/members/briefing-june-2018"
RELEASE = "http://council.sample.example/newsroom/2016/august/care-leavers"
NOTE = "public facts restated in our own words"


def listed_sources() -> list[dict]:
    return tomllib.loads(sources_path().read_text("utf-8"))["source"]


def soup_at(client: httpx.Client, url: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(url).content, "lxml")


def announced_by(client: httpx.Client, source: dict) -> list[str]:
    """The addresses that one source announces, found with this test's own few lines."""
    url, options = source["url"], source.get("options", {})
    if source["kind"] == "feed":
        feed = feedparser.parse(client.get(url).content)
        return [urljoin(url, entry.link) for entry in feed.entries if "link" in entry]
    if source["kind"] == "govuk_search":
        return [urljoin(url, result["link"]) for result in client.get(url).json()["results"]]
    if source["kind"] == "ofsted":
        providers = [urljoin(url, a["href"]) for a in soup_at(client, url).select("a[href*='/provider/']")]
        pages = [(p, soup_at(client, p)) for p in providers]
        return [
            urljoin(p, a["href"])
            for p, soup in pages
            for a in soup.select("li.timeline__day a.publication-link")
        ]
    found = []
    while url:
        page = soup_at(client, url)
        found += [
            urljoin(url, item.select_one(options["link"])["href"]) for item in page.select(options["item"])
        ]
        following = page.select_one(options["next"]) if "next" in options else None
        url = urljoin(url, following["href"]) if following else None
    return found


def words_of(text: str) -> list[str]:
    return "".join(
        c if c.isalnum() else " " for c in text.casefold().replace("’", "'").replace("'", "")
    ).split()


def runs_of(words: list[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}


@pytest.mark.parametrize("source", listed_sources(), ids=lambda source: source["id"])
def test_every_announced_address_answers(client: httpx.Client, source: dict) -> None:
    announced = announced_by(client, source)
    assert announced
    assert len(set(announced)) == len(announced)
    for url in announced:
        client.get(url, follow_redirects=True)  # one of them is busy at first
        answer = client.get(url, follow_redirects=True)
        assert answer.status_code == 200, url
        assert answer.content, url


def test_the_sample_holds_about_a_dozen_items(client: httpx.Client) -> None:
    by_source = {source["id"]: len(announced_by(client, source)) for source in listed_sources()}
    assert by_source == {
        "sample-cypnews": 4,
        "sample-wire": 3,
        "sample-trust": 2,
        "sample-council": 2,
        "sample-ofsted": 3,
        "sample-govuk": 1,
    }


def test_every_kind_of_source_is_there() -> None:
    assert {s["kind"] for s in listed_sources()} == {"feed", "listing", "ofsted", "govuk_search"}


def test_watches_are_complete() -> None:
    watches = tomllib.loads(watches_path().read_text("utf-8"))["watch"]
    assert [watch["authorities"] for watch in watches] == [["Birmingham"], ["Leicester"], ["Reading"]]
    assert {watch["frequency"] for watch in watches} == {"immediate"}
    for watch in watches:
        assert watch["since"] == date(2016, 1, 1)
        assert all(address.endswith("@example.org") for address in watch["email"])


def test_rss_is_ill_formed_at_one_entry_and_the_rest_is_readable(client: httpx.Client) -> None:
    feed = feedparser.parse(client.get("http://cypnews.sample.example/feed.rss").content)
    assert feed.bozo
    broken = [entry for entry in feed.entries if "link" not in entry]
    assert [entry.title for entry in broken] == ["The week ahead: visits & letters"]
    assert broken[0].get("published_parsed") is None
    assert len(feed.entries) == 5
    assert all(entry.published_parsed for entry in feed.entries if "link" in entry)


def test_atom_is_well_formed(client: httpx.Client) -> None:
    feed = feedparser.parse(client.get("http://wire.sample.example/feed.atom").content)
    assert (feed.bozo, feed.version, len(feed.entries)) == (False, "atom10", 3)
    assert feed.entries[1].link == "/releases/trust-on-ofsted-visit"  # relative: the reader must resolve it
    assert FORBIDDEN in [entry.link for entry in feed.entries]


def test_windows_1252_is_said_by_the_header_alone(client: httpx.Client) -> None:
    page = client.get("http://cypnews.sample.example/news/2016/08/leicester-care-leavers")
    assert page.headers["content-type"] == "text/html; charset=windows-1252"
    assert b"charset" not in page.content
    assert b"Leicester\x92s" in page.content
    assert b"\x93too much on\x94" in page.content
    assert " – " in page.content.decode("windows-1252")
    with pytest.raises(UnicodeDecodeError):
        page.content.decode("utf-8")


def test_the_release_never_names_its_council(client: httpx.Client) -> None:
    article = soup_at(client, RELEASE).select_one("article").get_text(" ")
    assert "Leicester" not in client.get(RELEASE).text
    assert "fourth monitoring visit" in article
    assert "March last year" in article


def test_one_article_is_about_two_authorities(client: httpx.Client) -> None:
    page = soup_at(client, "http://cypnews.sample.example/news/2018/06/care-leavers-trust-letter")
    assert page.find("link", rel="canonical")["href"].endswith("/care-leavers-trust-letter")
    article = page.select_one("article").get_text(" ")
    assert "Birmingham" in article
    assert "Reading Borough Council" in article
    assert "Doncaster" in page.select_one("aside").get_text()
    assert "Doncaster" not in article


def test_the_reprint_is_nearly_the_release(client: httpx.Client) -> None:
    def runs(url: str) -> set[tuple[str, ...]]:
        return runs_of(words_of(soup_at(client, url).select_one("article").get_text(" ")), 4)

    release = runs("http://trust.sample.example/news/ofsted-monitoring-visit-may")
    reprint = runs("http://wire.sample.example/releases/trust-on-ofsted-visit")
    assert 0.7 < len(release & reprint) / len(release | reprint) < 1


def test_ofsted_pages_have_the_shape_of_the_real_ones(client: httpx.Client) -> None:
    page = soup_at(client, "http://reports.ofsted.sample.example/provider/44/80429")
    labels = [a.select_one("span.nonvisual").get_text() for a in page.select("a.publication-link")]
    assert labels == [
        "children's services focused visit - 01 december 2021",
        "children's services inspection - 19 october 2012",
    ]
    assert len(page.select("li.timeline__day")) == 3  # one day has nothing to read


def test_govuk_answer_is_json_of_its_shape(client: httpx.Client) -> None:
    answer = client.get("http://gov.sample.example/api/search.json?start=0&count=50")
    found = json.loads(answer.content)
    assert (found["total"], found["start"], len(found["results"])) == (1, 0, 1)
    assert found["results"][0]["link"].startswith("/government/")


def test_the_error_page_pretends_to_be_a_pdf(client: httpx.Client) -> None:
    answer = client.get(ERROR_PAGE)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"<!doctype html>")


def test_the_truncated_pdf_cannot_be_opened(client: httpx.Client) -> None:
    body = client.get(TRUNCATED).content
    assert body.startswith(b"%PDF-1.4")
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(body)


def test_every_article_says_that_it_is_a_sample(room: Newsroom) -> None:
    for url in room.urls:
        room.answer(url)
        answer = room.answer(url)
        if answer.status == 200 and answer.body.startswith(b"<!doctype"):
            assert NOTE in answer.body.decode("windows-1252"), url
            assert b"cookie-banner" in answer.body, url


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed documents are not beside this checkout")
def test_no_sentence_is_copied_from_the_seeds(room: Newsroom) -> None:
    """No ten words running are a seed's, letterhead and fixed headings apart."""
    seeds = set().union(*(runs_of(words_of(seed.read_text("utf-8")), 10) for seed in SEEDS.glob("*.txt")))
    letter = (sources_path().parent / "letters" / "2021-12-01-focused-visit.txt").read_text("utf-8")
    body = letter.partition("carried it out")[2].replace("What needs to improve in this area of", "")
    assert not runs_of(words_of(body), 10) & seeds
    for url in room.urls:
        room.answer(url)
        answer = room.answer(url)
        if not answer.body.startswith(b"%PDF"):
            assert not runs_of(words_of(answer.body.decode("utf-8", "replace")), 10) & seeds, url
