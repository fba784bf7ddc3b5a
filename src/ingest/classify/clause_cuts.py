"""Where a sentence turns ("While X, Y"; "X, but Y"), and which of its words are no complaint.

Works on folded text (see phrases.py). A condition, a relative clause, an aim, what somebody overcame and an
old state name the case, not the service.
"""

from __future__ import annotations

import re

from ingest.classify.phrases import holds_any

_CONCESSIVE = re.compile(r"^(?:and |so,? )?(?:while|whilst|although|though|even though)\s", re.IGNORECASE)
# The comma that ends a concession, not one inside it ("While some is stronger, such as for X, not all").
_COMMA = re.compile(
    r",(?!\s*(?:such|including|with|and|or|for example|particularly|especially|which|who|where)\b)"
)
_DESPITE = re.compile(r"^(?:despite|notwithstanding|in spite of|regardless of)\s", re.IGNORECASE)
_TURN = re.compile(
    r"(?:,|;|:|\s[-–—])\s*(?:but|although|though|even though|yet|albeit|except|whereas|"
    r"nevertheless,?)\s"
    r"|;\s*however,\s|[;,]\s(?:and\s)?(?=others (?!(?:and|to|who|such|in|are going)\b))"
    r"|(?<!\ball)\s(?:but|although)\s(?!also\b|only\b|not\b)"
    r"|(?<!\bthat),\s(?:while|whilst|despite)\s|,\s(?=with (?:further|more) work\b)",
    re.IGNORECASE,
)
# "... receive appropriate, although not always timely, interviews": a turn inside one statement.
_ASIDE = re.compile(
    r",\s(?:(?:but|although)\s(?:not \w+ [\w-]+|(?!\w+(?:ly|s)\b|overall\b)[\w-]+)|albeit [\w ]{2,40}),\s"
)
# "Although still at an early stage, ..."
_SCRAP = re.compile(
    r"(?:and |so,? )?(?:while|whilst|although|though|even though)\s(?:not|still|now|yet|in|at|on|under|slow|aware|"
    r"generally|largely|mostly|mainly|currently|clearly|initially|relatively)\b"
    r"(?:(?!\b(?:is|are|was|were|has|have|had|do|does|did|can|cannot|will|may|could|would|remains?|needs?)\b)[^,])*"
)
_CONCEDING = (
    "whil",
    "although",
    "though",
    "even ",
    "and ",
    "so",
    "despite",
    "notwith",
    "in spite",
    "regardless",
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
    "others ",
)
"""Letters without which `_TURN` cannot match, for speed."""
# A condition or a relative clause names the case, not the service: "When children cannot live at home, ..."
_CONDITION = re.compile(
    r"^(?:and |however,? |in addition,? |similarly,? )?(?:when|where|if|once|before|until|"
    r"for (?:those |the |some |a )?(?:\w+ ){0,6}(?:who|whose|that|for whom|where))\b[^,]{3,160}(?:, or [^,]{3,120})?,",
    re.IGNORECASE,
)
# It ends where the verb of the sentence may come ("those who drink may not have help").
_RELATIVE = re.compile(
    r"\b(?:who|whose|for whom)\s+[\w']+(?:\s+(?!(?:is|are|was|were|has|have|do|does|may|can|cannot|could|will|"
    r"requires?|remains?|needs|receives?|vary|varies|lacks?|continues?|takes?|waits?|struggles?)\b)[\w']+){0,8}"
)
_FORMERLY = re.compile(
    r"(?:although |while |whilst |though )?(?:previously|historically|formerly|in the past|until recently|"
    r"(?:at|during|in|since) the (?:time of the )?(?:last|previous)(?: \w+){0,2} (?:inspection|visit))\b"
)
# "... which were poor at the last inspection": an old state.
_WAS_THEN = re.compile(
    r"\b(?:was|were|had been|had)\b[^,;]{0,60}\b(?:at|during|by) the (?:time of the )?(?:last|previous)"
    r"(?: \w+){0,2} (?:inspection|visit)\b"
    r"|\b(?:when|which|that)\b[^,;]{0,80}\b(?:was|were) (?:last )?(?:judged|rated|graded)\b[^,;]*"
)
_PURPOSE = re.compile(
    r"\b(?:so that|in order to|to ensure(?: that)?|to make sure(?: that)?|to prevent|to avoid|if)\b"
    r"(?:(?!\b(?:although|but|however|though|while|because)\b)[^,;])*"
)
# "Delays in finding homes have been eliminated"
_DEALT_WITH = re.compile(
    r"(?<!that )\b(?:delays?|drift|backlogs?|gaps?|shortfalls?|weakness(?:es)?|lack of|shortages?|deficits?|"
    r"deficienc(?:y|ies)|barriers?|"
    r"inconsistenc(?:y|ies)|poor practice)\b[^,;.]{0,70}?\b(?:has|have|is|are)"
    r"(?: (?:now|also|been|being|quickly|promptly|rapidly|effectively|largely|successfully|swiftly))* "
    r"(?:eliminated|resolved|addressed|tackled|cleared|remedied|rectified|put right)\b"
)
_DEALING = ("eliminated", "resolved", "addressed", "tackled", "cleared", "remedied", "rectified", "put right")
# What good work brings about, told after it: "..., ensuring that delay does not occur".
_OUTCOME = re.compile(
    r", (?:thereby |thus )?(?:ensuring|making sure)\b(?:(?!\b(?:although|but|however|though|while)\b)[^,;])*"
)
# What somebody does away with is no complaint ("reducing the use of unsuitable homes"), nor what may happen.
_OVERCOME = re.compile(
    r"\b(?:reduc(?:e|es|ing)|(?:has|have) reduced|avoid(?:s|ed|ing)?|prevent(?:s|ed|ing)?|tackl(?:e|es|ed|ing)|"
    r"address(?:es|ed|ing)|to address|mitigat(?:e|es|ed|ing)|minimis(?:e|es|ed|ing)|resolv(?:e|es|ed|ing)|"
    r"overc(?:ome|ame|oming)|eliminat(?:e|es|ed|ing)|eas(?:e|es|ing))"
    r"(?P<what>(?:\s+(?!(?:but|is|are|was|were|has|have|not)\b)[\w']+){1,5})"
    r"|\b(?P<case>even (?:where|if)\b[^,;]*"
    r"|where (?:[\w']+ ){1,4}(?:is|are) (?:an? |the )?(?:concern|issue|problem|risk)\w*)"
)
# The case that a sentence speaks of ("respond when plans fail"), as far as its own verb goes: in "recording of
# interviews when children return is poor" the second verb is the sentence's.
_FINITE = (
    r"\b(?:is|are|was|were|has|have|had|needs?|requires?|does|do|did|cannot|returns?|go|goes|leaves?|comes?|enters?|moves?|"
    r"turns?|experiences?|arises?|increases?|changes?|presents?|becomes?|lives?|meets?|reach(?:es)?)\b"
)
# "Systems to ensure that children are safe are weak": where nothing before the aim is a verb, its last verb is the
# sentence's.
_HAS_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|been|needs?|requires?|does|do|did|can|could|will|would|should|must|may"
    r"|\w+(?:ed|ing)|make|makes|made|take|takes|took|work|works|use|uses|meet|meets)\b"
)
_MAIN_VERB = re.compile(r" (?:is|are|was|were|has|have|remains?|requires?|needs?|lacks?|varies|vary)\b")
_CASE = re.compile(
    r"(?<!cases)(?<!times)(?<!occasions)(?<!period)(?<!periods)(?<!of time)(?<!instances)(?<!examples) when\b"
    rf"(?:(?!{_FINITE})[^,;]){{0,100}}{_FINITE}(?:(?!{_FINITE})[^,;])*"
)
# "Support is unwavering despite pressures"
_SPITE = re.compile(r"(?<=[a-z] )despite\b(?:(?!\b(?:but|although|however|and)\b)[^,;])*")
_AIMS = ("so that", "in order to", "to ensure", "to make sure", "to prevent", "to avoid", "if ")
_OVERCOMING = (
    "reduc", "avoid", "prevent", "tackl", "address", "mitigat", "minimis", "resolv", "overc", "eliminat",
    " eas", "cleared", "remedied", "rectified", "put right",
    "even ", "where ",
)  # fmt: skip
_OLD = ("last", "previous", "judged", "rated", "graded")
_EXCUSES = (
    (_RELATIVE, ("who",)),
    (_PURPOSE, _AIMS),
    (_CASE, (" when",)),
    (_WAS_THEN, _OLD),
    (_SPITE, (" despite",)),
    (_OUTCOME, (", ensuring", ", making sure")),
)
"""Patterns of words that do not count, each with letters without which it cannot match, for speed."""
_SETTING = (
    "and ",
    "however",
    "in addition",
    "similarly",
    "when",
    "where",
    "if",
    "once",
    "before",
    "until",
    "for ",
)
_BRACKETS = re.compile(r"\([^)]{0,200}\)")
_SHORTEST = 10
"""Characters that a clause has at least."""


def pieces(folded: str) -> list[tuple[int, int]]:
    """Return one or two spans that cover the sentence."""
    if folded.startswith(_CONCEDING) and (_CONCESSIVE.match(folded) or _DESPITE.match(folded)):
        for comma in _COMMA.finditer(folded, 12, max(12, len(folded) - 15)):
            return [(0, comma.start()), (comma.end(), len(folded))]
    if not holds_any(folded, _TURNING):
        return [(0, len(folded))]
    turn = _TURN.search(folded, _SHORTEST)
    if turn and len(folded) - turn.end() >= _SHORTEST and not _ASIDE.match(folded, turn.start()):
        return [(0, turn.start()), (turn.end(), len(folded))]
    return [(0, len(folded))]


def is_concession(piece: str) -> bool:
    """Say whether a clause only grants what the other is said in spite of, or is too little to say more."""
    return _DESPITE.match(piece) is not None or _SCRAP.fullmatch(piece) is not None


def is_in_spite_of(folded: str, start: int) -> bool:
    """Say whether the clause that begins at `start` is what the sentence says the rest in spite of, to its end."""
    return folded.endswith("despite ", 0, start) and "," not in folded[start:]


def tells_of_the_past(folded: str) -> bool:
    """Say whether a sentence begins with how things were ("Previously ...", "At the last inspection ...")."""
    return _FORMERLY.match(folded) is not None


def without_asides(line: str) -> str:
    """Return a line without brackets, aims and relative clauses, whose verbs are not its own."""
    return _RELATIVE.sub(" ", without_aims(_BRACKETS.sub(" ", line)))


def without_aims(line: str) -> str:
    """Return a line without "so that ...", "to ensure ..." and "if ..."."""
    return _PURPOSE.sub(" ", line) if holds_any(line, _AIMS) else line


def aim(line: str) -> int | None:
    """Return where the first aim of a line begins, or None."""
    found = _PURPOSE.search(line) if holds_any(line, _AIMS) else None
    return found.start() if found else None


def _before_main_verb(folded: str, start: int, end: int) -> tuple[int, int]:
    """Return an aim without the verb of its sentence, where that follows: the aim only belongs to its subject."""
    clause = max(folded.rfind(mark, 0, start) for mark in (", but ", ", and ", "although ", ", while "))
    if folded.startswith("if", start) or _HAS_VERB.search(folded, clause + 1, start):
        return start, end
    verbs = [found.start() for found in _MAIN_VERB.finditer(folded, start, end)]
    if len(verbs) < 2 or " if " in folded[start : verbs[-1]]:
        return start, end
    return start, verbs[-1]


def excused(folded: str) -> list[tuple[int, int]]:
    """Return the parts of a sentence in which words of concern do not count."""
    condition = _CONDITION.match(folded) if folded.startswith(_SETTING) else None
    spans = [condition.span()] if condition else []
    for pattern, letters in _EXCUSES:
        for some in letters:  # not holds_any, whose call takes longer than it
            if some in folded:
                found = [match.span() for match in pattern.finditer(folded)]
                if pattern is _PURPOSE and found:
                    found[0] = _before_main_verb(folded, *found[0])
                spans += found
                break
    if holds_any(folded, _OVERCOMING):
        spans += [match.span("what" if match["what"] else "case") for match in _OVERCOME.finditer(folded)]
        if holds_any(folded, _DEALING):
            spans += [match.span() for match in _DEALT_WITH.finditer(folded)]
    return spans
