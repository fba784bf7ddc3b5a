"""What stands on a web page around its article: banners, menus, bylines, captions, comments, other stories.

Rules are in page_furniture.toml. An element is never dropped by its name where the article is within it: themes
call the whole page "has-sidebar" or "comments-open".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag

FILE = Path(__file__).with_name("page_furniture.toml")
OPENING = 5
"""Blocks at the top of an article among which a by-line may stand."""


class Part(NamedTuple):
    """A run of a page that a reader sees as one piece, before the article is put together."""

    name: str
    """As in HTML: h1 to h6, p, li, td."""
    text: str
    level: int = 1
    """Depth of a list item, 1 the outermost."""


class _Rules(NamedTuple):
    elements: str
    named: re.Pattern[str]
    credits: re.Pattern[str]
    lines: re.Pattern[str]
    openings: re.Pattern[str]
    others: re.Pattern[str]
    articles: str


def drop_furniture(soup: Tag, article: Tag | None = None) -> None:
    """Take everything off a page that is told from the article by its element, its name or its role.

    What holds `article`, which the source names, stays. Who wrote it and when stays: see `drop_credits`.
    """
    _drop(soup, soup.select(_rules().elements), article)
    _drop(soup, _named(soup, _rules().named), article)
    _drop(soup, _other_stories(soup), article)


def drop_credits(soup: Tag, article: Tag | None = None) -> None:
    """Take off a page who wrote its article and when."""
    _drop(soup, _named(soup, _rules().credits), article)


def article_element(soup: BeautifulSoup) -> Tag | None:
    """Return the one element of the page that is called an article's text; None where there is none, or several."""
    found = soup.select(_rules().articles)
    outer = [element for element in found if not any(parent in found for parent in element.parents)]
    return outer[0] if len(outer) == 1 else None


def without_furniture(parts: Sequence[Part]) -> list[Part]:
    """Return the parts without lines that are furniture by their words, and without lists of other stories."""
    rules = _rules()
    kept: list[Part] = []
    other: int | None = None
    """Rank of the heading over other stories under which the part stands."""
    for part in parts:
        rank = int(part.name[1]) if re.fullmatch(r"h[1-6]", part.name) else None
        if rank is not None and rules.others.fullmatch(part.text):
            other = rank
        elif rank is not None and other is not None and rank <= other:
            other = None
        is_opening = len(kept) < OPENING and rules.openings.fullmatch(part.text)
        if other is None and not is_opening and not rules.lines.fullmatch(part.text):
            kept.append(part)
    return kept


def _holds_article(element: Tag, whole: int) -> bool:
    """Whether the page's heading or most of its prose is within the element."""
    if element.name in ("html", "body", "main"):
        return True
    if element.name in ("script", "style", "noscript", "template", "svg"):
        return False
    return element.find("h1") is not None or _prose(element) * 2 > whole > 0


def _prose(element: Tag) -> int:
    return sum(len(paragraph.get_text()) for paragraph in element.find_all(("p", "li")))


def _drop(soup: Tag, elements: Sequence[Tag], article: Tag | None) -> None:
    whole = _prose(soup)
    holders = {id(element) for element in (article, *article.parents)} if article else set()
    dropped: dict[int, Tag] = {}
    for element in elements:
        # What stands within another goes with it, and must not be touched afterwards.
        within = any(id(parent) in dropped for parent in element.parents)
        if not within and id(element) not in holders and not _holds_article(element, whole):
            dropped[id(element)] = element
    for element in dropped.values():
        element.decompose()


def _named(soup: Tag, named: re.Pattern[str]) -> list[Tag]:
    return [element for element in soup.find_all(True) if _is_named(element, named)]


def _other_stories(soup: Tag) -> list[Tag]:
    """Return headings over other stories with all that follows them, up to the next heading of their rank."""
    others = _rules().others
    found: list[Tag] = []
    for heading in soup.find_all(("h2", "h3", "h4", "h5", "h6")):
        if not others.fullmatch(" ".join(heading.get_text(" ").split())):
            continue
        found.append(heading)
        for following in heading.find_next_siblings(True):
            if re.fullmatch(r"h[1-6]", following.name) and following.name <= heading.name:
                break
            found.append(following)
    return found


def _is_named(element: Tag, named: re.Pattern[str]) -> bool:
    classes = element.get("class") or []
    names = [*(classes if isinstance(classes, list) else [classes]), str(element.get("id") or "")]
    return any(named.search(_plain(name)) for name in names if name)


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name)
    return re.sub(r"[-_:]+", "-", parted).strip("-").lower()


@cache
def _rules() -> _Rules:
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))

    def any_of(key: str) -> str:
        return "|".join(f"(?:{pattern})" for pattern in table[key])

    return _Rules(
        elements=" ".join(table["elements"].split()),
        named=re.compile(rf"(?:^|-)(?:{any_of('parts')})(?:-|$)|^(?:{any_of('names')})$"),
        credits=re.compile(rf"(?:^|-)(?:{any_of('credits')})(?:-|$)"),
        lines=re.compile(any_of("lines"), re.IGNORECASE),
        # Whether a name is one is told by its capitals.
        openings=re.compile(
            "|".join(
                f"(?:(?i:{p[:2]}){p[2:]})" if p.startswith("by ") else f"(?i:{p})" for p in table["openings"]
            )
        ),
        others=re.compile(any_of("others"), re.IGNORECASE),
        articles=" ".join(table["articles"].split()),
    )
