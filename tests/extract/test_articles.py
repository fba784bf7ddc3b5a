"""Articles of web pages: whole, dated, and without what stands around them, with a selector and without one."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
import trafilatura

from ingest.errors import UnreadableError
from ingest.extract.html import extract_html
from ingest.model import Extracted

GOLDENS = Path(__file__).parents[2] / "goldens"
ARTICLES = sorted(GOLDENS.rglob("*.article.html"))
SELECTORS = tomllib.loads(
    (Path(__file__).parents[2] / "src/ingest/sources/platforms.toml").read_text(encoding="utf-8")
)
SELECTOR = {"umbraco": ".rte"} | {
    name: options["content"]
    for name, table in SELECTORS.items()
    for options in table.values()
    if isinstance(options, dict) and "content" in options
}


def expected(path: Path) -> dict:
    page = path.with_name(path.name.replace(".article.html", ".toml"))
    return tomllib.loads(page.read_text(encoding="utf-8"))["article"]


def pieces(extracted: Extracted) -> list[str]:
    return [extracted.text[block.start : block.end] for block in extracted.blocks]


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.parent.name)
def test_with_a_selector_the_article_is_exact(path: Path) -> None:
    wanted = expected(path)
    page = extract_html(path.read_text(encoding="utf-8"), content=SELECTOR[path.parent.name])
    assert pieces(page) == wanted["paragraphs"]
    assert (page.title, page.published_on) == (wanted["title"], wanted["published_on"])


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.parent.name)
def test_without_one_nothing_is_lost_and_nothing_added_but_the_heading(path: Path) -> None:
    wanted = expected(path)
    page = extract_html(path.read_text(encoding="utf-8"))
    assert [piece for piece in pieces(page) if piece != wanted["title"]] == wanted["paragraphs"]
    assert (page.title, page.published_on) == (wanted["title"], wanted["published_on"])
    # Other places stand only around the article, never in it.
    assert "Otherton" not in page.text


def f1(text: str, wanted: dict) -> float:
    """Words in common; the heading counts neither way, since only one of two readers gives it."""
    got = set(text.replace(wanted["title"], "").split())
    right = set(" ".join(wanted["paragraphs"]).split())
    return 2 * len(got & right) / (len(got) + len(right))


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.parent.name)
def test_it_is_no_worse_than_trafilatura_alone(path: Path) -> None:
    markup, wanted = path.read_text(encoding="utf-8"), expected(path)
    alone = trafilatura.extract(markup, include_comments=False, fast=True) or ""
    assert f1(extract_html(markup).text, wanted) >= f1(alone, wanted)


# ------------------------------------------------------------------ what stands around an article

BODY = (
    "<p>Inspectors visited Exampleshire last month and found that social workers know their children well.</p>"
    "<p>They also found that plans are not always updated, and that too many reviews of them are late.</p>"
)
AROUND = {
    "a cookie banner": "<div id='CybotCookiebotDialog'><p>{}</p></div>",
    "a consent dialog": "<div role='dialog' aria-label='Consent'><p>{}</p></div>",
    "a caption": "<figure><img src='x.jpg'><figcaption>{}</figcaption></figure>",
    "a caption by name": "<div class='wp-caption-text'>{}</div>",
    "a caption by its words": "<p>Picture: {}</p>",
    "a by-line": "<p class='byline'>By the staff of {}</p>",
    "an author": "<div class='author-bio'><p>A. Writer covers {}</p></div>",
    "comments": "<section id='comments'><p>What of {}</p></section>",
    "a comment system": "<div id='disqus_thread'><p>{}</p></div>",
    "related stories by name": "<div class='relatedStories'><p>{}</p></div>",
    "related stories by heading": "<h2>Related stories</h2><ul><li><a href='/1'>{}</a></li></ul>",
    "also like": "<div class='you-may-also-like'><p>{}</p></div>",
    "an aside": "<aside><p>{}</p></aside>",
    "a sidebar": "<div class='l-sidebar'><p>{}</p></div>",
    "a newsletter": "<div class='newsletter-signup'><p>{}</p></div>",
    "share buttons": "<div class='share-links'><p>{}</p></div>",
    "a read-more line": "<p>Read more: {}</p>",
    "most read": "<h3>Most read</h3><ol><li>{}</li></ol>",
    "latest news": "<h2>Latest news</h2><p>{}</p>",
    "tags": "<ul class='tag-list'><li>{}</li></ul>",
    "hidden text": "<p hidden>{}</p>",
    "an advertisement": "<div class='advert'><p>{}</p></div>",
}


@pytest.mark.parametrize("name", AROUND)
@pytest.mark.parametrize("content", [None, "article"])
def test_a_council_in_it_is_not_in_the_article(name: str, content: str | None) -> None:
    around = AROUND[name].format("Otherton Council rated inadequate by Ofsted inspectors")
    markup = f"<html><body><main><article><h1>Visit praised</h1>{BODY}{around}</article></main></body></html>"
    page = extract_html(markup, content=content)
    assert "Otherton" not in page.text
    assert "social workers know their children well" in page.text
    assert "too many reviews of them are late" in page.text


@pytest.mark.parametrize(
    "name",
    [
        "has-sidebar comments-open", "page-with-related", "childrens-social-care", "shared-lives", "share-wrapper",
        "local-authority-page", "cookie-consent-given", "article-author-page",
    ],
)  # fmt: skip
@pytest.mark.parametrize("element", ["body", "div", "form"])
def test_a_name_on_what_holds_the_article_takes_nothing_away(name: str, element: str) -> None:
    inner = f"<article><h1>Visit praised</h1>{BODY}</article>"
    markup = f"<html><{element} class='{name}'>{inner}</{element}></html>"
    for content in (None, "article"):
        assert "too many reviews of them are late" in extract_html(markup, content=content).text


@pytest.mark.parametrize("around", ["aside", "div class='sidebar'", "div class='author-bio post-meta'"])
def test_an_article_that_its_source_names_stays_wherever_it_stands(around: str) -> None:
    element = around.split()[0]
    markup = f"<{around}><div id='text'>{BODY}</div></{element}><main><h1>Other</h1>{BODY * 3}</main>"
    page = extract_html(markup, content="#text")
    assert pieces(page) == pieces(extract_html(f"<div id='text'>{BODY}</div>", content="#text"))


def test_what_follows_a_heading_over_other_stories_ends_at_the_next_of_its_rank() -> None:
    markup = (
        f"<article><h1>Visit</h1>{BODY}<h2>Related news</h2><h3>Otherton</h3><p>Otherton again.</p>"
        "<h2>Notes to editors</h2><p>The letter is on Ofsted’s site.</p></article>"
    )
    page = extract_html(markup, content="article")
    assert "Otherton" not in page.text
    assert "The letter is on Ofsted’s site." in page.text


# ------------------------------------------------------------------ parts


def test_text_in_no_paragraph_lists_in_lists_and_parts_of_words_are_read() -> None:
    markup = (
        "<div class='c'>First <b>bold</b>ly said.<br><br>Second line<br>goes on.<div>Third</div>"
        "<ul><li><p>One</p><p>more</p><ul><li>inner</li></ul></li><li>Two</li></ul>"
        "<table><tr><th>Overall</th><td>Good</td></tr></table><!-- a note --></div>"
    )
    page = extract_html(markup, content=".c")
    assert pieces(page) == [
        "First boldly said.", "Second line goes on.", "Third", "One more", "inner", "Two", "Overall", "Good",
    ]  # fmt: skip
    assert [(block.kind, block.level) for block in page.blocks][3:6] == [
        ("bullet", 1),
        ("bullet", 2),
        ("bullet", 1),
    ]


def test_a_short_release_is_read_though_there_is_little_of_it() -> None:
    page = extract_html("<main><h1>Notice</h1><p>The office is closed on Monday.</p></main>")
    assert "The office is closed on Monday." in page.text
    with pytest.raises(UnreadableError, match="no article text"):
        extract_html("<main><nav><a href='/'>Home</a></nav></main>")


# ------------------------------------------------------------------ dates


NESTED = '{"@graph": [{"mainEntity": {"datePublished": "2026-06-09"}}]}'


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<meta property='article:published_time' content='2026-06-08T23:30:00Z'>", ""),
        ("<meta name='govuk:first-published-at' content='2026-06-09T09:00:00+01:00'>", ""),
        (f"<script type='application/ld+json'>{NESTED}</script>", ""),
        ("", "<p class='published-date'>9 June 2026</p>"),
        ("", "<p class='date'>Published: 09/06/2026</p>"),
        ("", "<span class='posted-on'>Posted on Tuesday 9 June 2026</span>"),
        ("", "<time datetime='2026-06-09'>Tuesday</time>"),
    ],
    ids=["meta, in UK time", "gov.uk", "nested JSON-LD", "class", "British", "posted on", "time"],
)  # fmt: skip
def test_the_day_of_publication_is_found(head: str, body: str) -> None:
    later = "<aside><time datetime='2026-07-01'>1 July</time></aside><footer>Copyright 2024</footer>"
    markup = f"<html><head>{head}</head><body><main><h1>Visit</h1>{body}{BODY}</main>{later}</body></html>"
    assert extract_html(markup).published_on == date(2026, 6, 9)


def test_a_date_that_only_the_text_tells_is_not_the_day_of_publication() -> None:
    markup = (
        f"<html><body><main><h1>Visit</h1>{BODY}<p>The last visit was on 3 May 2019.</p></main></body></html>"
    )
    assert extract_html(markup).published_on is None
    assert "3 May 2019" in extract_html(markup).text


def test_a_date_in_the_future_is_read_as_it_stands() -> None:
    """Whether that can be is for those who know what day it is."""
    markup = f"<html><body><main><h1>Visit</h1><p class='date'>9 June 2031</p>{BODY}</main></body></html>"
    assert extract_html(markup).published_on == date(2031, 6, 9)
