"""Cuts text into sentences, as spans of the text that was given."""

from __future__ import annotations

import re

# A full stop ends no sentence after these (compared without the stop, in lower case).
_ABBREVIATIONS = frozenset(
    """
    mr mrs ms miss dr prof rev hon sir st cllr fr sgt insp supt messrs mme no nos para paras vol fig p pp ed
    e.g i.e eg ie cf viz vs v approx est inc ltd co dept govt jan feb mar apr jun jul aug sept sep oct nov dec
    mon tue tues wed thu thur thurs fri sat sun
    """.split()  # noqa: SIM905  a list would fill a page
)
# These may end a sentence, but not before a number or a name that belongs to them.
_NUMBERED = frozenset(("no", "nos", "para", "paras", "p", "pp", "vol", "fig"))

_STOP = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]]*(?=\s)|\n\s*\n|(?<=[.!?][\"”])(?=\s)")
_WORD_BEFORE = re.compile(r"([A-Za-z](?:[A-Za-z.]{0,14}[A-Za-z])?)$")
_LABEL = re.compile(r"\(?\d{1,3}[.)]$")
# Headings of Ofsted's documents that run into the first sentence under them, with or without a grade.
_HEADING = re.compile(
    r"\W*(?:(?:(?:[Mm]ain |[Hh]eadline |[Kk]ey )?[Ff]indings|Summary|Overview|What needs to improve"
    r"(?: in this area of social work practice)?\??|What is working well\??|Areas for improvement)"
    r"\s*[:⎯•◼]?\s+(?=\W*[A-Z]\S*\s+\S+\s+\S+)"
    r"|(?:\d\.\d? )?The (?:impact of|experiences and|overall)[^.?!:]{10,120}:? "
    r"(?:good|outstanding|inadequate|requires improvement(?: to be good)?)\s+(?:\d{1,3}\. ?)?(?=[A-Z]))"
)
_LONGEST_HEADING = 300
LONGEST = 10_000
"""Characters of a sentence that are read; what is longer is a list or a broken file."""

_OPENERS = "\"'“‘([•-–—*"


def split(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return the spans of the sentences in text[start:end], without the white space around them.

    A newline counts as a space and a blank line as an end. Abbreviations, initials, decimals and a
    quotation that goes on ("... not yet," said ...) do not end a sentence; a lone paragraph number is
    left out.
    """
    end = len(text) if end is None else min(end, len(text))
    spans: list[tuple[int, int]] = []
    begin = start
    for stop in _STOP.finditer(text, start, end):
        if stop.start() < begin:
            continue
        if stop.group().isspace():
            _add(text, begin, stop.start(), spans)
            begin = stop.end()
        elif _ends(text, begin, stop.start(), stop.end(), end):
            _add(text, begin, stop.end(), spans)
            begin = stop.end()
    _add(text, begin, end, spans)
    return spans


def heading_end(sentence: str) -> int:
    """Return where a sentence begins behind a heading that ran into it ("Main findings Most ..."); 0 without."""
    found = _HEADING.match(sentence, 0, _LONGEST_HEADING)
    return found.end() if found else 0


def _ends(text: str, begin: int, mark: int, after: int, end: int) -> bool:
    """Decide whether the full stop at `mark` ends the sentence that starts at `begin`."""
    following = _first_visible(text, after, end)
    if following is None:
        return True
    if following.islower():
        return False
    if text[mark] != "." or after - mark > 1:
        return following not in ",;:"
    if _LABEL.match(text[begin : mark + 1].strip()):
        return True
    word = _WORD_BEFORE.search(text, max(begin, mark - 16), mark)
    if word is None:
        return True
    name = word.group(1).lower()
    if len(name) == 1 and word.group(1).isupper():
        return False
    if name in _NUMBERED:
        return not following.isdigit()
    return name not in _ABBREVIATIONS


def _first_visible(text: str, after: int, end: int) -> str | None:
    for position in range(after, min(end, after + 12)):
        char = text[position]
        if not char.isspace() and char not in _OPENERS:
            return char
    return None


def _add(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end and not _LABEL.match(text[start:end]):
        spans.append((start, end))
