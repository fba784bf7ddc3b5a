"""Finds words that could tell a reader which child is meant: a name or initial with an age or a school, a
court case. Pure; the rules are safeguarding.toml.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.classify.rules import compiled, read_toml, words
from ingest.errors import ConfigError
from ingest.model import Extracted, Reading

_AGE = (
    r"(?:1[0-7]|[1-9]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen)"
)
_LABEL = (
    r"(?:(?:Child|Baby|Girl|Boy|Sibling|Twin|Young [Pp]erson)\s+[A-Z]{1,2}\b|[A-Z](?:\.?[A-Z])?\.?(?!\w))"
)
_SCHOOL = (
    r"(?:(?:St\.?\s)?[A-Z][\w'’&.-]{1,30},?\s(?:(?:of|and|the|for|upon|in)\s)?){1,6}?"
    r"(?:[Ss]chool|Academy|College|Primary|Infants?|Juniors?|High|Nursery)"
)
_LONGEST = 400
"""Characters that no rule's words exceed."""
_PLAIN = dict.fromkeys("\t\r\u00a0\u2007\u2009\u202f", " ") | dict.fromkeys("‐‑", "-")
_LINE_END = re.compile(r"\n(?<!\n\n)(?!\n)")


@dataclass(frozen=True, slots=True)
class Hit:
    """Words at text[start:end] that could identify a child, and the rule that says so."""

    start: int
    end: int
    words: str
    rule: str


@dataclass(frozen=True, slots=True)
class _Rule:
    rule_id: str
    near: tuple[str, ...]
    """Words of which each match holds one; none where it need not."""
    needs: tuple[str, ...]
    """Words of which the text must hold one; none where it need not."""
    pattern: re.Pattern[str]


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    data = read_toml("safeguarding.toml")
    named = data.get("words", {})
    not_names = "|".join(words(named.get("not_names"), "safeguarding.toml not_names"))
    parts = {
        "{name}": rf"(?!(?:{not_names})\b)[A-Z][a-z]{{2,20}}\b",
        "{age}": _AGE,
        "{label}": _LABEL,
        "{school}": _SCHOOL,
        "{not_initials}": "|".join(words(named.get("not_initials"), "safeguarding.toml not_initials")),
    }
    rules = []
    for number, entry in enumerate(data.get("rule", []), start=1):
        where = f"safeguarding.toml rule {number}"
        if set(entry) not in ({"id", "near", "pattern"}, {"id", "needs", "pattern"}):
            raise ConfigError(f"{where}: must have id, pattern and either near or needs")
        pattern = entry["pattern"]
        for key, value in parts.items():
            pattern = pattern.replace(key, value)
        near, needs = (_plain_words(entry.get(key, "")) for key in ("near", "needs"))
        rules.append(_Rule(entry["id"], near, needs, compiled(pattern, where)))
    return tuple(rules)


def _plain_words(said: str) -> tuple[str, ...]:
    return tuple(part.lstrip() for part in said.split(";") if part)


def identifying(text: str) -> tuple[Hit, ...]:
    """Return the places of a text that could identify a child, in order; none for ordinary prose."""
    # Rules are written with plain spaces and hyphens; each character stays in its place.
    plain = _LINE_END.sub(" ", text)
    for odd, usual in _PLAIN.items():  # many times as quick as `translate`
        plain = plain.replace(odd, usual)
    lowered = plain.lower()
    found = [
        Hit(match.start(), match.end(), text[match.start() : match.end()], rule.rule_id)
        for rule in _rules()
        for start, end in _stretches(lowered, rule, len(plain))
        for match in rule.pattern.finditer(plain, start, end)
    ]
    return tuple(sorted(found, key=lambda hit: (hit.start, hit.end)))


def _stretches(lowered: str, rule: _Rule, size: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a text in which the rule may match: around the words that it must hold."""
    # A few letters become two in lower case: then no place is certain.
    if not rule.near or len(lowered) != size:
        if not rule.needs or any(part in lowered for part in rule.needs):
            yield 0, size
        return
    around = []
    for part in rule.near:
        at = lowered.find(part)
        while at >= 0:
            last = lowered.rfind(part, at, at + _LONGEST)
            around.append((at - _LONGEST, last + _LONGEST))
            at = lowered.find(part, last + 1)
    begun, ended = -1, -1
    for start, end in sorted(around):
        if start > ended:
            if ended >= 0:
                yield begun, ended
            begun = max(start, 0)
        ended = max(ended, end)
    if ended >= 0:
        yield begun, ended


def rule_within(hits: Sequence[Hit], start: int, end: int) -> str | None:
    """Return the rule of the first hit that touches text[start:end]; `hits` as `identifying` gives them."""
    # Hits are short: one that begins this far before the span no longer reaches into it.
    first = bisect_left(hits, start - _LONGEST, key=lambda hit: hit.start)
    for hit in hits[first:]:
        if hit.start >= end:
            return None
        if hit.end > start:
            return hit.rule
    return None


def flagged(extracted: Extracted, reading: Reading) -> Reading:
    """Return the reading with the rule noted on every finding, and on the whole, that could identify a child."""
    hits = identifying(extracted.text)
    titled = identifying(extracted.title)
    if not hits and not titled:
        return reading
    findings = tuple(
        replace(finding, sensitive=rule_within(hits, finding.start, finding.end))
        for finding in reading.findings
    )
    return replace(reading, findings=findings, sensitive=(*hits, *titled)[0].rule)
