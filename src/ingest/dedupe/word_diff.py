"""What two versions of a text say differently, word by word, with the places in both. Bounded for long texts.

Equal lines are set aside first. Passages in between are compared word by word as long as that is affordable,
else each counts as changed from end to end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from ingest.model import Hunk, TextChange

MOST_PAIRS = 4_000_000
"""Pairs of words, or of lines, that are compared at most in one passage."""
MOST_CHARACTERS = 1_000
"""Characters of a hunk that are kept; its place says where the rest is."""
_NEAR = 2
"""Changes with so few equal words between them are told as one."""

_WORD = re.compile(r"\S+")
_LINE = re.compile(r"[^\n]*\S[^\n]*")

_Span = tuple[int, int]
_Op = tuple[int, int, int, int]
"""From and to in the old pieces, from and to in the new ones."""


def word_diff(old: str, new: str, *, old_title: str | None = None) -> TextChange:
    """Return the hunks that lead from `old` to `new`, in order.

    Args:
        old: text of the version before.
        new: text of this one.
        old_title: the title before, where that changed as well.
    """
    is_coarse = False
    hunks: list[Hunk] = []
    removed = added = 0
    for old_part, new_part in _passages(old, new):
        old_words, new_words = (
            _pieces(_WORD, text, *part) for text, part in ((old, old_part), (new, new_part))
        )
        if len(old_words) * len(new_words) > MOST_PAIRS:
            is_coarse = True
            changes = [(0, len(old_words), 0, len(new_words))]
        else:
            changes = _joined(_compare(_said(old, old_words), _said(new, new_words)))
        for i1, i2, j1, j2 in changes:
            removed, added = removed + i2 - i1, added + j2 - j1
            hunks.append(
                _hunk(old, new, _span(old_words, i1, i2, old_part), _span(new_words, j1, j2, new_part))
            )
    return TextChange(old_title, removed, added, tuple(hunks), is_coarse)


def _passages(old: str, new: str) -> Iterator[tuple[_Span, _Span]]:
    """Yield the runs of lines that differ, as spans of both texts."""
    old_lines, new_lines = _pieces(_LINE, old), _pieces(_LINE, new)
    for i1, i2, j1, j2 in _compare(_said(old, old_lines), _said(new, new_lines)):
        yield _span(old_lines, i1, i2, (0, len(old))), _span(new_lines, j1, j2, (0, len(new)))


def _compare(old: Sequence[str], new: Sequence[str]) -> list[_Op]:
    """Return where two sequences differ; equal ends are cut off first, which is most of most texts."""
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    one, other = old[first : len(old) - last], new[first : len(new) - last]
    if not one and not other:
        return []
    if not one or not other or len(one) * len(other) > MOST_PAIRS:
        return [(first, first + len(one), first, first + len(other))]
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return [
        (first + i1, first + i2, first + j1, first + j2)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    ]


def _joined(changes: Sequence[_Op]) -> list[_Op]:
    """Join changes with a word or two between them: "in May" -> "since June" is one change, not three."""
    joined: list[_Op] = []
    for i1, i2, j1, j2 in changes:
        if joined and i1 - joined[-1][1] <= _NEAR:
            joined[-1] = (joined[-1][0], i2, joined[-1][2], j2)
        else:
            joined.append((i1, i2, j1, j2))
    return joined


def _hunk(old: str, new: str, before: _Span, after: _Span) -> Hunk:
    return Hunk(*before, *after, _cut(old[slice(*before)]), _cut(new[slice(*after)]))


def _cut(words: str) -> str:
    return words if len(words) <= MOST_CHARACTERS else words[: MOST_CHARACTERS - 1] + "…"


def _pieces(pattern: re.Pattern[str], text: str, start: int = 0, end: int | None = None) -> list[_Span]:
    return [match.span() for match in pattern.finditer(text, start, len(text) if end is None else end)]


def _said(text: str, spans: Sequence[_Span]) -> list[str]:
    return [text[start:end] for start, end in spans]


def _span(pieces: Sequence[_Span], first: int, last: int, within: _Span) -> _Span:
    """Return the span of `pieces[first:last]`; of none of them, the place where they would stand."""
    if first < last:
        return pieces[first][0], pieces[last - 1][1]
    place = pieces[first - 1][1] if first else within[0]
    return place, place
