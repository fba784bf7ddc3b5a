"""Pages in place of documents: recognised by what real ones have in common, in our own words and markup."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.errors import GoneError, RefusedError
from ingest.fetch import Archive, Fetcher, sniff
from ingest.fetch.disguise import find_disguise
from ingest.model import Link
from ingest.sample import Newsroom

Make = Callable[..., Fetcher]
HTML = {"Content-Type": "text/html; charset=utf-8"}


def page(title: str, body: str, head: str = "") -> bytes:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()
    )


LAYOUT = (
    "<header><a href='/'>Exampleshire Council</a><nav><ul><li><a href='/bins'>Bins</a><li><a href='/tax'>"
    "Council tax</a><li><a href='/login'>Sign in</a></ul></nav></header>{}<footer><p>Cookies, privacy and "
    "accessibility. Copyright Exampleshire Council.</p></footer>"
)
CHALLENGES = {
    "cloudflare": page(
        "Just a moment...",
        "<noscript>Enable JavaScript and cookies to continue</noscript>"
        "<script>window._cf_chl_opt = {cType: 'managed'};</script>",
    ),
    "cloudflare, blocked": page(
        "Attention Required! | Cloudflare",
        "<h1>Sorry, you have been blocked</h1><div id='cf-error-details'><p>You are unable to access this.</p></div>",
    ),
    "incapsula": page(
        "",
        '<iframe id="main-iframe" src="/_Incapsula_Resource?CWUDNSAI=1">Request unsuccessful. '
        "Incapsula incident ID: 1-2</iframe>",
    ),
    "incapsula, script only": page("", "<script src='/_Incapsula_Resource?SWJIYLWA=1'></script>"),
    "imperva": page("Pardon Our Interruption", "<h1>Pardon Our Interruption</h1><p>Something about your browser.</p>"),
    "akamai": page(
        "Access Denied",
        "<h1>Access Denied</h1>You have no permission for this server.<p>Reference&#32;&#35;18.1</p>",
    ),
    "akamai, behavioural": page("", "<div id='sec-if-cpt-container'></div>"),
    "datadome": page("news.example", "<script src='https://ct.captcha-delivery.com/c.js'></script>"),
    "perimeterx": page("Access to this page has been denied", "<div id='px-captcha'></div><p>Press and hold</p>"),
    "aws": page("", "<script>window.awsWafCookieDomainList=[];window.gokuProps={}</script><noscript>JS</noscript>"),
    "sucuri": page("You are being redirected...", "<script>sucuri_cloudproxy_js='';</script>"),
    "f5": page("Request Rejected", "The requested URL was rejected. Please consult with your administrator. ID: 1"),
    "anubis": page("Making sure you&#39;re not a bot!", "<script id=\"anubis_challenge\">{}</script>"),
    "captcha": page("Security check", "<form><div class='g-recaptcha' data-sitekey='1'></div></form>"),
}  # fmt: skip
COOKIE_WALLS = {
    "enable cookies": page(
        "Cookies required", "<h1>Please enable cookies</h1><p>This site needs cookies.</p>"
    ),
    "consent": page(
        "Before you continue", "<h1>Before you continue to Example News</h1><p>We use cookies to...</p>"
    ),
    "privacy": page("Example News | We value your privacy", "<p>We and our 812 partners store cookies.</p>"),
}
LOGINS = {
    "plain": page("Log in | Example News", "<h1>Log in</h1><form><input type='password' name='p'></form>"),
    "drupal": page(
        "Sign in - Exampleshire", LAYOUT.format("<h1>Sign in to your account</h1><input type=PASSWORD>")
    ),
    "members": page("Members' login", "<form><input name=u><input type='password'></form>"),
}
SOFT_404S = {
    "plain": page("Page not found", "<h1>Page not found</h1>"),
    "council": page(
        "Page not found | Exampleshire Council",
        LAYOUT.format("<main><h1>Sorry, this page cannot be found</h1><p>It may have moved.</p></main>"),
    ),
    "number": page(
        "404 - Page not found - Exampleshire", LAYOUT.format("<h1>404</h1><p>Try the search.</p>")
    ),
    "error": page("Error 404", "<h1>Error 404: page not found</h1>"),
    "oops": page("Page not found – Example Trust", "<h1>Oops!</h1><p>Nothing here.</p>"),
    "cant": page("We can’t find that page", "<h1>We can’t find that page</h1>"),
    "gone": page("This page no longer exists | Trust", "<h1>This page no longer exists</h1>"),
    "document": page("Document not found", "<h1>The document you requested could not be found</h1>"),
}
WORDS = "The council said that the visit had been fair and that managers knew what to do next. " * 12
ORDINARY = {
    "article about cookies": page(
        "Cookies required: why council sites ask",
        f"<h1>Cookies required: why council sites ask</h1><p>{WORDS}</p>",
    ),
    "article of that name": page("Access denied | Example News", f"<h1>Access denied</h1><p>{WORDS}</p>"),
    "article about a missing page": page(
        "Page not found - how links to inspection reports rot",
        f"<article><h1>Page not found - how links to inspection reports rot</h1><p>{WORDS}</p></article>",
    ),
    "article that says it is one": page(
        "Page not found",
        f"<h1>Page not found</h1><p>{WORDS[:200]}</p>",
        "<meta property='article:published_time' content='2018-06-08'>",
    ),
    "cloudflare's script in a page": page(
        "Visit praised | Exampleshire",
        LAYOUT.format("<h1>Visit praised</h1><p>Short.</p>")
        + "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>",
    ),
    "incapsula's script in a page": page(
        "Visit praised | Exampleshire",
        LAYOUT.format("<h1>Visit praised</h1><p>Short.</p>")
        + "<script src='/_Incapsula_Resource?SWJIYLWA=1'></script>",
    ),
    "captcha in a form": page(
        "Contact the press office",
        LAYOUT.format("<h1>Contact</h1><form><div class='g-recaptcha'></div></form>"),
    ),
    "login box in a page": page(
        "Visit praised | Example News",
        "<form><input type='password'></form><h1>Visit praised</h1><p>Subscribers log in above.</p>",
    ),
    "cookie banner on a short page": page(
        "Visit praised",
        "<div>We value your privacy. Accept cookies to continue.</div><h1>Visit praised</h1><p>It was fair.</p>",
    ),
    "security news": page(
        "Are you human? Councils test captchas", f"<h1>Are you human?</h1><p>hcaptcha.com ... {WORDS}</p>"
    ),
    "looked-after 404": page(
        "404 children in care | Example", f"<h1>404 children in care</h1><p>{WORDS}</p>"
    ),
    "missing": page("Missing children: what the letter says", f"<h1>Missing children</h1><p>{WORDS}</p>"),
    "not found": page(
        "Abuse not found by inspectors | Example", f"<h1>Abuse not found by inspectors</h1><p>{WORDS}</p>"
    ),
    "sign in": page(
        "Sign in for deaf children: council's plan", f"<h1>Sign in for deaf children</h1><p>{WORDS}</p>"
    ),
}
CASES = [
    (kind, name, body)
    for kind, pages in (
        ("challenge", CHALLENGES),
        ("cookie wall", COOKIE_WALLS),
        ("login page", LOGINS),
        ("soft 404", SOFT_404S),
        (None, ORDINARY),
    )
    for name, body in pages.items()
]


@pytest.mark.parametrize(("kind", "name", "body"), CASES, ids=[f"{kind}: {name}" for kind, name, _ in CASES])
def test_a_disguise_is_told_from_an_ordinary_page(kind: str | None, name: str, body: bytes) -> None:
    found = find_disguise(body, {})
    assert (found.kind if found else None) == kind


@pytest.mark.parametrize(
    ("final_url", "kind"),
    [
        ("https://consent.yahoo.com/v2/collectConsent?x=1", "cookie wall"),
        ("https://news.example/cookie-wall?back=/a", "cookie wall"),
        ("https://login.news.example/?back=/a", "login page"),
        ("https://news.example/account/login?ReturnUrl=/a", "login page"),
        ("https://login.microsoftonline.com/common/oauth2", "login page"),
        ("https://news.example/a-new-place", None),
        ("https://news.example/news/login-details-stolen", None),
    ],
)
def test_where_a_redirect_led_tells_too(final_url: str, kind: str | None) -> None:
    body = page("Example News", "<h1>Hello</h1><form><input type='password'></form><p>Read on.</p>")
    found = find_disguise(body, {}, url="https://news.example/a", final_url=final_url)
    assert (found.kind if found else None) == kind
    assert find_disguise(body, {}, url=final_url, final_url=final_url) is None


def test_hostile_markup_is_looked_at_without_harm() -> None:
    for body in (
        b"<div>" * 60_000,
        b"<title>" * 50_000,
        b"<script>" * 50_000,
        b"<!--" * 90_000,
        b"\0" * 9000,
        b"<" * 99_000,
    ):
        find_disguise(b"<title>Page not found</title>" + body, {})
    assert find_disguise(page("Page not found", "x" * 600_000), {}) is None


# ------------------------------------------------------------------ what the fetcher does about it


def test_a_disguise_is_never_stored(site, make_fetcher: Make, archive: Archive, tmp_path: Path) -> None:
    site.routes["/challenge"] = (200, HTML, CHALLENGES["cloudflare"])
    site.routes["/wall"] = (200, HTML, COOKIE_WALLS["consent"])
    site.routes["/members"] = (302, {"Location": "/login?back=/members"}, b"")
    site.routes["/login?back=/members"] = (200, HTML, LOGINS["plain"])
    site.routes["/gone"] = (200, HTML, SOFT_404S["council"])
    fetcher = make_fetcher()
    for path, kind, words in (
        ("/challenge", RefusedError, r"/challenge: a challenge came \(Cloudflare\): .*ask its owner"),
        ("/wall", RefusedError, r"/wall: a cookie wall came"),
        ("/members", RefusedError, r"/members: a login page came"),
        ("/gone", GoneError, r"/gone: a soft 404 came .*correct or drop"),
    ):
        for fetch in (lambda url: fetcher.item(Link("example", url)), fetcher.page):
            with pytest.raises(kind, match=words) as caught:
                fetch(f"{site.url}{path}")
            assert type(caught.value) is kind
    assert not list(archive.files())


@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_challenge_of_any_status_is_named_and_not_hammered(site, make_fetcher: Make, status: int) -> None:
    site.routes["/news"] = (status, HTML | {"cf-mitigated": "challenge"}, b"<title>Just a moment...</title>")
    with pytest.raises(RefusedError, match=f"HTTP {status}: the site asks to prove that a person is there"):
        make_fetcher().page(f"{site.url}/news")
    assert site.paths() == ["/news"]


def test_no_page_of_the_sample_is_taken_for_a_disguise(make_fetcher: Make) -> None:
    seen = 0
    for day in (1, 2):
        with Newsroom(day) as newsroom:
            fetcher = make_fetcher(proxy=newsroom.proxy_url)
            for url in newsroom.urls:
                if url.endswith("/robots.txt"):
                    continue
                try:
                    fetched = fetcher.page(url)
                except RefusedError as error:
                    assert "robots.txt" in str(error)  # noqa: PT017
                    continue
                assert fetched is not None
                seen += sniff(fetched.body) == "text/html"
    assert seen > 20


def test_no_saved_page_of_the_tests_is_taken_for_a_disguise() -> None:
    pages = list((Path(__file__).parents[1] / "pages").rglob("*.html"))
    assert pages
    for path in pages:
        assert find_disguise(path.read_bytes(), {}) is None, path
