"""HTML -> Extracted: the article without navigation, banners, bylines, captions, related stories and comments.

Where the source names the element that holds the article (option `content`), that is taken. Else an element that
is called an article's text is, where the page has just one; else trafilatura finds the article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bs4 import BeautifulSoup
from bs4.dammit import UnicodeDammit

from ingest.errors import LayoutError, UnreadableError
from ingest.extract.compose import Composer
from ingest.extract.page_facts import canonical_of, metadata_date, title_of, written_date
from ingest.extract.page_furniture import (
    Part,
    article_element,
    drop_credits,
    drop_furniture,
    without_furniture,
)
from ingest.extract.page_parts import parts_of
from ingest.model import Extracted

_NAMES = {"head": "h2", "p": "p", "item": "li", "quote": "p", "cell": "td", "code": "p"}
"""trafilatura's own elements, as HTML has them."""
_ENOUGH = 0.7
"""Share of trafilatura's text that an element called an article's must hold to be believed."""
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Where a word may break, and marks of no width: nobody sees them, and no name is found around them."""


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
    published = metadata_date(soup)
    root = soup.select_one(content) if content else None
    if content and root is None:
        raise LayoutError(f"selector {content!r} matches nothing: the site's layout has changed.")
    if root is not None:
        # Within an article that is named, most is not the page's; so it is cleared by its own measure, and first.
        drop_furniture(root)
    drop_furniture(soup, root)
    published = published or written_date(soup)
    drop_credits(soup, root)
    parts = _found(soup) if root is None else list(parts_of(root))
    composer = Composer()
    for part in without_furniture(parts):
        _add(composer, part._replace(text=part.text.translate(_UNSEEN)))
    if not composer.blocks:
        raise UnreadableError("no article text found on the page.")
    return Extracted(
        title=title_of(soup).translate(_UNSEEN),
        text=composer.text,
        blocks=composer.blocks,
        published_on=published,
        canonical_url=canonical_of(soup),
    )


def _found(soup: BeautifulSoup) -> Sequence[Part]:
    guessed = _guessed(str(soup))
    called = article_element(soup) or (soup.select_one("article, main, [role=main]") if not guessed else None)
    parts = list(parts_of(called)) if called is not None else []
    return parts if _length(parts) >= _ENOUGH * _length(guessed) else guessed


def _length(parts: Sequence[Part]) -> int:
    return sum(len(part.text) for part in parts)


def _guessed(markup: str) -> list[Part]:
    import trafilatura  # takes a third of a second to import: only where a page needs it

    found: Any = trafilatura.bare_extraction(markup, fast=True, include_comments=False, include_tables=True)
    if found is None:
        return []
    parts = []
    for element in found.body.iter(*_NAMES):
        if any(parent.tag in ("item", "quote", "cell") for parent in element.iterancestors()):
            continue
        name = element.get("rend", "h2") if element.tag == "head" else _NAMES[element.tag]
        parts.append(Part(name, re.sub(r"\s+", " ", "".join(element.itertext())).strip()))
    return [part for part in parts if part.text]


def _add(composer: Composer, part: Part) -> None:
    if re.fullmatch(r"h[1-6]", part.name):
        composer.add("heading", part.text, level=int(part.name[1]))
    elif part.name == "li":
        composer.add("bullet", part.text, prefix="• ", level=part.level)
    elif part.name == "td":
        composer.add("row", part.text)
    else:
        composer.add("paragraph", part.text)
