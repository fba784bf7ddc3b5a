"""Who says it: the inspectorate, the council or trust about itself, children, staff, or somebody else.

In the inspectorate's own documents all is its finding. Elsewhere somebody must be named who says it: in the
sentence ("inspectors found", "the letter adds"), in the one before it that it goes on from, in the line that
opens its list, or beside its quotation marks. What nobody is said to have said is the publisher's own word.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from ingest.classify.phrases import holds_any
from ingest.classify.sentences import split
from ingest.model import Block, DocumentKind, Extracted, Speaker

_INSPECTORATE = re.compile(
    r"\b(?:ofsted|inspect(?:or|ors|orate|ion team|ion)|(?:report|letter|watchdog|regulator)|hmi|"
    r"care quality commission|cqc)\b",
    re.IGNORECASE,
)
_COUNCIL = re.compile(
    r"\b(?:councillor|cllr|cabinet member|lead member|executive member|mayor|council|dcs|"
    r"local authority|director of children|deputy leader|leader of|portfolio holder)\b",
    re.IGNORECASE,
)
_PROVIDER = re.compile(r"\b(?:trust|company|children first|for children|provider|charity)\b", re.IGNORECASE)
_OFFICE = re.compile(
    r"\b(?:chief executive|(?:managing )?director|chair(?:man|woman)?|head of|spokes\w+)\b", re.IGNORECASE
)
_PRONOUN = re.compile(r"\b(?:he|she|they|it)\s*(?:also\s*)?$", re.IGNORECASE)
_SAYS = re.compile(
    r"\b(?:said|says?|added|adds?|commented|explained|told|welcome[ds]?|stated?|states|continued|concluded|concludes|"
    r"responded|found|finds?|finding|noted?|notes|saw|warn(?:s|ed)?|prais(?:e|es|ed)|highlight(?:s|ed)?|"
    r"report(?:s|ed)|confirm(?:s|ed)?|rais(?:es|ed)|criticis(?:es|ed)|recognis(?:es|ed)|identif(?:ies|ied)|"
    r"describ(?:es|ed)|acknowledg(?:es|ed)|insist(?:s|ed)|admit(?:s|ted)|claim(?:s|ed)|argue[sd]|promise[sd]|"
    r"pledge[sd]|vow(?:s|ed)|stress(?:es|ed)|apologise[sd]|denie[sd]|wrote|reveal(?:s|ed)|commend(?:s|ed)|"
    r"(?<!was )(?<!were )(?<!been )judg(?:es|ed)|(?:ask|call)(?:s|ed)? for|(?:call|brand)(?:s|ed) the|urg(?:es|ed)|"
    r"(?:was|were|is|are)(?: particularly| also)? (?:concerned|impressed)"
    r"|according to)\b",
    re.IGNORECASE,
)
_FOUND_TO = re.compile(
    r"\b(?:was|were|been)(?: \w+)? (?:found|deemed|judged|seen|reported) to\b", re.IGNORECASE
)
_AREAS = re.compile(
    r"\b(?:findings|areas? (?:for|of) (?:further )?(?:development|improvement))\b", re.IGNORECASE
)
"""What only an inspection has: its findings and areas for development, though nobody be named beside them."""

_OF_THE_VISIT = ("event", "scope")
"""Rules whose sentences tell of the inspection itself; what follows is what it found."""

_BEFORE, _AFTER = 110, 80
"""How many characters before and after a verb of saying may name who says it."""

_CHILDREN = re.compile(
    r"\b(?:[Cc]hildren|[Yy]oung people|[Cc]are leavers|[Pp]upils|[Yy]oung parents|council|CiCC|"
    r"forum)\b[^.,;]{0,40}?"
    r",?(?:\s+which|\s+who)?\s+\b(?:said|told|say|tell|spoke|describe|described|reported|expressed|feel|felt)\b"
)
_STAFF = re.compile(
    r"\b(?:[Ss]ocial workers|[Ss]taff|[Pp]ractitioners|[Pp]ersonal advis[eo]rs|[Ww]orkers)\b[^.,;]{0,40}?"
    r"\b(?:said|told|say|tell|spoke|describe|described|reported|feel|felt)\b"
)
_TELLING = re.compile(r"\b(?:said|told|say|tell|spoke|describe|described|reported|expressed|feel|felt)\b")
# Who is neither council nor inspectorate, before a verb of saying.
_OUTSIDER = re.compile(
    r"\b(?:MPs?|[Uu]nions?|UNISON|Unison|GMB|BASW|[Cc]ampaigners?|[Mm]inisters?|[Ss]ecretary of [Ss]tate|"
    r"[Ee]ducation [Ss]ecretary|Department for Education|DfE|[Gg]overnment|[Pp]olice|[Jj]udges?|[Cc]oroner|"
    r"[Oo]mbudsman|[Ee]xperts?|[Pp]rofessor|[Aa]cademics?|[Mm]other|[Ff]ather|[Mm]um|[Dd]ad|"
    r"[Gg]rand(?:mother|father|parents?)|[Rr]esidents?|[Ll]awyers?|[Ss]olicitor|NSPCC|Barnardo|ADCS|LGA|"
    r"Local Government Association|Association of Directors)\b[^.;“\"]{0,100}"
    r"\b(?:said|says|told|added|claimed|insisted|warned|argued|accused|called|criticised|praised|welcomed|wrote)\b"
)
# Whom inspectors report, in the words of others.
_YOUNG = re.compile(
    r"\b(?:[Cc]hildren|[Yy]oung (?:people|person)|[Cc]are leavers?|[Pp]upils|[Tt]eenagers?)\b[^.,;]{0,30}? "
    r"(?:said|told|say|describe|described|reported|expressed)\b"
)
_TELLING_LETTERS = (
    "said",
    "told",
    "say",
    "tell",
    "spoke",
    "describe",
    "reported",
    "expressed",
    "feel",
    "felt",
)
"""Letters without which `_TELLING` cannot match: looking for them takes a tenth of its time."""
_OURSELVES = re.compile(r"(?:^|[\"“\s])(?:We|we|Our|our|I)\s")
_HALF, _PART = 0.5, 0.25
"""How much of a sentence a quotation covers to make it its speaker's; the words beside it name that one."""

_OPEN = '“"'
_CLOSE = '”"'
# "The leader, speaking after the report came out, said": what stands between says when or why, not who.
_ASIDE = re.compile(
    r"\s*(?:speaking|responding|commenting|reacting|writing|who|which|after|following|when|in)\b"
)
_NAME = re.compile(r"\b[A-Z][\w’'-]{2,}")
_CUT = re.compile(r"[;“”\"]|\b(?:that|but|and|while)\b")
_QUOTED_OR_NEW = re.compile(r"[;“”\"]")
_SPEECH = frozenset(("said", "says", "say", "added", "adds", "commented", "explained", "stated"))
_BY = re.compile(r"^\s+(?:\w+ly\s+)?by\s+([^.,;:]{1,60})")

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


def of_sentence(sentence: str) -> Speaker:
    """Return who speaks in a sentence of an inspectorate's document: Ofsted, or whom it reports."""
    if not holds_any(sentence, _TELLING_LETTERS) or not _TELLING.search(sentence):
        return "ofsted"
    if _CHILDREN.search(sentence):
        return "children"
    if _STAFF.search(sentence):
        return "staff"
    return "ofsted"


def attribution(sentence: str, before: Speaker | None = None, home: Speaker = "authority") -> Speaker | None:
    """Return whom a sentence names as the one who says it.

    A pronoun stands for the speaker `before`, an office of nobody in particular ("chief executive") for `home`.
    """
    for verb in _SAYS.finditer(sentence):
        window = _CUT.split(sentence[max(0, verb.start() - _BEFORE) : verb.start()])[-1]
        after = sentence[verb.end() : verb.end() + _AFTER]
        said = verb.group().lower()
        if said == "according to":
            window, after = after, ""
        agent = _BY.match(after)
        if agent and (who_by := _role(agent[1], home)):
            return who_by
        parts = (part for part in reversed(window.split(",")) if not _ASIDE.match(part))
        roles: Iterator[Speaker | None] = (_role(part, home) for part in parts)
        who = next((role for role in roles if role), None)
        if who is None and (said in _SPEECH or not window.strip()):
            # An office has "and" in it ("mayor for children, young people and schools said"), and a second verb
            # may follow it ("Inspectors visited the council and found ...").
            words = _QUOTED_OR_NEW.split(sentence[max(0, verb.start() - _BEFORE) : verb.start()])[-1]
            who = _role(words, home)
        if who is None and _PRONOUN.search(window):
            who = before
        if who is None and (not window.strip(" ’'”\"") or window.rstrip().endswith(",")):
            who = _role(_CUT.split(after)[0], home)
        if who:
            return who
    return None


def _reported(sentence: str, carried: Speaker | None) -> Speaker | None:
    """Return who else speaks: an outsider, or children or staff to inspectors."""
    if not holds_any(sentence, _TELLING_LETTERS):
        return None
    of_inspection = carried == "ofsted" or _INSPECTORATE.search(sentence) is not None
    if _OUTSIDER.search(sentence):
        return None if _INSPECTORATE.search(sentence) else "other"
    if of_inspection and _YOUNG.search(sentence):
        return "children"
    if of_inspection and _STAFF.search(sentence):
        return "staff"
    return None


def _role(words: str, home: Speaker) -> Speaker | None:
    """Return whose side the first office or body among these words is on."""
    places: list[tuple[int, Speaker]] = []
    inspectorate, office = _INSPECTORATE.search(words), _OFFICE.search(words)
    council, provider = _COUNCIL.search(words), _PROVIDER.search(words)
    if inspectorate:
        places.append((inspectorate.start(), "ofsted"))
    if office:
        places.append((office.start(), "provider" if provider else home))
    if council:
        places.append((council.start(), "authority"))
    if provider:
        places.append((provider.start(), "provider"))
    return min(places)[1] if places else None


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
            own = len(_PROVIDER.findall(extracted.text)) > len(_COUNCIL.findall(extracted.text))
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
            reported = None if named else _reported(sentence, carried)
            why = None if named or reported else reason(sentence)
            if reported in ("children", "staff"):
                found.append((start, Voice(reported, "named")))
                continue
            named = named or reported
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
        elif speaker is None and _INSPECTORATE.search(beside):
            speaker = "ofsted"
        elif speaker is None and _TELLING.search(beside):
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
