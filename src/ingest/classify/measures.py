"""What a number that rises or falls says: "caseloads have gone up" is a concern, "attendance has" a strength.

Works on folded text (see phrases.py); the words are in polarity.toml. What may rise for good or for ill, such as
the number of children in care, is not among them.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.classify.phrases import expand
from ingest.classify.rules import read_toml, words
from ingest.model import Polarity

# At most a few words between ("turnover of social workers has"), and none that begins another statement.
_BETWEEN = (
    r"(?: (?!(?:but|and|which|that|although|while|to|not|yet|an?|the)\b)[\w'%]+| (?:the|an?)(?= )){0,6}?\)?"
    r"(?:, at [\d.]+ ?%)?,? "
    r"(?:(?:has|have|had|is|are|was|were|now|also|been|again|still) )*(?:(?:\w+ly|well|far|much|just|now) )*"
)


@lru_cache(maxsize=1)
def _measures() -> re.Pattern[str]:
    data = read_toml("polarity.toml")["measures"]

    def any_of(key: str) -> str:
        listed = words(data[key].replace("\n", ";"), f"polarity.toml measures {key}", ";")
        wordings = sorted({wording for phrase in listed for wording in expand(phrase)}, reverse=True)
        return "|".join(re.escape(wording) for wording in wordings)

    return re.compile(
        rf"\b(?:(?P<ill>{any_of('ill')})|(?:{any_of('good')})){_BETWEEN}"
        rf"(?:(?P<up>{any_of('up')})|(?:{any_of('down')}))\b"
    )


def by_change(clause: str) -> tuple[Polarity, str] | None:
    """Return what a rise or fall in a clause says, and the words; None where there is none."""
    found = _measures().search(clause)
    if found is None:
        return None
    is_worse = (found["ill"] is None) != (found["up"] is not None)
    return ("concern" if is_worse else "strength"), found.group()
