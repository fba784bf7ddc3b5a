"""The index of the offline search: plain scripts that a page loads as it needs them, also from file://.

`facets.js` says of every entry what it can be filtered by. `terms-XX.js` lists for each stem with that
beginning the entries that hold it; `docs-N.js` holds the words to show. assets/search.js reads them.
"""

from __future__ import annotations

import json
import re
import string
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from ingest.site.content import SiteContent
from ingest.site.words import POLARITIES

SHARD = 200
"""Entries whose words stand in one file."""
STOP_WORDS = frozenset((Path(__file__).parent / "stop_words.txt").read_text(encoding="utf-8").split())
_WORDS = re.compile("[a-z0-9]+")
_MARKS = re.compile("[\u0300-\u036f]")
_POSSESSIVE = re.compile("['’]s(?![a-z0-9])|['’]")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_EPOCH = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a search can find: a statement or a page."""

    words: str
    """What is searched."""
    shown: tuple[str, ...]
    """What search.js shows: (text, path, who, where, proof, what it is, authority, day)."""
    gss: str
    polarity: str
    """Of a statement; "page" for a page."""
    themes: tuple[str, ...]
    on: date | None


def tokens(text: str) -> list[str]:
    """Return the stems of a text's words, without those that say nothing; search.js does the same."""
    folded = _POSSESSIVE.sub("", _MARKS.sub("", unicodedata.normalize("NFKD", text)).lower())
    return [stem(word) for word in _WORDS.findall(folded) if word not in STOP_WORDS and len(word) > 1]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Cut the ending: "leavers" -> "leaver", "waiting" -> "wait", "families" -> "family"; search.js does the same."""
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if len(word) > len(ending) + 3 and word.endswith(ending):
            word = word[: -len(ending)]
            if word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def entries(content: SiteContent) -> list[Entry]:
    """Return all that can be found: first the pages, then the statements, the oldest first."""
    found: list[Entry] = []
    for place in content.places:
        name = place.authority.name
        shown = (name, place.path, "", "", "", "Authority", name, "")
        found.append(Entry(f"{name} {place.authority.region}", shown, place.authority.gss, "page", (), None))
    for subject in content.subjects:
        theme = subject.theme
        shown = (theme.name, subject.path, "", "", "", "Theme", "", "")
        found.append(Entry(f"{theme.name} {theme.definition}", shown, "", "page", (theme.theme_id,), None))
    oldest_first = content.events[::-1]
    for event in oldest_first:
        text = f"{event.authority}: {event.title}"
        titles = " ".join(paper.title for paper in event.papers)
        day = event.published_on.isoformat() if event.published_on else ""
        shown = (text, event.path, "", "", "", "Story", event.authority, day)
        themes = tuple(event.themes)
        found.append(Entry(f"{text} {titles}", shown, event.gss, "page", themes, event.published_on))
    for event in oldest_first:
        for said in event.statements:
            day = said.on.isoformat() if said.on else ""
            shown = (
                said.quote,
                event.path,
                said.who,
                said.where,
                said.href or "",
                event.title,
                event.authority,
                day,
            )
            found.append(
                Entry(f"{said.quote} {event.authority}", shown, said.gss, said.polarity, said.themes, said.on)
            )
    return found


def index_files(found: Sequence[Entry], content: SiteContent) -> dict[str, str]:
    """Return the files of the index, path -> script."""
    shards = _terms(found)
    files = {"search/facets.js": _script("facets", _facets(found, content, sorted(shards)))}
    for name, terms in shards.items():
        files[f"search/terms-{name}.js"] = _script(f"terms-{name}", terms)
    for start in range(0, len(found), SHARD):
        name = f"docs-{start // SHARD}"
        files[f"search/{name}.js"] = _script(name, [e.shown for e in found[start : start + SHARD]])
    return files


def _script(name: str, data: object) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # The first two end a line in older JavaScript; the third could open or end an element.
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("<", "\\u003c")
    return f'ingestSearch.take("{name}",{text});\n'


def _facets(found: Sequence[Entry], content: SiteContent, shards: Sequence[str]) -> Mapping[str, object]:
    places = [place.authority.gss for place in content.places]
    themes = [subject.theme.theme_id for subject in content.subjects]
    polarities = [*(polarity.key for polarity in POLARITIES), "page"]
    at = {gss: str(number) for number, gss in enumerate(places)}
    letter = dict(zip(themes, string.ascii_letters, strict=False))
    digit = {key: str(number) for number, key in enumerate(polarities)}
    return {
        "count": len(found),
        "shard": SHARD,
        "stop": sorted(STOP_WORDS),
        "terms": shards,
        "places": places,
        "polarities": polarities,
        "signs": {polarity.key: f"{polarity.sign} {polarity.one}" for polarity in POLARITIES},
        "letters": letter,
        "place": ",".join(at.get(e.gss, "") for e in found),
        "theme": ",".join("".join(letter[t] for t in e.themes if t in letter) for e in found),
        "polarity": "".join(digit[e.polarity] for e in found),
        "day": ",".join(_base36((e.on - _EPOCH).days) if e.on and e.on >= _EPOCH else "" for e in found),
    }


def _terms(found: Sequence[Entry]) -> dict[str, dict[str, str]]:
    """Return shard -> stem -> entries, as the gaps between their numbers in base 36."""
    holders: dict[str, list[int]] = defaultdict(list)
    for number, entry in enumerate(found):
        for term in set(tokens(entry.words)):
            holders[term].append(number)
    shards: dict[str, dict[str, str]] = defaultdict(dict)
    for term in sorted(holders):
        numbers = holders[term]
        gaps = (number - before for number, before in zip(numbers, [0, *numbers], strict=False))
        shards[term[:2]][term] = " ".join(_base36(gap) for gap in gaps)
    return shards


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if not number:
            return digits
