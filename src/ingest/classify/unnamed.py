"""Which council a text means that never names one: by address, by person, by what is known to have happened.

The order is that of DOMAIN 2.5 after the source's own address: a post town before a postcode; a person whom
the inspectorate wrote to as head of a council's children's services; a judgement that only one council got in
that month. What the text calls the council ("the city council") narrows each. Two candidates are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from ingest.classify.dates import MONTH, month_number
from ingest.classify.rules import read_toml, words
from ingest.classify.sentences import split
from ingest.errors import ConfigError
from ingest.model import DEDUCED, AuthorityMatch, Grade, Known, UnnamedDocument
from ingest.reference import load

ADDRESS, PERSON, EVENT = DEDUCED

IN_OFFICE = timedelta(days=2 * 366)
"""How long before and after a letter to a person that person is believed to have held the office."""

_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b")
_OFSTED = re.compile(r"Ofsted|Piccadilly Gate|M1 2WD", re.IGNORECASE)
_BEFORE_POSTCODE = 60
_OFFICE = re.compile(
    r"\b(?:director|executive director|corporate director|DCS|chief executive|head of children)",
    re.IGNORECASE,
)
_NEAR_OFFICE = 90
_GRADES: dict[str, Grade] = {
    "inadequate": "inadequate",
    "requires improvement": "requires_improvement",
    "requiring improvement": "requires_improvement",
    "good": "good",
    "outstanding": "outstanding",
}
_JUDGED = re.compile(
    r"\b(?:judged|rated|graded|deemed|found)\s+(?:to be\s+|as\s+)?[“\"‘']?"
    rf"(?P<grade>(?a:{'|'.join(_GRADES)}))[”\"’']?(?:\s+\w+){{0,4}}?\s+in\s+(?P<month>{MONTH})"
    r"(?:\s+(?P<year>(?:19|20)\d{2}))?(?P<last_year>\s+last year)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Style:
    words: re.Pattern[str]
    codes: frozenset[str]


@lru_cache(maxsize=1)
def _styles() -> tuple[_Style, ...]:
    styles = []
    for number, entry in enumerate(read_toml("unnamed.toml").get("style", []), start=1):
        where = f"classify/unnamed.toml style {number}"
        types = set(words(entry.get("types", ""), f"{where} types", ";"))
        codes = {a.gss for a in load().all if a.type in types}
        for name in words(entry["names"], f"{where} names", ";"):
            authority = load().by_name(name)
            if authority is None:
                raise ConfigError(f"{where}: no authority {name!r} in reference/authorities.csv")
            codes.add(authority.gss)
        phrases = "|".join(map(re.escape, words(entry["words"], f"{where} words", ";")))
        styles.append(_Style(re.compile(rf"\b(?:{phrases})\b", re.IGNORECASE), frozenset(codes)))
    return tuple(styles)


def deduce(document: UnnamedDocument, known: Known) -> AuthorityMatch | None:
    """Return the one authority that a text can mean which names none, with the words that tell; else None."""
    text, published_on = document.text, document.published_on
    # The press prints its own address, a council's release the council's.
    address = _by_address(text) if document.kind == "press_release" else []
    clues = (address, _by_person(text, published_on, known), _by_event(text, published_on, known))
    # Most texts have none, and every run looks at all of them.
    allowed = _allowed(text) if any(clues) else None
    for found in clues:
        matches = [match for match in found if allowed is None or match.gss in allowed]
        if len({match.gss for match in matches}) == 1:
            return matches[0]
    return None


def _allowed(text: str) -> frozenset[str] | None:
    """Return the councils that can be called what the text calls its own; None where it calls it nothing."""
    called = [style.codes for style in _styles() if style.words.search(text)]
    return frozenset.intersection(*called) if called else None


def _by_address(text: str) -> list[AuthorityMatch]:
    """Return the authorities whose name is the post town of an address that is not the inspectorate's."""
    found = []
    for postcode in _POSTCODE.finditer(text):
        start = max(0, postcode.start() - _BEFORE_POSTCODE)
        before = text[start : postcode.start()]
        if _OFSTED.search(text[start : postcode.end()]):
            continue
        town = re.search(r"([A-Z][A-Za-z’'-]+(?: (?:upon|on|and|[A-Z][A-Za-z’'-]+))*)[\s,]*$", before)
        authority = load().by_name(town[1]) if town else None
        if town and authority and authority.is_current:
            begin = start + town.start(1)
            found.append(_match(text, authority.gss, begin, postcode.end(), ADDRESS))
    return found


def _by_person(text: str, published_on: date | None, known: Known) -> list[AuthorityMatch]:
    if published_on is None:
        return []
    found = []
    for holder in known.office_holders:
        if abs(holder.on - published_on) > IN_OFFICE or holder.name not in text:
            continue
        for named in re.finditer(rf"\b{re.escape(holder.name)}\b", text):
            around = text[max(0, named.start() - _NEAR_OFFICE) : named.end() + _NEAR_OFFICE]
            if _OFFICE.search(around):
                found.append(_match(text, holder.gss, named.start(), named.end(), PERSON))
    return found


def _by_event(text: str, published_on: date | None, known: Known) -> list[AuthorityMatch]:
    """Return the authorities that got every judgement which the text dates to a month."""
    if published_on is None:
        return []
    told = list(_judgements(text, published_on))
    candidates: set[str] | None = None
    for grade, month, _, _ in told:
        after = (month + timedelta(days=31)).replace(day=1)
        fits = {
            judgement.gss
            for judgement in known.judgements
            if judgement.grade == grade and judgement.first < after and judgement.last >= month
        }
        candidates = fits if candidates is None else candidates & fits
    return [_match(text, gss, *told[0][2:], EVENT) for gss in sorted(candidates or ())]


def _judgements(text: str, published_on: date) -> Iterator[tuple[Grade, date, int, int]]:
    """Yield (grade, first day of the month, span of the sentence) of each judgement dated in the text."""
    if not _JUDGED.search(text):
        return
    for start, end in split(text):
        for said in _JUDGED.finditer(text, start, end):
            month, year = month_number(said["month"]), published_on.year
            if said["year"]:
                year = int(said["year"])
            elif said["last_year"] or month > published_on.month:
                year -= 1
            yield _GRADES[said["grade"].lower()], date(year, month, 1), start, end


def _match(text: str, gss: str, start: int, end: int, rule: str) -> AuthorityMatch:
    return AuthorityMatch(gss, "subject", text[start:end], rule, start, end)


def still_holds(text: str, filed: AuthorityMatch) -> bool:
    """Say whether the words by which a document was filed still stand in its text."""
    return text[filed.start : filed.end] == filed.evidence
