"""Whether a sentence praises, criticises, asks or only tells, clause by clause.

The cues of polarity.toml judge each clause; the learned model weighs their verdict with the other words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, cast

import numpy as np

from ingest.classify.clause_cuts import excused, is_concession, is_in_spite_of, pieces, tells_of_the_past
from ingest.classify.denials import denied
from ingest.classify.learned import Worded, learned, worded
from ingest.classify.measures import by_change
from ingest.classify.phrases import Hit, Lexicon, fold_sentence, longest, outside
from ingest.classify.rules import read_toml, words
from ingest.classify.sentence_form import VERBLESS, by_form
from ingest.classify.sentences import heading_end
from ingest.errors import ConfigError
from ingest.model import Polarity

Side = Literal["strength", "concern", "ask", "context", "change", "neutral"]

Footing = Literal["certain", "firm", "plain", "cue"]
"""On what a clause is judged: the form of the sentence or praise that turns a word of criticism ("no delay"),
which no other words overrule; criticism that they make no praise or background of; a cue that leaves little
doubt; other cues, or none."""

_TURNS = re.compile(r"\b(?:not|no|never|nor|without|neither|none)\b")

# A number of cases, which says nothing of how well they are dealt with.
_FIGURE = re.compile(
    r"[\W\d]*(?:in|at|as of|during|between|of|currently,?|over|there (?:are|were)|\d[\d,]*)\b[^.]*?"
    r"\b(?!(?:19|20)\d\d\b)\d{2,}[\d,]*%?\s(?!\s*(?:and|to|or|years?)\b)"
)

STATED = "strength: stated as done"
"""The rule of a sentence that no cue speaks for or against: inspectors state what works."""

_JUDGING: tuple[Side, Side] = ("strength", "concern")


class Clause(NamedTuple):
    """A part of a sentence (places in the sentence), what it says, and the words that decided."""

    start: int
    end: int
    polarity: Polarity
    rule: str
    footing: Footing = "cue"


class Verdict(NamedTuple):
    """What a sentence says as a whole, the words that decided, and its one or two clauses."""

    polarity: Polarity
    rule: str
    clauses: list[Clause]
    is_cued: bool
    """Whether a cue decided, or the form of the sentence."""


class _Cue(NamedTuple):
    side: Side
    weight: float


_DENIAL = _Cue("strength", 3)
"""A fault that is said not to be there."""


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon[_Cue]:
    data = read_toml("polarity.toml")
    entries: list[tuple[str, _Cue]] = []
    try:
        groups: list[tuple[str, Side, float]] = []
        for side in _JUDGING:
            groups += [(g["phrases"], side, float(g["weight"])) for g in data[side].values()]
        groups += [
            (data["neutral"]["phrases"], "neutral", 0),
            (data["recommendation"]["asking"], "ask", 1),
            (data["context"]["facts"], "context", 2),
            (data["context"]["anywhere"], "context", 1),
        ]
        changes = words(f"{data['measures']['up']};{data['measures']['down']}", "polarity.toml", ";")
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"polarity.toml: {error} is missing or of the wrong type") from error
    for text, side, weight in groups:
        for line in text.splitlines():
            entries += [(phrase, _Cue(side, weight)) for phrase in words(line, "polarity.toml", ";")]
    # A word of change that judges by itself ("declined") goes on doing so.
    known = {phrase for phrase, _ in entries}
    stems = tuple(phrase[:-1] for phrase in known if phrase.endswith("*"))
    entries += [
        (phrase, _Cue("change", 0))
        for phrase in changes
        if phrase not in known and not phrase.startswith(stems)
    ]
    return Lexicon(entries)


def judge(sentence: str) -> Verdict:
    """Return what a sentence says; as `judge_all`."""
    return judge_all([sentence])[0]


def judge_all(sentences: Sequence[str], *, reported: bool = False) -> list[Verdict]:
    """Return what each sentence says.

    Where the learned model finds a sentence likelier to say something else than the cues do, its answer
    stands, with the words that spoke for it. Two clauses that disagree stay apart, whichever weighs more.
    `reported` says that others tell what the inspectorate found: there "letter" and "inspection", which it
    uses of the background, are how a finding is introduced, and make nothing neutral that a cue judges.
    """
    ruled = [by_rules(sentence) for sentence in sentences]
    seen = [(worded(sentence), hints(parts)) for sentence, parts in zip(sentences, ruled, strict=True)]
    question = learned().polarity
    best = question.weigh(seen).argmax(axis=1).tolist()
    verdicts: list[Verdict] = []
    for (sentence, _), parts, place in zip(seen, ruled, best, strict=True):
        answer = cast(Polarity, question.answers[place])
        by_cues, rule = overall(parts)
        introduces = reported and answer == "neutral" and rule != STATED
        if answer == by_cues or introduces or _is_certain(parts) or _stands(parts, answer):
            verdicts.append(Verdict(by_cues, rule, parts, rule != STATED))
            continue
        rule = _by_words(answer, sentence)
        keeps_apart = len(parts) == 2 and answer in _JUDGING
        whole = [Clause(parts[0].start, parts[-1].end, answer, rule)]
        verdicts.append(Verdict(answer, rule, parts if keeps_apart else whole, keeps_apart))
    return verdicts


def _is_certain(parts: list[Clause]) -> bool:
    return len(parts) == 1 and parts[0].footing == "certain"


def _stands(parts: list[Clause], answer: Polarity) -> bool:
    return len(parts) == 1 and parts[0].footing == "firm" and answer in ("strength", "neutral")


def hints(parts: list[Clause]) -> dict[str, float]:
    """Return what the learned model is told of the cues' verdict."""
    told = {f"says {overall(parts)[0]}": 1.0}
    for part in parts:
        footing = "plain" if part.footing == "firm" else part.footing
        told[f"{footing} {part.polarity}"] = 1.0
    return told


def likelihoods(sentence: str) -> list[tuple[Polarity, float]]:
    """Return how likely each polarity is (0 to 1), the likeliest first; that of a certain one is 1."""
    question = learned().polarity
    parts = by_rules(sentence)
    if _is_certain(parts):
        return [(parts[0].polarity, 1.0)]
    odds = question.weigh([(worded(sentence), hints(parts))])[0]
    shares = np.exp(odds - odds.max())
    shares /= shares.sum()
    return [(cast(Polarity, question.answers[place]), float(shares[place])) for place in np.argsort(-odds)]


def _by_words(answer: Polarity, sentence: Worded) -> str:
    """Name the words that spoke for an answer; a sentence that judges nothing is context."""
    spoke = ", ".join(learned().polarity.words(sentence, answer)) or "none that judges"
    return f"{'context' if answer == 'neutral' else answer}: words: {spoke}"


def overall(parts: list[Clause]) -> tuple[Polarity, str]:
    """Return what the clauses of one sentence say together; `mixed` where they disagree."""
    if len(parts) == 1:
        return parts[0].polarity, parts[0].rule
    polarities = {part.polarity for part in parts}
    rule = "; ".join(part.rule for part in parts)
    if {"strength", "concern"} <= polarities:
        return "mixed", rule
    for polarity in ("concern", "recommendation", "strength"):
        if polarity in polarities:
            return polarity, rule
    return "neutral", rule


def by_rules(sentence: str) -> list[Clause]:
    """Cut a sentence where it turns ("While X, Y"; "X, but Y") and judge each side by its cues."""
    folded = fold_sentence(sentence)
    whole = by_form(folded, heading_end(sentence))
    if whole and not (whole.rule == VERBLESS and _decided_against(folded)):
        footing: Footing = "certain" if whole.is_certain else "cue"
        return [Clause(0, len(sentence), whole.polarity, whole.rule, footing)]
    hits = _effective(folded)
    judged = [_judge_piece(folded, start, end, hits) for start, end in pieces(folded)]
    if len(judged) == 2:
        first, second = judged
        if tells_of_the_past(folded):
            return [Clause(0, len(sentence), second.polarity, f"formerly otherwise; {second.rule}")]
        if first.polarity == "strength" and first.rule != STATED and is_in_spite_of(folded, second.start):
            return [Clause(0, len(sentence), first.polarity, f"{first.rule}; concession")]
        if first.polarity == second.polarity or "neutral" in (first.polarity, second.polarity):
            polarity = first.polarity if second.polarity == "neutral" else second.polarity
        elif STATED in (first.rule, second.rule):
            polarity = second.polarity if first.rule == STATED else first.polarity
        else:
            return judged
        return [Clause(0, len(sentence), polarity, f"{first.rule}; {second.rule}")]
    return judged


def _decided_against(folded: str) -> bool:
    return any(hit.label.side == "concern" and hit.label.weight >= 2 for hit in _effective(folded))


def _effective(folded: str) -> list[Hit[_Cue]]:
    """Return the cues that count: the longest at each place, outside conditions and relative clauses."""
    hits = longest(_lexicon().hits(folded))
    judging = [hit for hit in hits if hit.label.side == "concern"]
    if not judging:
        return hits
    praise = denied(folded)
    if praise:
        hits = outside(hits, praise)
        judging = outside(judging, praise)
        hits += [Hit(start, end, folded[start:end], _DENIAL) for start, end in praise]
    silent = excused(folded)
    if not silent:
        return hits
    return [*(hit for hit in hits if hit.label.side != "concern"), *outside(judging, silent)]


def _judge_piece(folded: str, start: int, end: int, hits: list[Hit[_Cue]]) -> Clause:
    if is_concession(folded[start:end]):
        return Clause(start, end, "neutral", "concession")
    speaking_for: list[Hit[_Cue]] = []
    against: list[Hit[_Cue]] = []
    asks: list[Hit[_Cue]] = []
    context: list[Hit[_Cue]] = []
    changes: list[Hit[_Cue]] = []
    by_side: dict[Side, list[Hit[_Cue]]] = {
        "strength": speaking_for, "concern": against, "ask": asks,
        "context": context, "change": changes, "neutral": [],
    }  # fmt: skip
    weights: dict[Side, float] = dict.fromkeys(by_side, 0)
    decisive = False
    for hit in hits:
        if start <= hit.start < end:
            side, weight = hit.label
            by_side[side].append(hit)
            weights[side] += weight
            decisive = decisive or (side == "concern" and weight >= 2)
    good, bad = weights["strength"], weights["concern"]
    if asks and not decisive:
        return Clause(start, end, "recommendation", f"asks: {asks[0].phrase}")
    if decisive:
        footing: Footing = "firm" if any(hit.label.weight >= 3 for hit in against) else "plain"
        return Clause(start, end, "concern", _because("concern", against), footing)
    if context and weights["context"] > good:
        return Clause(start, end, "neutral", f"context: {context[0].phrase}")
    if (changes or bad or good) and all(hit.phrase == "increased" for hit in speaking_for):
        changed = by_change(folded[start:end])
        if changed:
            return Clause(start, end, changed[0], f"{changed[0]}: {changed[1]}", "plain")
    if bad > good or (bad >= 0.6 and not good):
        return Clause(start, end, "concern", _because("concern", against))
    if good:
        return Clause(
            start, end, "strength", _because("strength", speaking_for), _praised(speaking_for, against)
        )
    if start == 0 and _FIGURE.match(folded):
        return Clause(start, end, "neutral", "context: a figure")
    return Clause(start, end, "strength", STATED)


def _praised(speaking_for: list[Hit[_Cue]], against: list[Hit[_Cue]]) -> Footing:
    strong = [hit for hit in speaking_for if hit.label.weight >= 2]
    if not strong or against:
        return "cue"
    turned = any(hit.label == _DENIAL or _TURNS.search(hit.phrase) for hit in strong)
    return "certain" if turned else "plain"


def _because(side: str, hits: list[Hit[_Cue]]) -> str:
    if len(hits) == 1:
        return f"{side}: {hits[0].phrase}"
    ordered = sorted(hits, key=lambda hit: -hit.label.weight)
    return f"{side}: " + ", ".join(dict.fromkeys(hit.phrase for hit in ordered[:3]))


@dataclass(frozen=True, slots=True)
class SeenCue:
    """A cue at sentence[start:end]; `counts` is False where a condition, a relative clause or an aim holds it."""

    start: int
    end: int
    phrase: str
    side: str
    counts: bool


def seen_cues(sentence: str) -> list[SeenCue]:
    """Return every cue that stands in a sentence, in order, for `ingest explain`."""
    folded = fold_sentence(sentence)
    effective = set(_effective(folded))
    return [
        SeenCue(hit.start, hit.end, hit.phrase, hit.label.side, hit in effective)
        for hit in longest(_lexicon().hits(folded))
        if hit.label.side != "change"
    ]
