"""Who says it: the inspectorate, the council or trust about itself, children, staff, or somebody else.

Quotation marks and the words beside them decide, then the kind of document. A quotation that goes on
in the next paragraph keeps its speaker.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.model import Block, DocumentKind, Extracted, Speaker

_INSPECTORATE = re.compile(
    r"\b(?:Ofsted|[Ii]nspect(?:or|ors|orate|ion team|ion)|[Tt]he (?:report|letter|watchdog|regulator)|"
    r"[Tt]heir letter|"
    r"HMI|Care Quality Commission|CQC|HM Inspector\w*)\b"
)
_SAYS = r"(?:said|says|say|added|adds|commented|explained|told|welcomed|stated|continued|concluded|responded)"
_COUNCIL = re.compile(
    r"\b(?:[Cc]ouncillor|Cllr|[Cc]abinet [Mm]ember|[Ll]ead [Mm]ember|[Ee]xecutive [Mm]ember|[Mm]ayor|"
    r"[Cc]ouncil|"
    r"[Ll]ocal [Aa]uthority|[Dd]irector|[Dd]eputy [Ll]eader|[Ll]eader of|portfolio holder)\b"
)
_PROVIDER = re.compile(r"\b(?:[Tt]rust|[Cc]ompany|Children First|for Children|[Pp]rovider|[Cc]harity)\b")
_OFFICE = re.compile(
    r"\b(?:[Cc]hief [Ee]xecutive|[Mm]anaging [Dd]irector|[Cc]hair(?:man|woman)?|[Hh]ead of|[Ss]pokes\w+)\b"
)
_SAYING = re.compile(rf"\b{_SAYS}\b")
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
_OURSELVES = re.compile(r"(?:^|[\"“\s])(?:We|we|Our|our|I)\s")
_HALF, _PART = 0.5, 0.25
"""How much of a sentence a quotation covers to make it its speaker's; the words beside it name that one."""

_OPEN = '“"'
_CLOSE = '”"'


@dataclass(frozen=True, slots=True)
class _Quotation:
    start: int
    end: int
    speaker: Speaker | None


def of_sentence(sentence: str) -> Speaker:
    """Return who speaks in a sentence of an inspectorate's document: Ofsted, or whom it reports."""
    if not _TELLING.search(sentence):
        return "ofsted"
    if _CHILDREN.search(sentence):
        return "children"
    if _STAFF.search(sentence):
        return "staff"
    return "ofsted"


class Voices:
    """The speakers of one document: built once from its blocks, asked by span."""

    def __init__(self, extracted: Extracted, kind: DocumentKind) -> None:
        self._text = extracted.text
        self._official = kind in ("ofsted_report", "ofsted_letter")
        reports_inspection = _INSPECTORATE.search(extracted.text) is not None
        self._narrator: Speaker = "ofsted" if reports_inspection else "other"
        if not reports_inspection and kind == "press_release":
            self._narrator = "authority"
        self._quotations = [] if self._official else _quotations(extracted)

    def at(self, start: int, end: int) -> tuple[Speaker, bool]:
        """Return who says text[start:end], and whether it is the inspectorate's finding.

        What children or staff told inspectors is theirs, and the inspectorate's finding too.
        """
        if self._official:
            return of_sentence(self._text[start:end]), True
        for quotation in self._quotations:
            shared = min(end, quotation.end) - max(start, quotation.start)
            needed = _HALF if quotation.speaker == "ofsted" else _PART
            if quotation.speaker and shared > needed * (end - start):
                return quotation.speaker, quotation.speaker == "ofsted"
        sentence = self._text[start:end]
        if not _INSPECTORATE.search(sentence):
            if _OURSELVES.search(sentence):
                return "authority", False
            own = _own_speaker(sentence)
            if own:
                return own, False
        return self._narrator, self._narrator == "ofsted"


def _own_speaker(attribution: str) -> Speaker | None:
    """Return who speaks for the service, where the words beside a quotation name an office and a verb."""
    if not _SAYING.search(attribution):
        return None
    if _COUNCIL.search(attribution) and not (_OFFICE.search(attribution) and _PROVIDER.search(attribution)):
        return "authority"
    if _OFFICE.search(attribution) or _PROVIDER.search(attribution):
        return "provider" if _PROVIDER.search(attribution) else "authority"
    return None


def _quotations(extracted: Extracted) -> list[_Quotation]:
    """Find the quotations of each block and say whose they are."""
    found: list[_Quotation] = []
    carried: Speaker | None = None
    for block in extracted.blocks:
        spans, is_open = _quoted(extracted.text, block)
        if not spans:
            carried = None if len(extracted.text[block.start : block.end]) > 40 else carried
            continue
        beside = _outside(extracted.text, block, spans)
        speaker = _own_speaker(beside) or ("ofsted" if _INSPECTORATE.search(beside) else None)
        if speaker is None and not beside.strip(" .,\n"):
            speaker = carried
        elif speaker is None and _SAYING.search(beside):
            speaker = carried if re.search(r"\b(?:he|she|they|it)\b", beside, re.IGNORECASE) else "other"
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
