"""Whom a sentence names as the one who says it: an office, a body, or people whom an inspection reports."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.classify.phrases import holds_any
from ingest.model import Speaker

INSPECTORATE = re.compile(
    r"\b(?:ofsted|inspect(?:or|ors|orate|ion team|ion)|(?:report|letter|watchdog|regulator)|hmi|"
    r"care quality commission|cqc)\b",
    re.IGNORECASE,
)
COUNCIL = re.compile(
    r"\b(?:councillor|cllr|cabinet member|lead member|executive member|mayor|council|dcs|"
    r"local authority|director of children|deputy leader|leader of|portfolio holder)\b",
    re.IGNORECASE,
)
PROVIDER = re.compile(r"\b(?:trust|company|children first|for children|provider|charity)\b", re.IGNORECASE)
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
TELLING = re.compile(r"\b(?:said|told|say|tell|spoke|describe|described|reported|expressed|feel|felt)\b")
# Who is neither council nor inspectorate, before a verb of saying.
_OUTSIDER = re.compile(
    r"\b(?:MPs?|[Uu]nions?|UNISON|Unison|GMB|BASW|[Cc]ampaigners?|[Mm]inisters?|[Ss]ecretary of [Ss]tate|"
    r"[Ee]ducation [Ss]ecretary|Department for Education|DfE|[Gg]overnment|[Pp]olice|[Jj]udges?|[Cc]oroner|"
    r"[Oo]mbudsman|[Ee]xperts?|[Pp]rofessor|[Aa]cademics?|[Mm]other|[Ff]ather|[Mm]um|[Dd]ad|"
    r"[Gg]rand(?:mother|father|parents?)|[Rr]esidents?|[Ll]awyers?|[Ss]olicitor|NSPCC|Barnardo|ADCS|LGA|"
    r"Local Government Association|Association of Directors)\b[^.;“\"]{0,100}"
    r"\b(?<!was )(?<!were )(?<!been )"
    r"(?:said|says|told|added|claimed|insisted|warned|argued|accused|called|criticised|praised|welcomed|wrote)\b"
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
"""Letters without which `TELLING` cannot match: looking for them takes a tenth of its time."""
# "The leader, speaking after the report came out, said": what stands between says when or why, not who.
_ASIDE = re.compile(
    r"\s*(?:speaking|responding|commenting|reacting|writing|who|which|after|following|when|in)\b"
)
_CUT = re.compile(r"[;“”\"]|\b(?:that|but|and|while)\b")
_QUOTED_OR_NEW = re.compile(r"[;“”\"]")
_SPEECH = frozenset(("said", "says", "say", "added", "adds", "commented", "explained", "stated"))
_BY = re.compile(r"^\s+(?:\w+ly\s+)?by\s+([^.,;:]{1,60})")


def of_sentence(sentence: str) -> Speaker:
    """Return who speaks in a sentence of an inspectorate's document: Ofsted, or whom it reports."""
    if not holds_any(sentence, _TELLING_LETTERS) or not TELLING.search(sentence):
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


def reported(sentence: str, carried: Speaker | None) -> Speaker | None:
    """Return who else speaks: an outsider, or children or staff to inspectors."""
    names_inspectors = INSPECTORATE.search(sentence) is not None
    if _OUTSIDER.search(sentence):
        return None if names_inspectors else "other"
    if not (names_inspectors or carried == "ofsted") or not holds_any(sentence, _TELLING_LETTERS):
        return None
    if _YOUNG.search(sentence):
        return "children"
    return "staff" if _STAFF.search(sentence) else None


def _role(words: str, home: Speaker) -> Speaker | None:
    """Return whose side the first office or body among these words is on."""
    places: list[tuple[int, Speaker]] = []
    inspectorate, office = INSPECTORATE.search(words), _OFFICE.search(words)
    council, provider = COUNCIL.search(words), PROVIDER.search(words)
    if inspectorate:
        places.append((inspectorate.start(), "ofsted"))
    if office:
        places.append((office.start(), "provider" if provider else home))
    if council:
        places.append((council.start(), "authority"))
    if provider:
        places.append((provider.start(), "provider"))
    return min(places)[1] if places else None
