"""Who says it: the inspectorate, the council or trust about itself, children, staff, or somebody else.

In the inspectorate's own documents all is its finding. Elsewhere somebody must be named who says it: in the
sentence ("inspectors found", "the letter adds"), in the one before it that it goes on from, in the line that
opens its list, or beside its quotation marks. What nobody is said to have said is the publisher's own word.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ingest.classify.attribution import (
    COUNCIL,
    INSPECTORATE,
    PROVIDER,
    TELLING,
    attribution,
    of_sentence,
    reported,
)
from ingest.classify.sentences import split
from ingest.model import Block, DocumentKind, Extracted, Speaker

_FOUND_TO = re.compile(
    r"\b(?:was|were|been)(?: \w+)? (?:found|deemed|judged|seen|reported) to\b", re.IGNORECASE
)
_AREAS = re.compile(
    r"\b(?:findings|areas? (?:for|of) (?:further )?(?:development|improvement))\b", re.IGNORECASE
)
"""What only an inspection has: its findings and areas for development, though nobody be named beside them."""

_OF_THE_VISIT = ("event", "scope")
"""Rules whose sentences tell of the inspection itself; what follows is what it found."""

_OURSELVES = re.compile(r"(?:^|[\"“\s])(?:We|we|Our|our|I)\s")
_HALF, _PART = 0.5, 0.25
"""How much of a sentence a quotation covers to make it its speaker's; the words beside it name that one."""

_OPEN = '“"'
_CLOSE = '”"'
_NAME = re.compile(r"\b[A-Z][\w’'-]{2,}")

Footing = Literal["named", "carried", "narrated"]
"""Whether a sentence (or one before it in its paragraph) says whose word it is, whether it goes on from an
earlier paragraph that did, or is the writer's own."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who says a sentence, and on what footing."""

    speaker: Speaker
    footing: Footing

    @property
    def is_inspectorate(self) -> bool:
        """What children or staff told inspectors is theirs, and the inspectorate's finding too."""
        return self.speaker in ("ofsted", "children", "staff")


@dataclass(frozen=True, slots=True)
class _Quotation:
    start: int
    end: int
    speaker: Speaker | None


class Voices:
    """The speakers of one document: built once from its blocks, asked by span.

    `reason` names the rule that keeps a sentence from being a finding ("event", "scope", "background").
    """

    def __init__(
        self,
        extracted: Extracted,
        kind: DocumentKind,
        reason: Callable[[str], str | None],
    ) -> None:
        self._text = extracted.text
        self._official = kind in ("ofsted_report", "ofsted_letter")
        if self._official:
            return
        self._narrator: Speaker = "other"
        if kind == "press_release":
            own = len(PROVIDER.findall(extracted.text)) > len(COUNCIL.findall(extracted.text))
            self._narrator = "provider" if own else "authority"
        home: Speaker = "provider" if self._narrator == "provider" else "authority"
        self._quotations = _quotations(extracted, home)
        self._opened = [quotation.start for quotation in self._quotations]
        self._sentences = _sentences(extracted, kind == "press_release", reason, home)
        self._starts = [start for start, _ in self._sentences]

    def quoted(self, start: int, end: int) -> str:
        """Return what of text[start:end] stands in quotation marks; nothing in the inspectorate's documents."""
        if self._official:
            return ""
        first = max(bisect_right(self._opened, start) - 1, 0)
        spans = self._quotations[first : bisect_left(self._opened, end)]
        return " ".join(
            self._text[max(start, span.start) : min(end, span.end)] for span in spans if span.end > start
        )

    def at(self, start: int, end: int) -> Voice:
        """Return who says text[start:end]."""
        sentence = self._text[start:end]
        if self._official:
            return Voice(of_sentence(sentence), "named")
        first = max(bisect_right(self._opened, start) - 1, 0)
        for quotation in self._quotations[first : bisect_left(self._opened, end)]:
            shared = min(end, quotation.end) - max(start, quotation.start)
            needed = _HALF if quotation.speaker == "ofsted" else _PART
            if quotation.speaker and shared > needed * (end - start):
                return Voice(quotation.speaker, "named")
        place = bisect_right(self._starts, start) - 1
        voice = self._sentences[place][1] if place >= 0 else None
        if _OURSELVES.search(sentence) and (voice is None or voice.footing != "named"):
            return Voice("provider" if self._narrator == "provider" else "authority", "named")
        return voice or Voice(self._narrator, "narrated")


def _sentences(
    extracted: Extracted, is_release: bool, reason: Callable[[str], str | None], home: Speaker
) -> list[tuple[int, Voice | None]]:
    """Return where the sentences of the running text begin, each with its voice where it has one.

    A release speaks for itself in every new paragraph; a reporter goes on with what the inspectors found
    until somebody else speaks or the story's background is told.
    """
    found: list[tuple[int, Voice | None]] = []
    last: Speaker | None = None
    carried: Speaker | None = None
    opening: Speaker | None = None
    for block in extracted.blocks:
        if block.kind == "heading":
            carried = opening = None
        if block.kind not in ("paragraph", "bullet"):
            continue
        if block.kind == "paragraph":
            opening = None
            carried = None if is_release else carried
        near = False
        for start, end in split(extracted.text, block.start, block.end):
            sentence = extracted.text[start:end]
            named = attribution(sentence, last, home)
            if named is None and (_FOUND_TO.search(sentence) or (last and _AREAS.search(sentence))):
                named = "ofsted"
            other = None if named else reported(sentence, carried)
            why = None if named or other else reason(sentence)
            if other in ("children", "staff"):
                found.append((start, Voice(other, "named")))
                continue
            named = named or other
            if named:
                last = named
                carried = named if named == "ofsted" else None
            elif why in _OF_THE_VISIT:
                last = carried = "ofsted"
            elif why:
                carried = None
            if sentence.endswith(":") and (named or _AREAS.search(sentence)):
                opening = named or last
            if named or (block.kind == "bullet" and opening):
                found.append((start, Voice(named or opening or "other", "named")))
            else:
                footing: Footing = "named" if near else "carried"
                found.append((start, Voice(carried, footing) if carried else None))
            near = carried is not None and (near or named is not None)
    return found


def _quotations(extracted: Extracted, home: Speaker) -> list[_Quotation]:
    """Find the quotations of each block and say whose they are; one that goes on keeps its speaker."""
    found: list[_Quotation] = []
    carried: Speaker | None = None
    introduced = ""  # the words in which the one who speaks was named
    for block in extracted.blocks:
        spans, is_open = _quoted(extracted.text, block)
        if not spans:
            words = extracted.text[block.start : block.end]
            carried = attribution(words, carried, home) if len(words) > 40 else carried
            introduced = words
            continue
        beside = _outside(extracted.text, block, spans)
        speaker = attribution(beside, carried, home)
        if speaker:
            introduced = beside
        elif carried and any(name in introduced for name in _NAME.findall(beside)):
            speaker = carried  # "said Ms Smith", of whom the paragraph before told who she is
        if speaker is None and not beside.strip(" .,\n"):
            speaker = carried
        elif speaker is None and INSPECTORATE.search(beside):
            speaker = "ofsted"
        elif speaker is None and TELLING.search(beside):
            speaker = "other"
        found += [_Quotation(start, end, speaker) for start, end in spans]
        carried = speaker if is_open or speaker else carried
    return found


def _quoted(text: str, block: Block) -> tuple[list[tuple[int, int]], bool]:
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    for position in range(block.start, block.end):
        char = text[position]
        if opened is None and char in _OPEN:
            opened = position
        elif opened is not None and char in _CLOSE:
            spans.append((opened, position + 1))
            opened = None
    if opened is not None:
        spans.append((opened, block.end))
    return spans, opened is not None


def _outside(text: str, block: Block, spans: list[tuple[int, int]]) -> str:
    parts = []
    start = block.start
    for begin, end in spans:
        parts.append(text[start:begin])
        start = end
    parts.append(text[start : block.end])
    return " ".join(parts)
