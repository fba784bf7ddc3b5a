"""Finds organisations that look like a council or a children's trust and that the gazetteer does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ingest.classify.names import candidates
from ingest.classify.rules import read_toml, words
from ingest.reference import load
from ingest.reference.authorities import plain

_NAME = re.compile(
    r"\b(?:[A-Z][\w'’.]{0,30}(?:,?\s(?:and|upon|of|on|with|in|the|&)(?:\sthe)?\s|-(?:on|upon|in|under|le|by)-"
    r"|[ \u00a0-])){1,6}?"
    r"(?P<style>(?:(?:Metropolitan|County|City|Borough|District|Town|Parish|Unitary)\s){0,2}Council\b"
    r"|Children(?:[’']s| and Families)\s(?:Services\s)?Trust\b)"
)
_NO_AUTHORITY = ("District Council", "Town Council", "Parish Council")
_JOINT = re.compile(r".*(?:\.\s|,\s|\b(?:and|of|&)\s(?:the\s)?)(?=[A-Z])", re.DOTALL)
_BEFORE = 60


def unknown_names(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (name, start, end) of every such organisation, in order."""
    others = _others()
    own = {plain(name) for name in load().others}
    for match in _NAME.finditer(text):
        style, end = match.start("style"), match.end()
        before = text[match.start() : style].split()
        if not before or before[-1].casefold().replace("’", "'") in others:
            continue
        if match["style"].endswith(_NO_AUTHORITY) and not match["style"].startswith("Metropolitan"):
            continue
        if _is_known(text, match.start(), style, end):
            continue
        joint = _JOINT.match(text, match.start(), style)
        start = joint.end() if joint else match.start()
        name = text[start:end].replace("\u00a0", " ")
        if plain(name) not in own:
            yield name, start, end


def _is_known(text: str, start: int, style: int, end: int) -> bool:
    """Say whether a name that the gazetteer knows stands directly before "Council", or over it."""
    first = max(0, start - _BEFORE)
    part = text[first:end]
    return any(style - 3 <= first + found.end <= end for found in candidates(part))


@lru_cache(maxsize=1)
def _others() -> frozenset[str]:
    return frozenset(words(read_toml("unknown_names.toml").get("words"), "unknown_names.toml words"))
