"""A page -> selectors of the items that it lists: repeated siblings, each with a link of its own and a date.

The list with the most dated items wins; menus and footers are left aside. Selectors are the shortest that choose
these siblings and nothing else: by a class that they share, else by their parent.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag

from ingest.sources.dates import parse_date
from ingest.sources.markup import attribute, base_of, read_html, target_of, text_of

FEWEST = 2
"""Siblings that make a list."""
CLIMB = 6
"""Levels above a link at which its item may end."""
_ASIDE = (
    "nav, body > header, body > footer, aside, form, [role=banner], [role=navigation], [class*=breadcrumb], "
    "[class*=pagination], [class*=cookie]"
)
_LINKS = ("h1 a[href]", "h2 a[href]", "h3 a[href]", "h4 a[href]", "a[href]")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5")
_NEXT = (
    "a[rel=next]",
    ".pager__item--next a",
    "li.next a",
    "a.next",
    ".pagination a:-soup-contains('Next')",
    "a:-soup-contains('Older')",
)
_PASSING = re.compile(r"\d|^(?:first|last|odd|even|active|current|is-|has-|js-|col|row$|mb|mt|p[xy]?-)")
"""Classes that tell one item from another, or say only where it stands."""
_MOST_OF = 0.6


class _Group(NamedTuple):
    blocks: list[Tag]
    dated: int
    headed: int


def find_listing(url: str, body: bytes, charset: str | None) -> dict[str, str]:
    """Return the options of a listing source for the page; empty where it lists nothing."""
    page = read_html(body, charset)
    base = base_of(page, url)
    groups = [group for group in _groups(page, base) if len(group.blocks) >= FEWEST]
    if not groups:
        return {}
    best = max(groups, key=lambda group: (group.dated, group.headed, len(group.blocks), _size(group)))
    if not (best.dated or best.headed):
        return {}
    options = {"item": _item_selector(page, best.blocks)}
    link = next((s for s in _LINKS if _share(best.blocks, s) >= _MOST_OF), "a[href]")
    options["link"] = link
    if link == "a[href]" and (
        heading := next((s for s in _HEADINGS if _share(best.blocks, s) >= _MOST_OF), "")
    ):
        options["title"] = heading
    if best.dated and (when := _date_selector(best.blocks)):
        options["date"] = when
    for selector in _NEXT:
        further = page.select_one(selector)
        if further is not None and target_of(further, base) not in (None, url):
            options["next"] = selector
            break
    return options


def _groups(page: BeautifulSoup, base: str) -> Iterator[_Group]:
    aside = set(map(id, page.select(_ASIDE)))
    siblings: defaultdict[tuple[int, str], dict[int, Tag]] = defaultdict(dict)
    for anchor in page.select("a[href]"):
        if target_of(anchor, base) is None or any(id(parent) in aside for parent in anchor.parents):
            continue
        block = anchor
        for _ in range(CLIMB):
            if block.parent is None or block.name in ("body", "html", "main"):
                break
            siblings[id(block.parent), block.name][id(block)] = block
            block = block.parent
    for blocks in siblings.values():
        own = [block for block in blocks.values() if _main_target(block, base)]
        if len({_main_target(block, base) for block in own}) < len(own) or not own:
            continue
        yield _Group(
            own,
            sum(_dated(block) is not None for block in own),
            sum(block.find(_HEADINGS) is not None for block in own),
        )


def _main_target(block: Tag, base: str) -> str | None:
    """Return where the block leads, None where it leads to several things at once: a column, a menu."""
    anchors = [block] if block.name == "a" else block.select("a[href]")
    headed = block.select("h1 a[href], h2 a[href], h3 a[href], h4 a[href], h5 a[href]")
    targets = {target for anchor in (headed or anchors) if (target := target_of(anchor, base))}
    worded = any(len(text_of(part).split()) > 1 for part in (block, *anchors))
    return targets.pop() if len(targets) == 1 and worded else None


def _dated(block: Tag) -> Tag | None:
    """Return the first short text of the block that is a date."""
    for element in block.find_all(True):
        short = element.name == "time" or (element.string is not None and len(element.string) < 60)
        if short and parse_date(attribute(element, "datetime") or text_of(element)):
            return element if isinstance(element, Tag) else None
    return None


def _size(group: _Group) -> int:
    """The larger of two blocks around the same items holds all of it, its date too."""
    return sum(len(block.find_all(True)) for block in group.blocks)


def _item_selector(page: BeautifulSoup, blocks: Sequence[Tag]) -> str:
    wanted = set(map(id, blocks))
    name = blocks[0].name
    shared = [
        css
        for css in _classes(blocks[0])
        if not _PASSING.search(css) and all(css in _classes(block) for block in blocks)
    ]
    parent = blocks[0].parent
    candidates = [f"{name}.{css}" for css in shared]
    above = parent
    for _ in range(3):
        if above is None:
            break
        between = " > " if above is parent else " "
        if attribute(above, "id") and re.fullmatch(r"[A-Za-z][\w-]*", attribute(above, "id")):
            candidates.append(f"#{attribute(above, 'id')}{between}{name}")
        candidates += [
            f"{above.name}.{css}{between}{name}" for css in _classes(above) if re.fullmatch(r"[\w-]+", css)
        ]
        above = above.parent
    if parent is not None:
        candidates += [f"main {parent.name} > {name}", f"{parent.name} > {name}"]
    for selector in candidates:
        if set(map(id, page.select(selector))) == wanted:
            return selector
    # A heading or an advertisement may stand among the items: then those with a link are meant.
    for selector in candidates:
        if set(map(id, page.select(f"{selector}:has(a[href])"))) == wanted:
            return f"{selector}:has(a[href])"
    return candidates[0] if candidates else name


def _classes(element: Tag) -> list[str]:
    return [css for css in attribute(element, "class").split() if re.fullmatch(r"-?[A-Za-z_][\w-]*", css)]


def _date_selector(blocks: Sequence[Tag]) -> str:
    found = [element for block in blocks if (element := _dated(block)) is not None]
    candidates = ["time"] if any(element.name == "time" for element in found) else []
    candidates += [f".{css}" for css in _classes(found[0]) if not _PASSING.search(css)]
    above = found[0].parent
    if above is not None:
        candidates += [f".{css} {found[0].name}" for css in _classes(above) if not _PASSING.search(css)]
    candidates.append(found[0].name)
    readable = {
        selector: sum(
            parse_date(attribute(element, "datetime") or text_of(element)) is not None
            for block in blocks
            if (element := block.select_one(selector)) is not None
        )
        for selector in candidates
    }
    return max(candidates, key=lambda selector: readable[selector])


def _share(blocks: Sequence[Tag], selector: str) -> float:
    return sum(block.select_one(selector) is not None for block in blocks) / len(blocks)
