"""Text in the few letters in which names and phrases are spelt: small, with plain quotes, hyphens and spaces.

One character for one, so that a place in the folded text is the same place in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

APOSTROPHES = "’‘`´ʼ"
HYPHENS = "‐‑‒–—―−\ufffe\xad"
SPACES = "\n\r\t\u00a0\u2007\u2009\u202f\u200b"

_SMALL = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_SURROGATE = re.compile("[\ud800-\udfff]")


def folding(spelt: Mapping[str, str]) -> Callable[[str], str]:
    """Return a function that folds text; `spelt` gives for a character all those that it stands for."""
    table = _SMALL | {ord(char): ord(to) for to, chars in spelt.items() for char in chars}

    def fold(text: str) -> str:
        folded = text.translate(table)
        return folded if folded.isascii() else _SURROGATE.sub("\ufffd", folded)

    return fold
