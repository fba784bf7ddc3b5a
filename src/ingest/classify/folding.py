"""Text in the few letters in which names and phrases are spelt: small, with plain quotes, hyphens and spaces.

One character for one, so that a place in the folded text is the same place in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

APOSTROPHES = "’‘`´ʼ"
HYPHENS = "‐‑‒–—―−\ufffe\xad"
SPACES = "\n\r\t\u00a0\u2007\u2009\u202f\u200b"

_SURROGATE = re.compile("[\ud800-\udfff]")


def folding(spelt: Mapping[str, str]) -> Callable[[str], str]:
    """Return a function that folds text; `spelt` gives for a character all those that it stands for."""
    pairs = [(char, to) for to, chars in spelt.items() for char in chars]
    plain = [(char, to) for char, to in pairs if char.isascii()]
    others = [(char, to) for char, to in pairs if not char.isascii()]

    def fold(text: str) -> str:
        # The lower case of bytes is that of ASCII alone: no letter becomes two. With one pass a character,
        # this is many times as fast as `str.translate`.
        try:
            folded = text.encode().lower().decode()
        except UnicodeEncodeError:
            folded = _SURROGATE.sub("\ufffd", text).encode().lower().decode()
        for char, to in plain:
            folded = folded.replace(char, to)
        if not folded.isascii():
            for char, to in others:
                folded = folded.replace(char, to)
        return folded

    return fold
