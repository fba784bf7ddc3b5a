"""Whether a sentence praises, criticises, asks or only tells, clause by clause, from cues in polarity.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ingest.classify.phrases import Hit, Lexicon, fold, longest
from ingest.classify.rules import read_toml, words
from ingest.errors import ConfigError
from ingest.model import Polarity

Side = Literal["strength", "concern", "neutral", "ask", "noun", "context", "opening"]

_CONCESSIVE = re.compile(r"^(?:and |so,? )?(?:while|whilst|although|though|even though)\s", re.IGNORECASE)
_DESPITE = re.compile(r"^(?:despite|notwithstanding|in spite of|regardless of)\s", re.IGNORECASE)
_TURN = re.compile(
    r"(?:,|;|:|\s[-–—])\s*(?:but|although|though|even though|however,?|yet|albeit|except|whereas|nevertheless,?)\s"
    r"|;\s*however,\s|\s(?:but|although)\s(?!also\b|only\b|not\b)|,\s(?:while|whilst|despite|with further work)\s",
    re.IGNORECASE,
)
# A condition or a relative clause names the case, not the service: "When children cannot live at home, ..."
_CONDITION = re.compile(
    r"^(?:and |however,? |in addition,? |similarly,? )?(?:when|where|if|once|before|until|for (?:those |the |some |a )?"
    r"(?:\w+ ){0,6}(?:who|whose|that|for whom|where))\b[^,]{3,160},",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b(?:who|whose|for whom)\b(?:\s+[\w']+){1,9}")
_PURPOSE = re.compile(
    r"\b(?:so that|in order to|to ensure(?: that)?|to make sure(?: that)?|to prevent|to avoid)\b[^,;]*"
)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|do|does|did|can|could|will|would|may|might|cannot|benefit|benefits|receive|"
    r"receives|ensure|ensures|know|knows|understand|understands|work|works|provide|provides|make|makes|take|takes|"
    r"remain|remains|need|needs|show|shows|feel|feels|use|uses|see|sees|go|goes|get|gets|give|gives|live|lives|"
    r"said|say|says|told|found|find|finds|noted|reported|spoke|met|described|lead|leads|led|means|mean|meant|help|helps|"
    r"enable|enables|enabled|improved|continue|continues|achieve|achieves|respond|responds|demonstrate|demonstrates|"
    r"varies|vary|lack|lacks|experience|recognise|value|share|visit|build|develop|promote|hold|keep|become|becomes)\b"
)
_SUBORDINATE = re.compile(
    r"\b(?:so that|to ensure|in order|that|which|who|whose|when|where|if|including|for example|because|until|as)\b|[:;(⎯]"
)
STATED = "strength: stated as done"
"""The rule of a sentence that no cue speaks for or against: inspectors state what works."""

_CONTRAST = re.compile(
    r"^(?:however|but|nevertheless|nonetheless|conversely|in contrast|by contrast)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence (places in the sentence), what it says, and the words that decided."""

    start: int
    end: int
    polarity: Polarity
    rule: str


@dataclass(frozen=True, slots=True)
class _Cue:
    side: Side
    weight: float


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon[_Cue]:
    data = read_toml("polarity.toml")
    entries: list[tuple[str, _Cue]] = []
    try:
        groups: list[tuple[str, Side, float]] = []
        for side in ("strength", "concern"):
            for group in data[side].values():
                groups.append((group["phrases"], side, float(group["weight"])))  # type: ignore[arg-type]
        groups += [
            (data["neutral"]["phrases"], "neutral", 0),
            (data["recommendation"]["asking"], "ask", 1),
            (data["context"]["anywhere"], "context", 1),
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"polarity.toml: {error} is missing or of the wrong type") from error
    for text, side, weight in groups:
        for line in text.splitlines():
            entries += [(phrase, _Cue(side, weight)) for phrase in words(line, "polarity.toml", ";")]
    return Lexicon(entries)


@lru_cache(maxsize=1)
def _openings() -> Lexicon[Side]:
    data = read_toml("polarity.toml")
    parts: list[tuple[str, Side]] = [
        (data["context"]["opening"], "context"),
        (data["recommendation"]["opening"], "ask"),
        (data["recommendation"]["nouns"], "noun"),
    ]
    return Lexicon(
        (phrase, side)
        for text, side in parts
        for line in text.splitlines()
        for phrase in words(line, "polarity.toml", ";")
    )


def judge(sentence: str) -> tuple[Polarity, str]:
    """Return the polarity of a sentence and the words that decided; `mixed` where its clauses disagree."""
    parts = clauses(sentence)
    polarities = {part.polarity for part in parts}
    rule = "; ".join(part.rule for part in parts)
    if len(parts) == 1:
        return parts[0].polarity, rule
    if {"strength", "concern"} <= polarities:
        return "mixed", rule
    for polarity in ("concern", "recommendation", "strength"):
        if polarity in polarities:
            return polarity, rule
    return "neutral", rule


def clauses(sentence: str) -> list[Clause]:
    """Cut a sentence where it turns ("While X, Y"; "X, but Y") and judge each side."""
    folded = fold(sentence)
    whole = _form(folded)
    if whole:
        return [Clause(0, len(sentence), whole[0], whole[1])]
    hits = _effective(folded)
    pieces = _pieces(folded)
    judged = [_judge_piece(folded, start, end, hits) for start, end in pieces]
    if len(judged) == 2:
        first, second = judged
        if first.polarity == second.polarity or "neutral" in (first.polarity, second.polarity):
            polarity = first.polarity if second.polarity == "neutral" else second.polarity
            return [Clause(0, len(sentence), polarity, f"{first.rule}; {second.rule}")]
    return judged


def _form(folded: str) -> tuple[Polarity, str] | None:
    """Judge by the shape of the whole: what was done, a call to act, a line without a verb."""
    start = len(folded) - len(folded.lstrip(" \"'“•.0123456789)"))
    openings = {hit.label: hit for hit in _openings().hits(folded[start : start + 60]) if hit.start == 0}
    context = openings.get("context")
    if context and not re.search(r"\b(?:found|noted|saw|identified|highlighted)\b", folded):
        return "neutral", f"context: {context.phrase}"
    ask = openings.get("ask")
    if ask:
        return "recommendation", f"asks: {ask.phrase}"
    noun = openings.get("noun")
    if noun:
        head = _SUBORDINATE.split(folded[start:].rstrip(" ."), maxsplit=1)[0] if noun.phrase != "how" else ""
        if (noun.phrase in ("how", "whether") or len(head) > 12) and not _FINITE.search(head):
            rest_has_verb = noun.phrase == "the" and not re.search(r"\bof\b|\bfor\b|\bby\b|\bin\b", head)
            if not rest_has_verb:
                return "recommendation", f"verbless: {noun.phrase}"
    return None


def _effective(folded: str) -> list[Hit[_Cue]]:
    """Return the cues that count: the longest at each place, outside conditions and relative clauses."""
    hits = longest(_lexicon().hits(folded))
    silent: list[tuple[int, int]] = []
    condition = _CONDITION.match(folded)
    if condition:
        silent.append(condition.span())
    silent += [found.span() for found in _RELATIVE.finditer(folded)]
    silent += [found.span() for found in _PURPOSE.finditer(folded)]
    if not silent:
        return hits
    return [
        hit
        for hit in hits
        if hit.label.side != "concern" or not any(start <= hit.start < end for start, end in silent)
    ]


def _pieces(folded: str) -> list[tuple[int, int]]:
    """Return one or two spans that cover the sentence."""
    if _CONCESSIVE.match(folded) or _DESPITE.match(folded):
        comma = folded.find(",", 12)
        if 0 < comma < len(folded) - 15:
            return [(0, comma), (comma + 1, len(folded))]
    turn = _TURN.search(folded, 12)
    if turn and turn.start() > 12 and len(folded) - turn.end() > 12:
        return [(0, turn.start()), (turn.end(), len(folded))]
    return [(0, len(folded))]


def _judge_piece(folded: str, start: int, end: int, hits: list[Hit[_Cue]]) -> Clause:
    inside = [hit for hit in hits if start <= hit.start < end]
    against = [hit for hit in inside if hit.label.side == "concern"]
    speaking_for = [hit for hit in inside if hit.label.side == "strength"]
    context = [hit for hit in inside if hit.label.side == "context"]
    asks = [hit for hit in inside if hit.label.side == "ask"]
    bad = sum(hit.label.weight for hit in against)
    good = sum(hit.label.weight for hit in speaking_for)
    decisive = any(hit.label.weight >= 2 for hit in against)
    if _DESPITE.match(folded[start:end]):
        return Clause(start, end, "neutral", "concession")
    if asks and not decisive:
        return Clause(start, end, "recommendation", f"asks: {asks[0].phrase}")
    if decisive:
        return Clause(start, end, "concern", _because("concern", against))
    if context and not good:
        return Clause(start, end, "neutral", f"context: {context[0].phrase}")
    if bad > good or (bad >= 0.6 and not good):
        return Clause(start, end, "concern", _because("concern", against))
    if good:
        return Clause(start, end, "strength", _because("strength", speaking_for))
    if start == 0 and _CONTRAST.match(folded):
        return Clause(start, end, "concern", "concern: contrast")
    return Clause(start, end, "strength", STATED)


def _because(side: str, hits: list[Hit[_Cue]]) -> str:
    ordered = sorted(hits, key=lambda hit: -hit.label.weight)
    return f"{side}: " + ", ".join(dict.fromkeys(hit.phrase for hit in ordered[:3]))
