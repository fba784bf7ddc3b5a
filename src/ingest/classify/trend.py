"""What a statement says of the time before: better than it was, worse, or the same; the words are in trend.toml.

It is kept beside the polarity, because "improved, but not yet good" is a concern, and a service that remains
strong a strength (DOMAIN 4.2: a comparison with an earlier visit is no finding of an old state).
"""

from __future__ import annotations

from functools import lru_cache
from typing import get_args

from ingest.classify.phrases import Lexicon, fold_sentence, longest
from ingest.classify.rules import read_toml, words
from ingest.errors import ConfigError
from ingest.model import Polarity, Trend

_FITTING: dict[Polarity, tuple[Trend, ...]] = {
    "strength": ("improved", "unchanged"),
    "concern": ("declined", "unchanged"),
}
"""Where a sentence says two things of the past, which of them its judgement is about."""


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon[Trend]:
    data = read_toml("trend.toml")
    entries: list[tuple[str, Trend]] = []
    for trend in get_args(Trend):
        if trend not in data:
            raise ConfigError(f"classify/trend.toml: no phrases for {trend!r}")
        listed = words(data[trend].replace("\n", ";"), f"classify/trend.toml {trend}", ";")
        entries += [(phrase, trend) for phrase in listed]
    return Lexicon(entries)


def trend_of(statement: str, polarity: Polarity) -> Trend | None:
    """Return how a statement compares with the time before; None where it does not compare."""
    hits = longest(_lexicon().hits(fold_sentence(statement)))
    if not hits:
        return None
    said = [hit.label for hit in hits]
    return next((trend for trend in _FITTING.get(polarity, ()) if trend in said), said[0])
