"""An element of a page -> its parts in reading order: headings, paragraphs, list items, cells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import NavigableString, PageElement, Tag
from bs4.element import PreformattedString

from ingest.extract.page_furniture import Part

_LISTS = frozenset({"ul", "ol", "menu", "dl"})
_NAMED = {name: name for name in ("h1", "h2", "h3", "h4", "h5", "h6")} | {
    "li": "li",
    "dt": "li",
    "dd": "li",
    "td": "td",
    "th": "td",
    "caption": "td",
}
"""Elements whose text is one part, with all their paragraphs, by the part's name."""
_DIVIDING = frozenset(
    {
        *(
            "p",
            "div",
            "section",
            "article",
            "main",
            "header",
            "footer",
            "aside",
            "nav",
            "form",
            "fieldset",
            "center",
        ),
        *("address", "blockquote", "pre", "figure", "details", "summary", "hgroup", "hr", "body", "html"),
        *("table", "thead", "tbody", "tfoot", "tr"),
    }
)


def parts_of(root: Tag) -> Iterator[Part]:
    """Yield what a person reads in an element, also where its text stands in no paragraph."""
    line: list[str] = []
    names = ["p"]
    depth = 0

    def flushed() -> Iterator[Part]:
        text = re.sub(r"\s+", " ", "".join(line)).strip()
        line.clear()
        if text:
            yield Part(names[-1], text, max(depth, 1))

    for node, is_end in _walk(root):
        if not isinstance(node, Tag):
            if isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
                line.append(str(node))
        elif node.name in _NAMED:
            yield from flushed()
            if is_end:
                names.pop()
            else:
                names.append(_NAMED[node.name])
        elif node.name in _LISTS:
            yield from flushed()
            depth += -1 if is_end else 1
        elif node.name == "br":
            if names[-1] == "p" and not is_end and _is_break(node):
                yield from flushed()
            line.append(" ")
        elif node.name in _DIVIDING:
            # Within a heading, an item or a cell a paragraph divides words, not parts.
            if names[-1] == "p":
                yield from flushed()
            line.append(" ")
    yield from flushed()


def _walk(root: Tag) -> Iterator[tuple[PageElement, bool]]:
    """Yield every node below `root`, elements once at their start and once at their end; however deep they lie."""
    open_elements = [(root, iter(root.children))]
    while open_elements:
        element, children = open_elements[-1]
        child = next(children, None)
        if child is None:
            open_elements.pop()
            if open_elements:
                yield element, True
        else:
            yield child, False
            if isinstance(child, Tag):
                open_elements.append((child, iter(child.children)))


def _is_break(element: Tag) -> bool:
    """Two line breaks in a row divide paragraphs."""
    following = element.next_sibling
    while isinstance(following, NavigableString) and not following.strip():
        following = following.next_sibling
    return isinstance(following, Tag) and following.name == "br"
