"""Where a sentence says that a fault is not there: "little evidence of drift", "moves are rare".

Works on folded text (see phrases.py). What is denied is praise, though every word of it names a fault.
"""

from __future__ import annotations

import re

from ingest.classify.phrases import holds_any

_STATE = (
    r"(?:unsafe|in danger|superficial|poor|weak|inadequate|late|overdue|delayed|unallocated|unassessed|failing"
    r"|inappropriate|unnecessary|unsuitable|missed|premature|unplanned|generic|ignored|overlooked|forgotten)"
)
_HAPPENING = (
    r"(?:drift(?:s|ed|ing)?|delay(?:s|ed|ing)?|wait(?:s|ed|ing)?|breakdowns?|disruptions?|over optimism"
    r"|inappropriate \w+|unnecessary \w+|harm|neglect)"
)
_IN_DANGER = (
    r"(?:at|to be at|in|to be in) (?:\w+ ){0,3}?"
    r"(?:risk|harm|harmful|neglectful|unsafe|unsuitable|unregistered|bed and breakfast|danger)\b"
)
_PEOPLE = (
    r"(?:(?:single|looked after|disabled|homeless) )?(?:child|children|young person|young people|care leavers?"
    r"|baby|babies|family|families|cases?)"
)
_TURN = r"but|although|though|however|while|whereas|yet"
_BETWEEN = rf"(?:(?!\b(?:{_TURN})\b)[^,;.]){{0,90}}?"
_REST = rf"(?:(?!\b(?:{_TURN}|and)\b)[^,;.])*"
_DEGREE = r"(?:(?:very|now|also|still|extremely|relatively|increasingly|consistently|kept|being|been) )*"

_FORWARD = (
    # "little evidence of drift"; not "little evidence of action on drift"
    r"(?:no|little|scant|hardly any|scarcely any|without) (?:evidence|signs?|indications?|examples?|instances?)"
    rf" of (?:any |undue |unnecessary |significant |serious |{_PEOPLE} (?:being |having been )?)*"
    rf"(?:{_STATE}\b|{_HAPPENING}\b|(?:left )?{_IN_DANGER})",
    # "inspectors did not see any cases where children had been left at risk"; a council that sees none overlooks them
    r"(?:inspectors|we|they) (?:\w+ )?(?:did|have|had) not (?:see|seen|find|found|identify|identified|come across)\b"
    rf"{_BETWEEN}\b(?:{_STATE}\b|{_HAPPENING}\b|{_IN_DANGER}|should have been|longer than)",
    # "not one child was unsafe"
    rf"(?:not (?:a single|one)|no) {_PEOPLE}(?: \w+){{0,3}} (?:was|were|is|are|has been|have been|had been) "
    rf"{_BETWEEN}\b(?:{_STATE}\b|{_IN_DANGER})",
    # "plans are rarely generic", "services are no longer failing children"
    r"(?:rarely|seldom|hardly ever|no longer|never) (?:\w+ly )?"
    rf"(?:{_STATE}|drift(?:s|ed|ing)?|delay(?:s|ed))\b",
    # "it is rare for a meeting to go ahead without a nurse"
    rf"(?:is|are|was|were) {_DEGREE}(?:rare|unusual|uncommon|exceptional) for {_BETWEEN}\b"
    rf"(?:{_STATE}|{_HAPPENING}|{_IN_DANGER}|without|miss(?:ed)?|move)\b",
    # "few families wait longer than they should"
    rf"(?<!a )(?<!too )few {_PEOPLE} (?:wait|experience|drift|are left)\b",
    # "only a small number have become looked after"
    rf"only (?:a (?:very )?small number|a few|one|two|three|four|five|six)\b{_BETWEEN}\b(?:become|became|becoming"
    r"|enter(?:ed)?|c[oa]me into care|brought into care|later need|need further|excluded|moved|broken down)\b",
    # "do not wait longer than others"
    r"(?:do|does|did) not (?:have to )?wait\b",
    # "is not kept in proceedings for longer than necessary"
    r"(?:not|rarely|seldom) (?:(?!and\b)[\w ]){0,50}?\bfor longer than\b",
    # "does not leave families without help"
    r"not (?:leave|leaves|left|leaving|go|gone) (?:\w+ ){0,4}(?:without|at risk|unsupported|unprotected)\b",
)
# "changes of worker are kept to a minimum"
_BACKWARD = (
    r"(?:(?:changes|moves|drift|delays?|disruptions?|breakdowns?|vacancies|exclusions|gaps|waits|absences)\b"
    r"(?:(?!\b(?:but|and|although)\b)[^,;.]){0,50}?|(?:placement |changes of |changes in )\w+) "
    rf"(?:is|are|was|were|have been|has been|remain|remains) {_DEGREE}"
    r"(?:rare|few|uncommon|unusual|infrequent|minimal|minimised|to a minimum|to the minimum|the exception|avoided)\b"
)
_DENIED = re.compile(rf"\b(?:(?:{'|'.join(_FORWARD)}){_REST}|{_BACKWARD})")
_LETTERS = (
    "no ", "not ", "little ", "scant ", "any ", "without ", "rare", "seldom", "ever ", "few", "usual", "common",
    "exception", "only ", "frequent", "minim", "avoided",
)  # fmt: skip
"""Letters without which `_DENIED` cannot match, for speed."""


def denied(folded: str) -> list[tuple[int, int]]:
    """Return the parts of a sentence that deny a fault."""
    return [found.span() for found in _DENIED.finditer(folded)] if holds_any(folded, _LETTERS) else []
