"""Finds every name in a text that could mean an authority, in one pass and without judging any.

The automaton holds all names, aliases, trusts and decoys ("Newcastle-under-Lyme"); overlapping matches
are cut at word boundaries, then the leftmost longest wins, so that the name inside a longer one is silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import ahocorasick_rs

from ingest.classify.folding import APOSTROPHES, HYPHENS, SPACES, folding
from ingest.classify.rules import authority_rules
from ingest.reference import Authority, Gazetteer, load

NameKind = Literal["name", "acronym", "body", "decoy", "typo"]

fold = folding({" ": SPACES + "\u2028", "'": APOSTROPHES, "-": HYPHENS})
"""As names are compared."""

# What may part a word without meaning anything: a hyphen at the end of a line, a place where it may be
# broken, a mark of no width. Looked for as plain strings first, for hardly any text has one.
_MARKS = ("\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "-\n", "-\r", "\u2010\n", "\ufffe\n")
_BREAK = r"(?:[\u00ad\u200b-\u200d\u2060\ufeff]+|[-\u2010\ufffe])(?:\r?\n[ \t]*)?"
_BREAKS = re.compile(rf"(?<=[A-Za-z]){_BREAK}(?=[A-Za-z])")
_WORD_BEFORE = re.compile(r"[A-Za-z]*$")
_BROKEN_WORD = re.compile(rf"[A-Za-z]+(?:{_BREAK}[A-Za-z]+)+")
_DIRECTIONS = "North East|North West|South East|South West|North|South|East|West"
_DIRECTED = re.compile(rf"(?P<direction>{_DIRECTIONS}) (?P<base>[A-Z][a-z]+)")
_DIRECTED_LAST = re.compile(rf"(?P<base>[A-Z][a-z]+) (?P<direction>{_DIRECTIONS})")

_STYLE_AFTER = re.compile(
    r"(?:'s?)?,?\s+(?:(?:city|county|borough|metropolitan|district|unitary|royal)\s+){0,3}"
    r"(?:council\b|corporation\b|local authority\b|lbc\b|mbc\b)",
)
_STYLE_BEFORE = re.compile(
    r"(?:\b(?:borough|city|county|council|corporation)\s+(?:of|for|in)\s+(?:the\s+)?|\bcouncil\s+for\s+)$"
)


_VOWELS = "aeiou"
_LONG = 9
"""Letters of a name that a wrong vowel does not make another word; one lost or doubled letter is one fewer."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name at text[start:end] and the authorities that it could stand for (none for a decoy)."""

    start: int
    end: int
    kind: NameKind
    name: str
    gss: tuple[str, ...]
    styled: bool
    """Named as a council: "Derby City Council", "London Borough of Sutton"."""


@dataclass(frozen=True, slots=True)
class _Form:
    kind: NameKind
    name: str
    gss: tuple[str, ...]
    exact: str = ""
    """How an acronym must be written."""
    styled: bool = False


def candidates(text: str) -> list[Candidate]:
    """Return the names found in the text, in order, without overlaps."""
    joined, places = _joined(text)
    if not places:
        return _candidates(text)
    return [
        replace(found, start=places[found.start], end=places[found.end - 1] + 1)
        for found in _candidates(joined)
    ]


def _joined(text: str) -> tuple[str, list[int]]:
    """Mend the names in which a word is broken ("Wolver-|hampton"): the text, and where its characters were.

    No places where nothing was mended. A hyphen that belongs to a name stays: only what makes a word of a
    name when it is closed up is closed up.
    """
    if not any(mark in text for mark in _MARKS):
        return text, []
    breaks: list[tuple[int, int]] = []
    done = 0
    for found in _BREAKS.finditer(text):
        if found.start() < done:
            continue
        before = _WORD_BEFORE.search(text[max(0, found.start() - 20) : found.start()])
        word = _BROKEN_WORD.match(text, found.start() - len(before.group() if before else ""))
        if word is None:
            continue
        done = word.end()
        if fold(_BREAKS.sub("", word.group())) in _words_of_names(load()):
            breaks += [found.span() for found in _BREAKS.finditer(text, word.start(), done)]
    if not breaks:
        return text, []
    starts = [0, *(end for _, end in breaks)]
    ends = [*(start for start, _ in breaks), len(text)]
    parts = list(zip(starts, ends, strict=True))
    return "".join(text[a:b] for a, b in parts), [place for a, b in parts for place in range(a, b)]


def _candidates(text: str) -> list[Candidate]:
    folded = fold(text)
    automaton, forms = _automaton(load())
    no_capitals = not any(char.isupper() for char in text[:2000])
    hits = []
    for number, start, end in automaton.find_matches_as_indexes(folded, overlapping=True):
        before, after = folded[start - 1 : start], folded[end : end + 1]
        if (before.isalnum() or before == "_") or (after.isalnum() or after == "_"):
            continue
        for form in forms[number]:
            if _written_as_name(text, folded, start, end, form, no_capitals):
                hits.append((start, -end, form))
                break
    hits.sort(key=lambda hit: hit[:2])
    found: list[Candidate] = []
    free = 0
    for start, negative_end, form in hits:
        if start >= free:
            free = -negative_end
            styled = form.styled or _styled(folded, start, free)
            found.append(Candidate(start, free, form.kind, form.name, form.gss, styled))
    return found


def _written_as_name(text: str, folded: str, start: int, end: int, form: _Form, no_capitals: bool) -> bool:
    if form.kind == "acronym":
        return text[start:end] == form.exact
    first = next((char for char in text[start:end] if char.isalpha()), "")
    if first.isupper():
        return True
    if form.kind in ("decoy", "typo"):
        return form.kind == "decoy" and no_capitals
    if _STYLE_AFTER.match(folded, end) is not None:
        return True
    if form.name.lower() not in authority_rules().common_words:
        return no_capitals
    return no_capitals and _stands_by_a_name(folded, start, end)


def _stands_by_a_name(folded: str, start: int, end: int) -> bool:
    """Say whether a word owns something or is listed with an authority: "bury's", "bury and bolton"."""
    before, after = _listed(load())
    return bool(after.match(folded, end) or before.search(folded[max(0, start - 40) : start]))


def _styled(folded: str, start: int, end: int) -> bool:
    return bool(_STYLE_AFTER.match(folded, end) or _STYLE_BEFORE.search(folded[max(0, start - 30) : start]))


@lru_cache(maxsize=1)
def _words_of_names(gazetteer: Gazetteer) -> frozenset[str]:
    names = (name for authority in gazetteer.all for name in (authority.name, *authority.aliases))
    return frozenset(word for name in names for word in re.findall(r"[a-z]{4,}", fold(name)))


@lru_cache(maxsize=1)
def _listed(gazetteer: Gazetteer) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands before and after a name in a list of names."""
    names = {fold(a.name) for a in gazetteer.all if a.is_current} - authority_rules().common_words
    either = "|".join(map(re.escape, sorted(names)))
    return (
        re.compile(rf"\b(?:{either})(?: and | & |, |/)$"),
        re.compile(rf"'s\b|(?: and | & |, |/)(?:{either})\b"),
    )


@lru_cache(maxsize=1)
def _automaton(gazetteer: Gazetteer) -> tuple[ahocorasick_rs.AhoCorasick, list[list[_Form]]]:
    forms: dict[str, list[_Form]] = {}
    for spelling, form in _forms(gazetteer):
        forms.setdefault(fold(spelling), []).append(form)
    for wrong, authority in _misspellings(gazetteer.all, forms):
        forms[wrong] = [_Form("typo", authority.name, (authority.gss,))]
    # A decoy that is spelt like a name would silence it: the name goes first.
    ordered = [sorted(group, key=lambda form: form.kind == "decoy") for group in forms.values()]
    return ahocorasick_rs.AhoCorasick(list(forms)), ordered


def _forms(gazetteer: Gazetteer) -> Iterator[tuple[str, _Form]]:
    for authority in sorted(gazetteer.all, key=lambda a: not a.is_current):
        codes: tuple[str, ...] = (authority.gss,)
        for word in (authority.name, *authority.aliases):
            if len(word) <= 5 and sum(char.isupper() for char in word) >= 2 and " " not in word:
                yield word, _Form("acronym", authority.name, codes, exact=word)
                continue
            styled = word.endswith("Council") or word.startswith("Borough of")
            for spelling in _spellings(word):
                yield spelling, _Form("name", word, codes, styled=styled)
    for word, codes in _pairs(gazetteer.all):
        for spelling in _spellings(word):
            yield spelling, _Form("name", word, codes)
    for body in gazetteer.bodies:
        for word in (body.name, *body.aliases):
            codes = tuple(dict.fromkeys(c for b in gazetteer.bodies if b.name == body.name for c in b.gss))
            if word.isalpha() and len(word) <= 4:
                yield word, _Form("acronym", body.name, codes, exact=word)
            else:
                for spelling in _spellings(word):
                    yield spelling, _Form("body", body.name, codes, styled=True)
    for word in (*authority_rules().decoys, *gazetteer.others):
        for spelling in _spellings(word):
            yield spelling, _Form("decoy", word, ())


def _pairs(authorities: Iterable[Authority]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield how two neighbours are named in one breath: "East and West Sussex", "Derby City and County"."""
    current = {word: a.gss for a in authorities if a.is_current for word in (a.name, *a.aliases)}
    for pattern, style in ((_DIRECTED, "{} and {} {base}"), (_DIRECTED_LAST, "{base} {} and {}")):
        directed = [(match, code) for name, code in current.items() if (match := pattern.fullmatch(name))]
        for one, code in directed:
            for other, other_code in directed:
                if one["base"] == other["base"] and code != other_code:
                    pair = style.format(one["direction"], other["direction"], base=one["base"])
                    yield pair, (code, other_code)
    for name, code in current.items():
        if county := current.get(f"{name}shire"):
            yield f"{name} City and County", (code, county)


def _spellings(word: str) -> set[str]:
    """Spell a name with and without hyphens, with `&`, and as a line break leaves it."""
    found = {word}
    for old, new in (
        (" and ", " & "),
        (" & ", " and "),
        ("-", " "),
        ("-", "- "),
        (" upon ", "-upon-"),
        (", ", " "),
    ):
        found |= {spelling.replace(old, new) for spelling in found}
    found |= {spelling.replace("- ", "-", 1) for spelling in found if "- " in spelling}
    found |= {spelling.replace("-", "- ", 1) for spelling in found if "-" in spelling}
    # A line may end in a space, or the next begin with one.
    found |= {spelling.replace(" ", "  ", 1) for spelling in found}
    return found | {spelling.replace("'", "") for spelling in found if "'" in spelling}


def _misspellings(
    authorities: Iterable[Authority], known: dict[str, list[_Form]]
) -> Iterator[tuple[str, Authority]]:
    """Yield long names with one letter lost, doubled or swapped, or a wrong vowel, where that is nobody's name."""
    wrong: dict[str, Authority | None] = {}
    for authority in authorities:
        name = fold(authority.name)
        if len(name) < _LONG - 1 or not authority.is_current:
            continue
        made = set()
        for i in range(1, len(name)):
            made.add(name[:i] + name[i + 1 :])
            made.add(name[:i] + name[i] + name[i:])
            if i + 1 < len(name):
                made.add(name[:i] + name[i + 1] + name[i] + name[i + 2 :])
            if len(name) >= _LONG + 3:  # "Leicestshire"
                made.add(name[:i] + name[i + 2 :])
            if name[i] in _VOWELS and len(name) >= _LONG:
                made.update(name[:i] + vowel + name[i + 1 :] for vowel in _VOWELS)
        for spelling in made - {name}:
            if spelling.count(" ") == name.count(" ") and spelling not in known:
                wrong[spelling] = None if spelling in wrong else authority
    return ((spelling, authority) for spelling, authority in wrong.items() if authority)
