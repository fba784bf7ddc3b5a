"""HTML pages as the listing and Ofsted kinds read them: BeautifulSoup over lxml."""

from __future__ import annotations

import warnings

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, Tag, XMLParsedAsHTMLWarning

from ingest.sources.announcement import resolve

# What a server sends in place of a page is told by our own warnings; these would only garble the terminal.
warnings.filterwarnings("ignore", category=MarkupResemblesLocatorWarning)
warnings.filterwarnings("ignore", category=XMLParsedAsHTMLWarning)


def read_html(body: bytes, charset: str | None) -> BeautifulSoup:
    """Parse a page; `charset` is what the server declared and comes before the page's own word."""
    try:
        return BeautifulSoup(body, "lxml", from_encoding=charset)
    except ValueError:
        # lxml refuses names of encodings with control characters, which damaged pages declare.
        return BeautifulSoup(body, "lxml", from_encoding="utf-8")


def text_of(element: Tag) -> str:
    """Return the element's text with single spaces."""
    return " ".join(element.get_text(" ").split())


def attribute(element: Tag, name: str) -> str:
    """Return an attribute's text, "" where it is missing."""
    value = element.get(name)
    return " ".join(value) if isinstance(value, list) else value or ""


def base_of(page: BeautifulSoup, url: str) -> str:
    """Return the address against which the page's links are resolved (`<base href>`, else its own)."""
    base = page.find("base", href=True)
    return (resolve(url, attribute(base, "href")) if isinstance(base, Tag) else None) or url


def target_of(element: Tag, base: str) -> str | None:
    """Return the absolute address that a link element points to, None where it is no web address."""
    href = attribute(element, "href")
    return resolve(base, href) if href.strip() else None


def next_page(page: BeautifulSoup, base: str, url: str) -> str | None:
    """Return where the page's own link to the next page leads (`rel`, or its first word), None without one."""
    for anchor in page.select("a[href]"):
        words = f"{attribute(anchor, 'aria-label')} {text_of(anchor)}".split()
        if "next" in attribute(anchor, "rel").split() or (words and words[0].casefold() == "next"):
            address = target_of(anchor, base)
            if address and address != url:
                return address
    return None
