"""When a page says something new: its title and text, without what changes every day though nobody edits it.

The rules are data: volatile.toml, which explains them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ingest.model import Block, Extracted, alphanumerics, make_id

_LINK_WORDS = 16
"""A line of a list of links is no longer than so many words; the first of them is no sentence either."""
_PROSE_WORDS = 40
"""A block of more words is prose, where everything counts; looking there for what to leave out takes long."""


@dataclass(frozen=True, slots=True)
class _Rules:
    most_left: int
    remove: re.Pattern[str]
    drop: re.Pattern[str]
    related: re.Pattern[str]


def version_hash(extracted: Extracted) -> str:
    """Return what is equal for two states of a page that are one version.

    Case, spaces and punctuation do not count, nor do dates of update, counters and lists of related links.
    """
    said = [extracted.title, *_lasting(extracted)]
    return make_id("version", alphanumerics("\n".join(said)))


def _lasting(extracted: Extracted) -> Iterator[str]:
    """Yield what each block says for good."""
    rules = _rules()
    links_below: int | None = None
    for number, block in enumerate(extracted.blocks):
        text = extracted.text[block.start : block.end]
        if links_below is not None:
            if _is_link(block, text, links_below):
                continue
            links_below = None
        words = text.split()
        if len(words) > _PROSE_WORDS:
            yield text
            continue
        plain = re.sub(r"^\W+|\W+$", "", " ".join(words))
        if rules.related.fullmatch(plain) and _leads_to_links(extracted, number + 1):
            links_below = block.level if block.kind == "heading" else 0
        elif not rules.drop.fullmatch(plain):
            left = rules.remove.sub(" ", text)
            yield left if len(left.split()) <= rules.most_left else text


def _is_link(block: Block, text: str, links_below: int) -> bool:
    if block.kind == "heading":
        return links_below > 0 and block.level > links_below
    return block.kind == "bullet" or len(text.split()) <= _LINK_WORDS


def _leads_to_links(extracted: Extracted, following: int) -> bool:
    """Words like "More on this" may also stand above prose: then they are text as any other."""
    if following == len(extracted.blocks):
        return True
    block = extracted.blocks[following]
    return block.kind in ("bullet", "heading") or _is_line(extracted.text[block.start : block.end])


def _is_line(text: str) -> bool:
    return len(text.split()) <= _LINK_WORDS and not text.rstrip().endswith((".", "!", "?", ".”", '."'))


@cache
def _rules() -> _Rules:
    read = tomllib.loads((files("ingest.dedupe") / "volatile.toml").read_text(encoding="utf-8"))
    remove, drop, related = (
        re.compile("|".join(f"(?:{pattern})" for pattern in read[name]), re.IGNORECASE)
        for name in ("remove", "drop", "related")
    )
    return _Rules(read["most_left"], remove, drop, related)
