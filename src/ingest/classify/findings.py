"""Statements that judge a service: sentence by sentence, turned clauses apart, each with its exact place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache, partial
from itertools import accumulate

import ahocorasick_rs

from ingest.classify.authorities import find_lasting
from ingest.classify.phrases import fold_sentence
from ingest.classify.polarity import STATED, Verdict, judge, judge_all
from ingest.classify.rules import compiled, read_toml
from ingest.classify.sentence_form import VERBLESS
from ingest.classify.sentences import LONGEST, split
from ingest.classify.speaker import Voice, Voices
from ingest.classify.themes import Said, match_all
from ingest.classify.trend import trend_of
from ingest.errors import ConfigError
from ingest.model import (
    AuthorityMatch,
    Block,
    DocumentKind,
    Extracted,
    Finding,
    Polarity,
    alphanumerics,
    make_id,
)

_Judged = tuple[tuple[int, int], Verdict]
"""The place of a sentence, and what it says."""

_FEWEST_WORDS = 3
_SHORTEST_CLAUSE = 20
_LONGEST_LABEL = 80
"""Characters."""
_SHORTEST_QUOTATION = 40
"""Letters."""
_INHERITS = re.compile(r"^(?:these|this|they|those|such \w+) (?:also )?includ", re.IGNORECASE)
# A sentence that tells more of what the one before it told, or the second half of one.
_GOES_ON = re.compile(r"(?:(?i:this|these|they|it|those|their|its|such|as a result|consequently)\b|[a-z])")
_ATTRIBUTION = re.compile(
    r"^[^“\"]{0,240}\b(?:said|says|added|adds|commented|explained|stated|continued):?\s*[“\"]"
)
_SKIN = " \t\n\r,;:–—-"
_LEADING_WORDS = re.compile(
    r"(?:and\s+|so,?\s+)?(?:while|whilst|although|though|even though|but|yet)\s+", re.IGNORECASE
)


def statements(
    extracted: Extracted,
    kind: DocumentKind,
    authorities: Sequence[AuthorityMatch],
    *,
    on: date | None = None,
    inspections: Mapping[str, str] | None = None,
    skip: Sequence[tuple[int, int]] = (),
    section_of: Callable[[int], str | None] | None = None,
) -> tuple[Finding, ...]:
    """Return the evaluative statements of a document's paragraphs and bullets, in order.

    A sentence whose clauses disagree gives one finding a clause. `on` is the day of the text, as the authorities
    were found by it. `inspections` gives the id of the visit that a code's findings belong to. `skip` are spans
    that another reader deals with (listed improvements, boilerplate); `section_of` names the heading above a
    place. Nothing is stated about nobody: without an authority there is no finding.
    """
    if not authorities:
        return ()
    official = kind in ("ofsted_report", "ofsted_letter")
    voices = Voices(extracted, kind, not_a_finding)
    in_force = _in_force(extracted, authorities, on)
    visits = inspections or {}
    text = extracted.text
    found: list[Callable[..., Finding]] = []
    sentences: list[Said] = []
    list_polarity: Polarity | None = None
    for block, judged in _judged(extracted, skip, reported=not official):
        if block.kind == "paragraph":
            list_polarity = _list_polarity(text[block.start : block.end])
        section = section_of(block.start) if section_of else None
        first = len(found)
        for start, end, polarity, rule in _stated(text, block, judged, list_polarity):
            voice = voices.at(start, end)
            if not official and not _is_somebodys_finding(voice, rule):
                continue
            quote = text[start:end]
            said = quote if official else _ATTRIBUTION.sub("", quote)
            sentences.append(Said(said, section, len(found) > first and _GOES_ON.match(quote) is not None))
            gss = in_force(end)
            found.append(
                partial(
                    Finding,
                    gss=gss,
                    polarity=polarity,
                    kind="recommendation" if polarity == "recommendation" and not official else "statement",
                    speaker=voice.speaker,
                    is_inspectorate=voice.is_inspectorate,
                    quote=quote,
                    start=start,
                    end=end,
                    rule=rule,
                    page=extracted.page_at(start),
                    section=section,
                    inspection_id=visits.get(gss),
                    trend=trend_of(quote, polarity),
                    quotation_key=_quotation_key(voices.quoted(start, end)),
                )
            )
    return tuple(make(themes=themes) for make, themes in zip(found, match_all(sentences), strict=True))


def _judged(
    extracted: Extracted, skip: Sequence[tuple[int, int]], *, reported: bool
) -> Iterator[tuple[Block, list[_Judged]]]:
    """Yield the paragraphs and bullets outside `skip`, each with the sentences that may be findings."""
    is_skipped = _covers(skip)
    text = extracted.text
    blocks = [
        block
        for block in extracted.blocks
        if block.kind in ("paragraph", "bullet")
        and not is_skipped(block.start)
        and (reported or not _is_label(text, block))
    ]
    spans = [
        [
            span
            for span in split(text, block.start, block.end)
            if not is_skipped(span[0]) and not not_a_finding(text[slice(*span)])
        ]
        for block in blocks
    ]
    # All at once, which costs a third of one by one.
    verdicts = iter(
        judge_all([text[slice(*span)] for of_block in spans for span in of_block], reported=reported)
    )
    for block, of_block in zip(blocks, spans, strict=True):
        yield block, [(span, next(verdicts)) for span in of_block]


def _is_label(text: str, block: Block) -> bool:
    """Say whether a paragraph of the inspectorate's is a line above others, set as text: it ends its sentences."""
    return (
        block.kind == "paragraph"
        and block.end - block.start <= _LONGEST_LABEL
        and text[block.start : block.end][-1:].isalnum()
    )


def _quotation_key(quoted: str) -> str | None:
    """Return what two quotations of the same words share; short ones ("good progress") are anybody's."""
    letters = alphanumerics(quoted)
    return make_id("quotation", letters) if len(letters) >= _SHORTEST_QUOTATION else None


def _is_somebodys_finding(voice: Voice, rule: str) -> bool:
    """Say whether a statement outside the inspectorate's documents is a finding: judged, and by somebody.

    Inspectors may find by merely stating, in a sentence that names them; a reporter's background may not.
    """
    if voice.speaker == "other" and voice.footing == "narrated":
        return False
    has_cue = any(part not in _NO_CUE for part in rule.split("; "))
    return has_cue or (voice.footing == "named" and voice.is_inspectorate)


_NO_CUE = frozenset((STATED, "concession"))
"""Rules that judge a clause without a word that praises or criticises."""


@lru_cache(maxsize=1)
def _outside() -> tuple[tuple[tuple[str, re.Pattern[str]], ...], tuple[int, ...], ahocorasick_rs.AhoCorasick]:
    """Return the rules, the rule of each of the letters that they need, and the automaton of those."""
    rules: list[tuple[str, re.Pattern[str]]] = []
    needed: list[str] = []
    owners: list[int] = []
    for number, rule in enumerate(read_toml("findings.toml").get("outside", []), start=1):
        where = f"classify/findings.toml rule {number}"
        if set(rule) != {"id", "pattern", "needs"}:
            raise ConfigError(f"{where}: needs id, pattern and needs")
        for part in rule["needs"].split(";"):
            needed.append(part.lstrip())
            owners.append(len(rules))
        rules.append((rule["id"], compiled(rule["pattern"], where)))
    return tuple(rules), tuple(owners), ahocorasick_rs.AhoCorasick(needed)


def not_a_finding(sentence: str) -> str | None:
    """Return the name of the rule that keeps a sentence out (event, scope, caption ...), or None."""
    if len(sentence) > LONGEST:
        return "too_long"
    if len(sentence.split(None, _FEWEST_WORDS)) < _FEWEST_WORDS:
        return "too_short"
    rules, owners, automaton = _outside()
    found = automaton.find_matches_as_indexes(fold_sentence(sentence), overlapping=True)
    for number in sorted({owners[needed] for needed, _, _ in found}):
        if rules[number][1].search(sentence):
            return rules[number][0]
    return None


def _stated(
    text: str,
    block: Block,
    judged: Iterable[_Judged],
    list_polarity: Polarity | None,
) -> Iterator[tuple[int, int, Polarity, str]]:
    """Yield place, polarity and rule of what the sentences of a block state."""
    previous: Polarity | None = None
    for span, verdict in judged:
        goes_on = not verdict.is_cued and _INHERITS.match(text[span[0] : span[0] + 40])
        if goes_on and previous in ("strength", "concern"):
            yield *span, previous, "goes on from the sentence before"
            continue
        for start, end, polarity, rule in _said(text, block, span, verdict, list_polarity):
            previous = polarity
            yield start, end, polarity, rule


def _said(
    text: str, block: Block, span: tuple[int, int], verdict: Verdict, list_polarity: Polarity | None
) -> Iterator[tuple[int, int, Polarity, str]]:
    """Yield place, polarity and rule of what a sentence states: nothing, one thing, or one a clause."""
    start, end = span
    polarity, rule, clauses, _ = verdict
    if len(clauses) == 2 and all(part.end - part.start >= _SHORTEST_CLAUSE for part in clauses):
        for part in clauses:
            trimmed = _trimmed(text, start + part.start, start + part.end)
            yield (*trimmed, part.polarity, part.rule)
        return
    if rule.startswith("context:"):
        return
    if rule == VERBLESS and block.kind == "paragraph":
        # Only lists ask by naming; in running text it is a scrap (a name, a heading) or a rare verb.
        if text[end - 1] != ".":
            return
        polarity, rule = "strength", STATED
    if polarity == "mixed":
        polarity = "concern"
    if block.kind == "bullet" and list_polarity and rule == STATED:
        polarity, rule = list_polarity, "the line that opens the list"
    yield start, end, polarity, rule


def _list_polarity(paragraph: str) -> Polarity | None:
    opening = paragraph.rstrip()
    if not opening.endswith(":"):
        return None
    polarity = judge(opening[-200:].rstrip(":")).polarity
    return "recommendation" if polarity in ("recommendation", "concern") else None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _SKIN:
        start += 1
    while end > start and text[end - 1] in _SKIN:
        end -= 1
    lead = _LEADING_WORDS.match(text, start, end)
    return (lead.end() if lead else start), end


def _covers(spans: Sequence[tuple[int, int]]) -> Callable[[int], bool]:
    """Return a function that says whether one of the spans covers a place."""
    ordered = sorted(spans)
    starts = [start for start, _ in ordered]
    reach = list(accumulate((end for _, end in ordered), max))

    def is_covered(place: int) -> bool:
        before = bisect_right(starts, place)
        return before > 0 and place < reach[before - 1]

    return is_covered


def _in_force(
    extracted: Extracted, authorities: Sequence[AuthorityMatch], on: date | None
) -> Callable[[int], str]:
    """Return a function that says which authority a sentence is about, by its end.

    With several subjects, the last one named in it or before it is in force.
    """
    subjects = [match.gss for match in authorities if match.role == "subject"] or [authorities[0].gss]
    if len(subjects) == 1:
        return lambda _end: subjects[0]
    named = [
        (match.start, match.gss)
        for match in find_lasting(extracted.text, on=on)
        if match.start is not None and match.gss in subjects and match.role == "subject"
    ]
    places = [place for place, _ in named]

    def in_force(end: int) -> str:
        latest = bisect_right(places, end)
        return named[latest - 1][1] if latest else subjects[0]

    return in_force
