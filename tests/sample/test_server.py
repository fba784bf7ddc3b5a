"""HTTP as the newsroom speaks it, asked by a real client over loopback."""

import socket

import httpx
import pytest

from ingest.errors import ConfigError
from ingest.sample import Newsroom, Request

TRUST_PAGE = "http://trust.sample.example/news/ofsted-monitoring-visit-may"
CORRECTED = "http://cypnews.sample.example/news/2018/09/over-optimism-in-neglect-cases"
BUSY = "http://cypnews.sample.example/news/2021/12/birmingham-focused-visit"


def raw_answer(room: Newsroom, method: str, url: str) -> bytes:
    """Everything that comes over the wire for one request, headers included."""
    port = int(room.base_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.sendall(f"{method} {url} HTTP/1.1\r\nHost: ignored\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: wire.recv(65536), b""))


def test_every_host_has_its_own_robots(client: httpx.Client) -> None:
    def robots(host: str) -> httpx.Response:
        return client.get(f"http://{host}.sample.example/robots.txt")

    assert "Disallow: /members/" in robots("wire").text
    assert "Disallow: /members/" not in robots("cypnews").text
    assert robots("trust").headers["content-type"].startswith("text/plain")
    assert robots("council").status_code == 404


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        (lambda r: {"If-None-Match": r.headers["etag"]}, 304),
        (lambda r: {"If-None-Match": f'"other", W/{r.headers["etag"]}'}, 304),
        (lambda r: {"If-Modified-Since": r.headers["last-modified"]}, 304),
        (lambda r: {"If-Modified-Since": "Thu, 07 Jun 2018 08:00:00 GMT"}, 200),
        (lambda r: {"If-Modified-Since": "yesterday"}, 200),
        (lambda r: {"If-Modified-Since": "Fri, 08 Jun 2018 08:00:00 -0000"}, 200),
        (lambda r: {"If-None-Match": '"other"', "If-Modified-Since": r.headers["last-modified"]}, 200),
    ],
)
def test_conditional_requests(client: httpx.Client, condition, status: int) -> None:
    first = client.get(TRUST_PAGE)
    again = client.get(TRUST_PAGE, headers=condition(first))
    assert again.status_code == status
    assert again.content == (b"" if status == 304 else first.content)
    assert again.headers["etag"] == first.headers["etag"]


def test_redirect_leads_to_the_same_page(client: httpx.Client) -> None:
    moved = client.get("http://cypnews.sample.example/go/1806")
    assert moved.status_code == 301
    direct = client.get(moved.headers["location"])
    assert direct.status_code == 200
    assert client.get(f"{moved.headers['location']}?utm_source=rss&utm_medium=feed").content == direct.content


def test_busy_page_answers_at_the_second_try(client: httpx.Client) -> None:
    first, second, third = (client.get(BUSY) for _ in range(3))
    assert [first.status_code, second.status_code, third.status_code] == [503, 200, 200]
    assert int(first.headers["retry-after"]) >= 1
    assert "etag" not in first.headers


def test_busy_page_is_busy_again_in_a_new_newsroom(client: httpx.Client) -> None:
    client.get(BUSY)
    with Newsroom() as other, httpx.Client(proxy=other.proxy_url, trust_env=False) as asker:
        assert asker.get(BUSY).status_code == 503


def test_one_article_is_corrected_on_day_two(client: httpx.Client) -> None:
    before = client.get(CORRECTED)
    with Newsroom(day=2) as tomorrow, httpx.Client(proxy=tomorrow.proxy_url, trust_env=False) as asker:
        after = asker.get(CORRECTED, headers={"If-None-Match": before.headers["etag"]})
        by_date = asker.get(CORRECTED, headers={"If-Modified-Since": before.headers["last-modified"]})
        same = asker.get(TRUST_PAGE, headers={"If-None-Match": client.get(TRUST_PAGE).headers["etag"]})
    assert (after.status_code, by_date.status_code, same.status_code) == (200, 200, 304)
    assert "third monitoring visit" in before.text
    assert "Correction" not in before.text
    assert "second monitoring visit" in after.text
    assert "Correction, 10 September 2018" in after.text


def test_only_the_feed_and_the_article_change_on_day_two() -> None:
    today, tomorrow = Newsroom(1), Newsroom(2)
    today.answer(BUSY), tomorrow.answer(BUSY)
    changed = {url for url in today.urls if today.answer(url) != tomorrow.answer(url)}
    assert changed == {CORRECTED, "http://cypnews.sample.example/feed.rss"}
    assert today.urls == tomorrow.urls


def test_two_newsrooms_send_the_same_bytes(room: Newsroom) -> None:
    with Newsroom() as other:
        assert room.base_url != other.base_url
        for url in room.urls:
            for _ in range(2):
                assert raw_answer(room, "GET", url) == raw_answer(other, "GET", url), url


def test_head_sends_no_body(room: Newsroom) -> None:
    got, head = raw_answer(room, "GET", TRUST_PAGE), raw_answer(room, "HEAD", TRUST_PAGE)
    assert head.endswith(b"\r\n\r\n")
    assert got.startswith(head)


def test_nothing_is_passed_on_to_other_hosts(client: httpx.Client) -> None:
    assert client.get("http://www.example.com/").status_code == 502
    assert client.get("http://trust.sample.example/nowhere").status_code == 404
    with pytest.raises(httpx.ProxyError):
        client.get("https://trust.sample.example/news")


def test_front_page_lists_every_address(room: Newsroom) -> None:
    page = httpx.get(room.base_url, trust_env=False)
    assert page.status_code == 200
    assert all(url.replace("&", "&amp;") in page.text for url in room.urls)


def test_the_log_says_what_was_asked(room: Newsroom, client: httpx.Client) -> None:
    tag = client.get(TRUST_PAGE).headers["etag"]
    client.head(TRUST_PAGE, headers={"If-None-Match": tag})
    assert room.requests == [Request("GET", TRUST_PAGE, 200), Request("HEAD", TRUST_PAGE, 304)]


def test_a_client_that_hangs_up_is_no_news(room: Newsroom, capfd: pytest.CaptureFixture[str]) -> None:
    port = int(room.base_url.rpartition(":")[2])
    for _ in range(5):
        wire = socket.create_connection(("127.0.0.1", port), timeout=10)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        wire.sendall(f"GET {TRUST_PAGE} HTTP/1.1\r\n\r\n".encode())
        wire.close()
    assert raw_answer(room, "GET", TRUST_PAGE).startswith(b"HTTP/1.1 200")
    assert capfd.readouterr().err == ""


def test_there_is_no_day_nought() -> None:
    with pytest.raises(ConfigError, match="no day 0"):
        Newsroom(day=0)
