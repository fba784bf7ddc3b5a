"""HTML -> Extracted: the article without navigation, banners, related stories and comments.

Where the source names the element that holds the article (option `content`), that is taken; else
trafilatura finds it. Metadata comes from the page's own markup, then from its by-line.
"""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.dammit import UnicodeDammit

from ingest.errors import LayoutError, UnreadableError
from ingest.extract.compose import Composer
from ingest.model import Extracted

FURNITURE = (
    "script,style,noscript,template,nav,header nav,footer,aside,form,button,iframe,svg,figure figcaption,"
    "[role=navigation],[role=search],[role=complementary],[aria-hidden=true],"
    "[class*=cookie],[id*=cookie],[class*=related],[class*=share],[class*=breadcrumb],[class*=comment],[id*=disqus]"
)
BLOCKS = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "blockquote", "td", "th", "dd", "dt", "pre")


def decode(body: bytes, charset: str | None) -> str:
    """Return the text of a page by BOM, header, meta tag, then by its bytes.

    Raises:
        UnreadableError: no character set fits.
    """
    guess = UnicodeDammit(body, known_definite_encodings=[charset] if charset else [], is_html=True)
    if guess.unicode_markup is None:
        raise UnreadableError("the page's character set cannot be told.")
    return guess.unicode_markup


def extract_html(markup: str, *, content: str | None = None) -> Extracted:
    """Read the main text of a page.

    Args:
        markup: the decoded page.
        content: CSS selector of the element that holds the article.

    Raises:
        LayoutError: the selector matches nothing.
        UnreadableError: no article is found.
    """
    markup = markup.encode("utf-8", "replace").decode("utf-8")  # half a character stops every parser
    soup = BeautifulSoup(markup, "lxml")
    title, published, canonical = _title(soup), _published(soup), _canonical(soup)
    composer = Composer()
    if content:
        root = soup.select_one(content)
        if root is None:
            raise LayoutError(f"selector {content!r} matches nothing: the site's layout has changed.")
        _walk(root, composer)
    else:
        _main_text(markup, composer)
    if not composer.blocks:
        raise UnreadableError("no article text found on the page.")
    return Extracted(
        title=title,
        text=composer.text,
        blocks=composer.blocks,
        published_on=published,
        canonical_url=canonical,
    )


def _walk(root: Tag, composer: Composer) -> None:
    for element in root.select(FURNITURE):
        element.decompose()
    for element in root.find_all(BLOCKS):
        if element.find_parent(["li", "blockquote", "td"]) and element.name == "p":
            continue
        _add(composer, element.name, _text(element))


def _main_text(markup: str, composer: Composer) -> None:
    import trafilatura  # takes a third of a second to import: only where a page needs it

    found: Any = trafilatura.bare_extraction(markup, fast=True, include_comments=False, include_tables=True)
    if found is None:
        return
    # trafilatura's own tree: head is a heading, item a list item, cell a table cell
    names = {"head": "h2", "p": "p", "item": "li", "quote": "p", "cell": "td", "code": "pre"}
    for element in found.body.iter(*names):
        if any(parent.tag in ("item", "quote", "cell") for parent in element.iterancestors()):
            continue
        name = element.get("rend", "h2") if element.tag == "head" else names[element.tag]
        _add(composer, name, re.sub(r"\s+", " ", "".join(element.itertext())).strip())


def _add(composer: Composer, name: str, text: str) -> None:
    if not text:
        return
    if re.fullmatch(r"h[1-6]", name):
        composer.add("heading", text, level=int(name[1]))
    elif name == "li":
        composer.add("bullet", text, prefix="• ", level=1)
    elif name in ("td", "th"):
        composer.add("row", text)
    else:
        composer.add("paragraph", text)


def _text(element: Tag) -> str:
    return re.sub(r"\s+", " ", element.get_text(" " if element.find("br") else "")).strip()


def _title(soup: BeautifulSoup) -> str:
    for selector in ("article h1", "main h1", "h1"):
        heading = soup.select_one(selector)
        if heading and _text(heading):
            return _text(heading)
    meta = soup.select_one('meta[property="og:title"]')
    if meta and meta.get("content"):
        return str(meta["content"]).strip()
    return _text(soup.title) if soup.title else ""


def _canonical(soup: BeautifulSoup) -> str | None:
    link = soup.select_one('link[rel="canonical"][href]')
    return str(link["href"]) if link else None


def _published(soup: BeautifulSoup) -> date | None:
    candidates = [
        str(tag.get("content") or tag.get("datetime") or "")
        for tag in soup.select(
            'meta[property="article:published_time"],meta[name="dc.date"],meta[name="DC.date.issued"],'
            'meta[itemprop="datePublished"],[itemprop="datePublished"][datetime],time[pubdate],article time[datetime]'
        )
    ]
    candidates[1:1] = [
        str(_ld_date(script.string or "")) for script in soup.select('script[type="application/ld+json"]')
    ]
    for value in candidates:
        match = re.match(r"\d{4}-\d{2}-\d{2}", value)
        if match:
            try:
                return date.fromisoformat(match.group())
            except ValueError:
                continue
    return None


def _ld_date(script: str) -> str:
    try:
        data: Any = json.loads(script)
    except (ValueError, RecursionError):
        return ""
    found = data.get("@graph", [data]) if isinstance(data, dict) else data
    nodes = found if isinstance(found, list) else []
    return next(
        (str(node["datePublished"]) for node in nodes if isinstance(node, dict) and "datePublished" in node),
        "",
    )
