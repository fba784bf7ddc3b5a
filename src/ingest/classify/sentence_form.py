"""What the shape of a whole sentence says: a call to act, a grade, what was done, a line without a verb.

Works on folded text (see phrases.py); the words are in polarity.toml.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from ingest.classify.clause_cuts import aim, without_aims, without_asides
from ingest.classify.phrases import expand
from ingest.classify.rules import read_toml, words
from ingest.model import Polarity

_GRADED_OF = re.compile(
    r"[\W\d]*(?:the )?(?:impact of|experiences and|overall|children (?:who|looked)|leadership, man)"
)
_GRADED = re.compile(r"(good|outstanding|inadequate|requires improvement(?: to be good)?)\W*\d{0,3}\W*$")
_BARE = re.compile(
    r"(?:(?:main|headline|key) )?findings|summary|(?:executive |key )?summary.{0,40}|strengths|next steps"
    r"|what (?:is working well|needs to improve)[^.]{0,60}|areas? for improvement|recommendations?|headlines?"
)
_LONGEST_HEADING = 120
_FOUND = re.compile(
    r"\b(?:found|noted|saw|identified|highlighted|expressed|concerned|impressed|struck|pleased|assured"
    r"|reassured|satisfied|disappointed|worried)\b"
)
_TO_IMPROVE = re.compile(
    r"what (?:needs|does \w+(?: \w+)* need) to improve|areas for improvement", re.IGNORECASE
)
# What an earlier inspection said is no finding of this one, unless the sentence comes to the present.
_EARLIER = re.compile(
    r"(?:at|during|following|in|after|when) (?:the|its|their|our) (?:time of the )?(?:last|previous|\w+ 20\d\d)"
    r"(?: \w+){0,3} (?:inspection|visit|judgement)|the (?:last |previous )?(?:inspection|visit) "
    r"(?:in|of) (?:\w+ )?20\d\d|when (?:ofsted|inspectors) (?:last |previously )?(?:inspected|visited)\b"
    r"|in (?:\w+ )?20\d\d,? (?:(?:the |an )?ofsted\b|inspectors (?:found|judged))"
    r"|(?:previously|formerly), |earlier (?:ofsted )?(?:inspections|visits) "
    r"|an? (?:care quality commission|cqc|ofsted) (?:inspection|visit) in (?:\w+ )?20\d\d"
)
_NOW = re.compile(r"\b(?:now|since then|have|has|but|however|although|remains?|still|continues?|is|are)\b")
# "only 43% of children were seen in time"; where it tells of a change, or of what should be rare, words decide.
_ONLY_SHARE = re.compile(
    r"\bonly (?:(?:about|around|some|approximately|just) )?(?:\d+(?:\.\d+)? ?%|\d+ per cent)(?: \(\d+\))?"
    r"(?: of [^,.;%]{3,80}?)?,? (?:of cases\b|had\b|have\b|has\b|received|achieved|gained|made\b|benefit|attend"
    r"|take up|took up|(?:were|was|are|is) (?:\w+ )?(?:held|completed|offered|seen|visited|achieved|convened|assessed"
    r"|conducted|carried out|trained|made"
    r"|undertaken|reviewed|recorded|timely|on time|in time|within|in education|in employment"
    r"|in suitable|up to date))"
)
_OTHER_SHARE = re.compile(
    r"\b(?:improv|increas|rise|risen|rose|compare[sd]? to|from only|when only|reduc|fall|fell|waited|vacan|escalat"
    r"|stepp|re-?refer|re-?offend|convict|breakdown|disrupt|missing|become|subsequent|again|placed (?:out|at)"
    r"|had (?:a |two |three |more |previous|to move|moved))"
)
# "No audits have taken place": what should be done is not, unless it is said of people or of what nobody wishes for.
_NOT_DONE = re.compile(
    r"no (?!(?:one|such|longer|further|additional|more|other|priority|areas?|serious case|statutory)\b)"
    r"(?:(?!(?:child|children|babies|baby|people|person|young|famil(?:y|ies)|adopters|leavers?|cases?|examples?"
    r"|instances?|concerns?|complaints?|incidents?|delays?|changes?|allegations?|referrals?|looked|children's|issues?"
    r"|disruptions?|breakdowns?|exclusions?|placements?|decisions?|but|and|who|that|which)\b)[\w']+ ){1,8}?"
    r"(?:has|have|had|is|are|was|were) (?:yet |currently |ever |being |been )*(?:\w+ly )?"
    r"(?:taken place|taking place|provided|undertaken|carried out|gained|sought|made|offered|held|completed|recorded"
    r"|given|available|in place|developed|kept|agreed|produced|collected|collated|shared|evident)\b"
)
# "Very few children know their rights": what most should have.
_FEW = re.compile(
    r"(?:^|, |\bthat )(?:very |relatively |comparatively )?few (?:of (?:the|these|them) ?)?"
    r"(?:children|young people|care leavers|parents|families|carers|staff|social workers|advocates|plans|records)?"
    r"\b(?:(?! (?:wait|need|move|leave|in|at) )[^,;.]){0,60} (?:benefit(?:ed)?|attend(?:ed)?|take up|took up"
    r"|know|knew|stay(?:ed)? put\b|remain(?:ed)? with"
    r"|(?:are|were) (?:aware|used|offered|invited|involved|consulted|completed|making use)"
    r"|received?(?! (?:an? )?(?:criminal|fixed|permanent|exclu|custod|caution))|participated?"
    r"|understand|understood|have permanence)\b(?!.*\b(?:but|although|though|while|complaints)\b)"
)
_SUBORDINATE = re.compile(
    r"\b(?:so that|to ensure|in order|that|which|who|whose|when|where|if|including|for example|because|"
    r"until|as)\b|[:;(⎯]"
)
_POSTCODE = re.compile(r"\b[a-z]{1,2}\d[a-z\d]? \d[a-z]{2}\b")
_QUESTION = re.compile(r"\b(?:how|why|what|whether|where)\b")

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

# "Foster" is also what leaders do to a culture.
_FOSTER_CARE = re.compile(r"\bfoster(?= (?:care|carers?|family|families|homes?|parents?|placements?)\b)")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_FIRST = re.compile(r"([^\W_]+(?:'[a-z]+)?)(?: [^\W_]+(?:'[a-z]+)?)?")
_AFTER_COMMA = re.compile(r", ([a-z]+s)\b")
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|,")

# "Offer every child ...": after a noun, what follows would need a verb before it.
_ORDER = re.compile(r"([a-z]+) (?:the|an?|every|all|each|how|whether|more|clear|greater|better)\b")

_Kind = Literal["context", "ask", "order", "noun"]


class _Opening(NamedTuple):
    phrase: str
    stem: str
    kind: _Kind
    end: int


@lru_cache(maxsize=1)
def _openings() -> dict[str, list[_Opening]]:
    """Return the phrases that may open a sentence, by their whole words at the start (at most two)."""
    data = read_toml("polarity.toml")
    parts: list[tuple[str, _Kind]] = [
        (data["context"]["opening"], "context"),
        (data["recommendation"]["opening"], "ask"),
        (data["recommendation"]["orders"], "order"),
        (data["recommendation"]["nouns"], "noun"),
    ]
    table: dict[str, list[_Opening]] = {}
    for text, kind in parts:
        for phrase in words(text.replace("\n", ";"), "polarity.toml", ";"):
            for wording in expand(phrase):
                stem = wording.rstrip("*")
                whole = wording.split()[:-1] if wording.endswith("*") else wording.split()
                table.setdefault(" ".join(whole[:2]), []).append(_Opening(wording, stem, kind, len(stem)))
    for group in table.values():
        group.sort(key=lambda opening: -opening.end)
    return table


def _opening(folded: str, start: int) -> dict[_Kind, _Opening]:
    """Return the phrases with which the sentence opens at `start`, the longest of each kind."""
    found: dict[_Kind, _Opening] = {}
    table = _openings()
    head = _FIRST.match(folded, start)
    two, one = (head.group(), head.group(1)) if head else ("", "")
    for key in (two, one, "") if two != one else (one, ""):
        for opening in table.get(key, ()):
            if folded.startswith(opening.stem, start) and (
                opening.phrase.endswith("*")
                or not folded[start + opening.end : start + opening.end + 1].isalnum()
            ):
                known = found.get(opening.kind)
                if known is None or known.end < opening.end:
                    found[opening.kind] = opening
    return found


@lru_cache(maxsize=1)
def _verbs() -> tuple[frozenset[str], ...]:
    data = read_toml("polarity.toml")["recommendation"]
    return tuple(
        frozenset(words(data[key], f"polarity.toml {key}"))
        for key in ("verbs", "nominal", "always", "subjects", "either")
    )


@lru_cache(maxsize=1)
def _base_verbs() -> frozenset[str]:
    """Return the verbs that are known in both forms ("offer", "offers"): not "found", nor "read" of the past."""
    verbs = _verbs()[0] - _verbs()[2]
    return frozenset(verb for verb in verbs if f"{verb}s" in verbs or f"{verb}es" in verbs)


class Form(NamedTuple):
    """What the shape of a sentence says of it; `is_certain` where its words cannot say otherwise."""

    polarity: Polarity
    rule: str
    is_certain: bool = True


def by_form(folded: str, heading: int) -> Form | None:
    """Judge a sentence by its shape, or return None; its text begins at `heading`."""
    if folded.rstrip(" .").endswith("(recommendation)"):
        return Form("concern", "concern: marked as a recommendation")
    if "only " in folded and _ONLY_SHARE.search(folded) and not _OTHER_SHARE.search(folded):
        return Form("concern", "concern: only so many per cent had what they should")
    if "few " in folded and _FEW.search(folded):
        return Form("concern", "concern: few had what most should")
    graded = _GRADED_OF.match(folded) and _GRADED.search(folded[-60:])
    if graded:
        good = graded.group(1) in ("good", "outstanding")
        return Form("strength" if good else "concern", f"graded {graded.group(1)}")
    if _TO_IMPROVE.match(folded) and (heading or ": " in folded):
        return Form("recommendation", "under What needs to improve")
    if folded.startswith("(") and folded.rstrip(" .").endswith(")"):
        return Form("neutral", "context: in brackets")
    start = len(folded) - len(folded[heading:].lstrip(_MARKS))
    if len(folded) < _LONGEST_HEADING and _BARE.fullmatch(folded.strip(_MARKS)):
        return Form("neutral", "context: a heading")
    if folded.rstrip().endswith("?"):
        return Form("neutral", "context: a question")
    openings = _opening(folded, start)
    if _EARLIER.match(folded, start) and not _NOW.search(folded):
        return Form("neutral", "context: an earlier inspection", is_certain=False)
    context = openings.get("context")
    if context and not _FOUND.search(folded):
        return Form("neutral", f"context: {context.phrase}", is_certain=False)
    if "order" in openings:
        return Form("recommendation", f"asks: {openings['order'].phrase}")
    order = _ORDER.match(folded, start)
    if order and order[1] in _base_verbs():
        return Form("recommendation", f"asks: {order[1]}")
    if folded.startswith("no ", start) and _NOT_DONE.match(folded, start):
        return Form("concern", "concern: not done")
    ask = openings.get("ask")
    if ask:
        return Form("recommendation", f"asks: {ask.phrase}", is_certain=False)
    noun = openings.get("noun")
    if _is_verbless(folded[start:], noun):
        if _POSTCODE.search(folded):
            return Form("neutral", "context: an address")
        return Form("recommendation", VERBLESS, _is_question(noun))
    return None


def _is_question(noun: _Opening | None) -> bool:
    """Say whether a line opens as an indirect question ("How well managers check ...")."""
    return noun is not None and noun.phrase in ("how", "whether", "the way")


def _is_verbless(line: str, noun: _Opening | None) -> bool:
    """Say whether a line names a quality or a task and says nothing of it, as lists of improvements do."""
    if _is_question(noun):
        return True
    verbs, nominal, always, subjects, either = _verbs()
    line = _FOSTER_CARE.sub("fostering", line)
    if noun:
        main = without_asides(line[noun.end :])
    else:
        if not always.isdisjoint(line[: aim(line)].split()):
            return False
        main = without_aims(line)
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
