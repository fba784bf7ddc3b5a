"""How much of a document mails and pages may repeat.

Ofsted and the government publish under the Open Government Licence and may be quoted in full. The press, press
releases and other publishers are quoted briefly, with a link: a release is given to editors, not to everyone.
"""

from __future__ import annotations

from ingest.model import Coverage, FoundStatement
from ingest.wording import shorten, tidy

PRESS_CHARACTERS = 300
PRESS_SENTENCES = 3
_OPEN_KINDS = {"ofsted_report", "ofsted_letter", "government_notice"}


def is_open(document: Coverage) -> bool:
    """Say whether its words may be repeated in full."""
    return document.is_primary or document.kind in _OPEN_KINDS


class QuoteBudget:
    """How much may still be quoted from each document that is not under an open licence."""

    def __init__(self) -> None:
        self._left: dict[str, tuple[int, int]] = {}

    def quote(self, finding: FoundStatement, document: Coverage) -> str:
        """The words that may be shown; empty where the allowance of this article is used up.

        What begins within a sentence begins with an ellipsis; an item of a list needs none.
        """
        words = tidy(finding.quote)
        if finding.kind == "statement" and words[:1].islower():
            words = f"… {words}"
        if is_open(document):
            return words
        sentences, characters = self._left.get(document.document_id, (PRESS_SENTENCES, PRESS_CHARACTERS))
        if sentences == PRESS_SENTENCES:
            words = shorten(words, characters)
        if not sentences or len(words) > characters:
            return ""
        self._left[document.document_id] = sentences - 1, characters - len(words)
        return words
