"""Whether a sentence praises, criticises, asks or only tells, clause by clause, by cues of polarity.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from ingest.classify.phrases import Hit, Lexicon, expand, fold, longest, outside
from ingest.classify.rules import read_toml, words
from ingest.classify.sentences import LONGEST, heading_end
from ingest.errors import ConfigError
from ingest.model import Polarity

Side = Literal["strength", "concern", "neutral", "ask", "noun", "context", "opening"]

_CONCESSIVE = re.compile(r"^(?:and |so,? )?(?:while|whilst|although|though|even though)\s", re.IGNORECASE)
# The comma that ends a concession, not one inside it ("While some is stronger, such as for X, not all").
_COMMA = re.compile(
    r",(?!\s*(?:such|including|and|or|for example|particularly|especially|which|who|where)\b)"
)
_DESPITE = re.compile(r"^(?:despite|notwithstanding|in spite of|regardless of)\s", re.IGNORECASE)
_TURN = re.compile(
    r"(?:,|;|:|\s[-–—])\s*(?:but|although|though|even though|yet|albeit|except|whereas|"
    r"nevertheless,?)\s"
    r"|;\s*however,\s|\s(?:but|although)\s(?!also\b|only\b|not\b)"
    r"|,\s(?:while|whilst|despite)\s|,\s(?=with (?:further|more) work\b)",
    re.IGNORECASE,
)
_TURNING = (
    "but",
    "though",
    "yet",
    "albeit",
    "except",
    "whereas",
    "nevertheless",
    "however",
    "whil",
    "despite",
    "with ",
)
"""Letters without which `_TURN` cannot match, for speed."""
# A condition or a relative clause names the case, not the service: "When children cannot live at home, ..."
_CONDITION = re.compile(
    r"^(?:and |however,? |in addition,? |similarly,? )?(?:when|where|if|once|before|until|"
    r"for (?:those |the |some |a )?(?:\w+ ){0,6}(?:who|whose|that|for whom|where))\b[^,]{3,160},",
    re.IGNORECASE,
)
# It ends where the verb of the sentence may come ("those who drink may not have help").
_RELATIVE = re.compile(
    r"\b(?:who|whose|for whom)\s+[\w']+(?:\s+(?!(?:is|are|was|were|has|have|do|does|may|can|cannot|could|will|"
    r"requires?|remains?|needs|receives?|vary|varies|lacks?|continues?|takes?)\b)[\w']+){0,8}"
)
_GRADED_OF = re.compile(
    r"[\W\d]*(?:the )?(?:impact of|experiences and|overall|children (?:who|looked)|leadership, man)"
)
_GRADED = re.compile(r"(good|outstanding|inadequate|requires improvement(?: to be good)?)\W*\d{0,3}\W*$")
# A number of cases, which says nothing of how well they are dealt with.
_FIGURE = re.compile(
    r"[\W\d]*(?:in|at|as of|during|between|of|currently,?|over|there (?:are|were)|\d[\d,]*)\b[^.]*?"
    r"\b(?!(?:19|20)\d\d\b)\d{2,}[\d,]*%?\s(?!\s*(?:and|to|or|years?)\b)"
)
_BARE = re.compile(
    r"(?:(?:main|headline|key) )?findings|summary|(?:executive |key )?summary.{0,40}|strengths|next steps"
    r"|what (?:is working well|needs to improve)[^.]{0,60}|areas? for improvement|recommendations?|headlines?"
)
_FOUND = re.compile(r"\b(?:found|noted|saw|identified|highlighted|expressed|concerned)\b")
_TO_IMPROVE = re.compile(
    r"what (?:needs|does \w+(?: \w+)* need) to improve|areas for improvement", re.IGNORECASE
)
# What an earlier inspection said is no finding of this one, unless the sentence comes to the present.
_EARLIER = re.compile(
    r"^(?:at|during|following|in|after|when) (?:the|its|their|our) (?:time of the )?(?:last|previous|\w+ 20\d\d)"
    r"(?: \w+){0,3} (?:inspection|visit|judgement)|^the (?:last |previous )?(?:inspection|visit) "
    r"(?:in|of) (?:\w+ )?20\d\d"
)
_FORMERLY = re.compile(
    r"(?:although |while |whilst |though )?(?:previously|historically|formerly|in the past|until recently|"
    r"(?:at|during|in|since) the (?:time of the )?(?:last|previous)(?: \w+){0,2} (?:inspection|visit))\b"
)
# "... which were poor at the last inspection": an old state.
_WAS_THEN = re.compile(
    r"\b(?:was|were|had been|had)\b[^,;]{0,60}\b(?:at|during|by) the (?:time of the )?(?:last|previous)"
    r"(?: \w+){0,2} (?:inspection|visit)\b"
)
_NOW = re.compile(r"\b(?:now|since then|have|has|but|however|although|remains?|still|continues?|is|are)\b")
_PURPOSE = re.compile(
    r"\b(?:so that|in order to|to ensure(?: that)?|to make sure(?: that)?|to prevent|to avoid|if)\b"
    r"(?:(?!\b(?:although|but|however|though|while|because)\b)[^,;])*"
)
# What somebody does away with is no complaint ("reducing the use of unsuitable homes"), nor what may happen.
_OVERCOME = re.compile(
    r"\b(?:reduc(?:e|es|ing)|(?:has|have) reduced|avoid(?:s|ed|ing)?|prevent(?:s|ed|ing)?|tackl(?:e|es|ed|ing)|"
    r"address(?:es|ed|ing)|to address|mitigat(?:e|es|ed|ing)|minimis(?:e|es|ed|ing)|resolv(?:e|es|ed|ing)|"
    r"overc(?:ome|ame|oming)|eliminat(?:e|es|ed|ing))(?P<what>(?:\s+(?!(?:but|is|are|was|were|has|have|not)\b)[\w']+){1,5})"
    r"|\b(?P<case>even (?:where|if)\b[^,;]*|where (?:[\w']+ ){1,4}(?:is|are) (?:an? |the )?(?:concern|issue|problem|risk)\w*)"
)
# The case that a sentence speaks of ("respond when plans fail"), as far as its own verb goes: in "recording of
# interviews when children return is poor" the second verb is the sentence's.
_FINITE = (
    r"\b(?:is|are|was|were|has|have|had|needs?|requires?|does|do|did|cannot|returns?|go|goes|leaves?|comes?|enters?|moves?|"
    r"turns?|experiences?|arises?|increases?|changes?|presents?|becomes?|lives?|meets?|reach(?:es)?)\b"
)
_CASE = re.compile(
    r"(?<!cases)(?<!times)(?<!occasions)(?<!period)(?<!periods)(?<!instances)(?<!examples) when\b"
    rf"(?:(?!{_FINITE})[^,;])*{_FINITE}(?:(?!{_FINITE})[^,;])*"
)
_SUBORDINATE = re.compile(
    r"\b(?:so that|to ensure|in order|that|which|who|whose|when|where|if|including|for example|because|"
    r"until|as)\b|[:;(⎯]"
)
_QUESTION = re.compile(r"\b(?:how|why|what|whether|where)\b")
_SHORTEST = 10
"""Characters that a clause has at least."""

VERBLESS = "a line without a verb"
"""The rule of a line that only names something, as lists of improvements do."""

_AFTER_NOUN = frozenset(
    ("", ",", "for", "of", "in", "and", "or", "at", "on", "by", "with", "from", "across", "between")
)
"""Words that follow a noun: before one, "plans" and "offer" are no verbs."""

_AFTER_PARTICIPLE = frozenset(("to", "by", "with", "for", "in", "from"))
"""Words that follow a participle that belongs to a noun ("the support provided to ...")."""

_MARKS = " \"'“•◼■▪.0123456789)\uf06e\uf0a7"
"""What stands before the first word of a bullet or a numbered paragraph."""

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_FIRST = re.compile(r"([^\W_]+(?:'[a-z]+)?)(?: [^\W_]+(?:'[a-z]+)?)?")
_AFTER_COMMA = re.compile(r", ([a-z]+s)\b")
_BRACKETS = re.compile(r"\([^)]*\)")
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|,")

STATED = "strength: stated as done"
"""The rule of a sentence that no cue speaks for or against: inspectors state what works."""

_JUDGING: tuple[Side, Side] = ("strength", "concern")


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
        for side in _JUDGING:
            groups += [(g["phrases"], side, float(g["weight"])) for g in data[side].values()]
        groups += [
            (data["neutral"]["phrases"], "neutral", 0),
            (data["recommendation"]["asking"], "ask", 1),
            (data["context"]["facts"], "context", 2),
            (data["context"]["anywhere"], "context", 1),
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"polarity.toml: {error} is missing or of the wrong type") from error
    for text, side, weight in groups:
        for line in text.splitlines():
            entries += [(phrase, _Cue(side, weight)) for phrase in words(line, "polarity.toml", ";")]
    return Lexicon(entries)


class _Opening(NamedTuple):
    phrase: str
    stem: str
    side: Side
    end: int


@lru_cache(maxsize=1)
def _openings() -> dict[str, list[_Opening]]:
    """Return the phrases that may open a sentence, by their whole words at the start (at most two)."""
    data = read_toml("polarity.toml")
    parts: list[tuple[str, Side]] = [
        (data["context"]["opening"], "context"),
        (data["recommendation"]["opening"], "ask"),
        (data["recommendation"]["nouns"], "noun"),
    ]
    table: dict[str, list[_Opening]] = {}
    for text, side in parts:
        for phrase in words(text.replace("\n", ";"), "polarity.toml", ";"):
            for wording in expand(phrase):
                stem = wording.rstrip("*")
                whole = wording.split()[:-1] if wording.endswith("*") else wording.split()
                table.setdefault(" ".join(whole[:2]), []).append(_Opening(wording, stem, side, len(stem)))
    for group in table.values():
        group.sort(key=lambda opening: -opening.end)
    return table


def _opening(folded: str, start: int) -> dict[Side, _Opening]:
    """Return the phrases with which the sentence opens at `start`, the longest of each kind."""
    found: dict[Side, _Opening] = {}
    table = _openings()
    head = _FIRST.match(folded, start)
    two, one = (head.group(), head.group(1)) if head else ("", "")
    for key in (two, one, "") if two != one else (one, ""):
        for opening in table.get(key, ()):
            if folded.startswith(opening.stem, start) and (
                opening.phrase.endswith("*")
                or not folded[start + opening.end : start + opening.end + 1].isalnum()
            ):
                known = found.get(opening.side)
                if known is None or known.end < opening.end:
                    found[opening.side] = opening
    return found


@lru_cache(maxsize=1)
def _verbs() -> tuple[frozenset[str], ...]:
    data = read_toml("polarity.toml")["recommendation"]
    return tuple(
        frozenset(words(data[key], f"polarity.toml {key}"))
        for key in ("verbs", "nominal", "always", "subjects", "either")
    )


def judge(sentence: str) -> tuple[Polarity, str]:
    """Return the polarity of a sentence and the words that decided."""
    return overall(clauses(sentence))


def overall(parts: list[Clause]) -> tuple[Polarity, str]:
    """Return what the clauses of one sentence say together; `mixed` where they disagree."""
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
    folded = fold(sentence[:LONGEST])
    whole = _form(folded, heading_end(sentence))
    if whole:
        return [Clause(0, len(sentence), whole[0], whole[1])]
    hits = _effective(folded)
    pieces = _pieces(folded)
    judged = [_judge_piece(folded, start, end, hits) for start, end in pieces]
    if len(judged) == 2:
        first, second = judged
        if _FORMERLY.match(folded):
            return [Clause(0, len(sentence), second.polarity, f"formerly otherwise; {second.rule}")]
        if first.polarity == second.polarity or "neutral" in (first.polarity, second.polarity):
            polarity = first.polarity if second.polarity == "neutral" else second.polarity
        elif STATED in (first.rule, second.rule):
            polarity = second.polarity if first.rule == STATED else first.polarity
        else:
            return judged
        return [Clause(0, len(sentence), polarity, f"{first.rule}; {second.rule}")]
    return judged


def _form(folded: str, heading: int) -> tuple[Polarity, str] | None:
    """Judge by the shape of the whole: what was done, a call to act, a line without a verb."""
    if folded.rstrip(" .").endswith("(recommendation)"):
        return "concern", "concern: marked as a recommendation"
    graded = _GRADED_OF.match(folded) and _GRADED.search(folded[-60:])
    if graded:
        good = graded.group(1) in ("good", "outstanding")
        return ("strength" if good else "concern"), f"graded {graded.group(1)}"
    if heading and _TO_IMPROVE.match(folded):
        return "recommendation", "under What needs to improve"
    if folded.startswith("(") and folded.rstrip(" .").endswith(")"):
        return "neutral", "context: in brackets"
    start = len(folded) - len(folded[heading:].lstrip(_MARKS))
    if _BARE.fullmatch(folded.strip(_MARKS)):
        return "neutral", "context: a heading"
    if folded.rstrip().endswith("?"):
        return "neutral", "context: a question"
    openings = _opening(folded, start)
    if _EARLIER.match(folded, start) and not _NOW.search(folded):
        return "neutral", "context: an earlier inspection"
    context = openings.get("context")
    if context and not _FOUND.search(folded):
        return "neutral", f"context: {context.phrase}"
    ask = openings.get("ask")
    if ask:
        return "recommendation", f"asks: {ask.phrase}"
    noun = openings.get("noun")
    if _is_verbless(folded[start:], noun) and not _decided_against(folded):
        return "recommendation", VERBLESS
    return None


def _decided_against(folded: str) -> bool:
    return any(hit.label.side == "concern" and hit.label.weight >= 2 for hit in _effective(folded))


def _is_verbless(line: str, noun: _Opening | None) -> bool:
    """Say whether a line names a quality or a task and says nothing of it, as lists of improvements do."""
    if noun and noun.phrase in ("how", "whether", "the way"):
        return True
    verbs, nominal, always, subjects, either = _verbs()
    if noun:
        main = _RELATIVE.sub(" ", _PURPOSE.sub(" ", _BRACKETS.sub(" ", line[noun.end :])))
    else:
        aim = _PURPOSE.search(line)
        if not always.isdisjoint(line[: aim.start() if aim else None].split()):
            return False
        main = _PURPOSE.sub(" ", line) if aim else line
        if not always.isdisjoint(_WORD.findall(main)):
            return False
    head = (_SUBORDINATE if noun else _QUESTION).split(main, maxsplit=1)[0]
    found = _TOKEN.findall(head)
    if noun and any(verb in verbs and verb not in either for verb in _AFTER_COMMA.findall(main)):
        return False  # "Consideration of needs, including ..., leads to ..."
    if noun and sum(word in always for word in _WORD.findall(main)) > 1:
        return False  # one belongs to a relative clause, so the other makes the sentence
    if found and not noun and (found[0] in subjects or (found[1:2] and found[1] in subjects - nominal)):
        return False
    return not any(
        word in always
        or (
            (word in verbs or word.endswith("ed"))
            and before not in nominal
            and not before.endswith("'s")
            and not (word in either and after in _AFTER_NOUN)
            and not (noun and word.endswith("ed") and after in _AFTER_PARTICIPLE)
        )
        for before, word, after in zip(["", *found], found, [*found[1:], ""], strict=False)
    )


def _effective(folded: str) -> list[Hit[_Cue]]:
    """Return the cues that count: the longest at each place, outside conditions and relative clauses."""
    hits = longest(_lexicon().hits(folded))
    judging = [hit for hit in hits if hit.label.side == "concern"]
    if not judging:
        return hits
    silent: list[tuple[int, int]] = []
    condition = _CONDITION.match(folded)
    if condition:
        silent.append(condition.span())
    silent += [found.span() for found in _RELATIVE.finditer(folded)]
    silent += [found.span() for found in _PURPOSE.finditer(folded)]
    silent += [found.span() for found in _CASE.finditer(folded)]
    silent += [found.span() for found in _WAS_THEN.finditer(folded)]
    for found in _OVERCOME.finditer(folded):
        silent.append(found.span("what" if found["what"] else "case"))
    if not silent:
        return hits
    return [*(hit for hit in hits if hit.label.side != "concern"), *outside(judging, silent)]


def _pieces(folded: str) -> list[tuple[int, int]]:
    """Return one or two spans that cover the sentence."""
    if _CONCESSIVE.match(folded) or _DESPITE.match(folded):
        for comma in _COMMA.finditer(folded, 12, max(12, len(folded) - 15)):
            return [(0, comma.start()), (comma.end(), len(folded))]
    if not any(word in folded for word in _TURNING):
        return [(0, len(folded))]
    turn = _TURN.search(folded, _SHORTEST)
    if turn and len(folded) - turn.end() >= _SHORTEST:
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
    if context and sum(hit.label.weight for hit in context) > good:
        return Clause(start, end, "neutral", f"context: {context[0].phrase}")
    if bad > good or (bad >= 0.6 and not good):
        return Clause(start, end, "concern", _because("concern", against))
    if good:
        return Clause(start, end, "strength", _because("strength", speaking_for))
    if start == 0 and _FIGURE.match(folded):
        return Clause(start, end, "neutral", "context: a figure")
    return Clause(start, end, "strength", STATED)


def _because(side: str, hits: list[Hit[_Cue]]) -> str:
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
    folded = fold(sentence)
    effective = set(_effective(folded))
    return [
        SeenCue(hit.start, hit.end, hit.phrase, hit.label.side, hit in effective)
        for hit in longest(_lexicon().hits(folded))
    ]
