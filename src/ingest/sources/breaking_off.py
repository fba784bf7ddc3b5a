"""Whether a page of HTML arrived whole, as far as its bytes tell."""

from __future__ import annotations

import re

_ENDS = re.compile(rb"</(?:body|html)\s*>", re.IGNORECASE)
_TAGS = re.compile(rb"<(/?)(main|div|section|article|ul|ol|table|form)\b", re.IGNORECASE)
"""Elements that HTML wants closed, as it does not want `body` and `html`; those that hold items."""


def breaks_off(body: bytes) -> bool:
    """Return whether a page ends in the middle: of a tag, or of elements that have to be closed.

    Pages whose markup is only untidy end with `</body>` or `</html>`; pages that leave those out, as HTML allows,
    close the rest.
    """
    if _ENDS.search(body):
        return False
    if body.rfind(b"<") > body.rfind(b">"):
        return True
    return sum(-1 if slash else 1 for slash, _ in _TAGS.findall(body)) > 0
