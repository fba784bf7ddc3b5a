"""A sentence that a correction reworded: old and new, the differing words marked, cut around them where it is long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ingest.wording import quoted, shorten, tidy

_NEAR = 8
"""Words that are kept on either side of a change where a sentence is cut."""
_MOST_NAMED = 3
"""Changes that are named word by word; of a sentence with more, the two states speak for themselves."""

Piece = tuple[str, bool]
"""(words, whether they differ)."""


@dataclass(frozen=True, slots=True)
class Reworded:
    """Both states of a sentence, in pieces and in quotation marks."""

    old: tuple[Piece, ...]
    new: tuple[Piece, ...]

    @property
    def old_words(self) -> str:
        """What it said."""
        return _joined(self.old)

    @property
    def new_words(self) -> str:
        """What it says now."""
        return _joined(self.new)

    summary: str
    """"“late” became “on time”; “never” was added"; empty where too much changed to be listed."""


def reworded(old: str, new: str, most: int | None) -> Reworded:
    """Compare two states of a sentence, word by word; `most` characters are shown of each, None for all."""
    before, after = tidy(old).split(), tidy(new).split()
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    spans = [(tag != "equal", before[i1:i2], after[j1:j2]) for tag, i1, i2, j1, j2 in codes]
    changes = [(" ".join(gone), " ".join(came)) for is_changed, gone, came in spans if is_changed]
    return Reworded(
        old=tuple(_pieces([(is_changed, words) for is_changed, words, _ in spans], most)),
        new=tuple(_pieces([(is_changed, words) for is_changed, _, words in spans], most)),
        summary="; ".join(_named(gone, came) for gone, came in changes)
        if len(changes) <= _MOST_NAMED
        else "",
    )


def _pieces(spans: Sequence[tuple[bool, list[str]]], most: int | None) -> Iterator[Piece]:
    whole = " ".join(word for _, words in spans for word in words)
    is_cut = most is not None and len(whole) > most
    left = most if is_cut and most is not None else len(whole)
    mark = quoted(whole)
    yield mark[0], False
    for number, (is_changed, words) in enumerate(spans):
        if not words or left <= 0:
            continue
        said = " ".join(words)
        if is_cut and not is_changed:
            said = _around(words, is_first=number == 0, is_last=number == len(spans) - 1)
        said = shorten(said, left)
        left -= len(said) + 1
        yield said, is_changed
    yield mark[-1], False


def _around(words: list[str], *, is_first: bool, is_last: bool) -> str:
    """The words next to the changes before and after these."""
    head = [] if is_first else words[:_NEAR]
    tail = [] if is_last else words[-_NEAR:]
    return " ".join(words if len(head) + len(tail) >= len(words) else [*head, "…", *tail])


def _joined(pieces: Sequence[Piece]) -> str:
    return pieces[0][0] + " ".join(words for words, _ in pieces[1:-1]) + pieces[-1][0]


def _named(gone: str, came: str) -> str:
    if gone and came:
        return f"{quoted(shorten(gone, 80))} became {quoted(shorten(came, 80))}"
    return f"{quoted(shorten(came, 80))} was added" if came else f"{quoted(shorten(gone, 80))} was taken out"
