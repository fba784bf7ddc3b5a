"""Drops the names that are only part of a postal address: the post town or the county of another council's place."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.classify.names import Candidate
from ingest.classify.rules import authority_rules
from ingest.errors import ConfigError
from ingest.reference import Gazetteer, load

REACH = 200
"""Characters of context on either side of a name."""

_POSTCODE = re.compile(r"^\s*,?\s*(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2})\b")
_ANY_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b")
_STREET = re.compile(
    r"\b(?:County Hall|City Hall|Town Hall|Civic Centre|Road|Street|Lane|House|Way|Wharf|Square)\b"
)
# "in Southsea, Hampshire, which", "Southsea, a resort in Hampshire": a place before, and no list that goes on.
_PLACE_BEFORE = re.compile(
    r"[A-Z][\w’'.-]*,\s+(?:an?\s+(?:[\w-]+\s+){0,4}?(?:town|city|village|resort|port|suburb)\s+in\s+)?$"
)
_END_OF_PLACE = re.compile(r"^(?:[.;:)]|\s*$|,?\s+(?!and\b|or\b|&)[a-z(])")


@dataclass(frozen=True, slots=True)
class Context:
    """The words around a name, inside its sentence."""

    left: str
    right: str
    sentence: str


Kept = tuple[Candidate, Context]


def without_addresses(kept: Sequence[Kept]) -> tuple[list[Kept], list[tuple[Candidate, str]]]:
    """Drop post towns and postal counties; return what is left, and what was dropped with the rule."""
    good: list[Kept] = []
    bad: list[tuple[Candidate, str]] = []
    councils = [candidate for candidate, _ in kept if candidate.styled]
    starts = [council.start for council in councils]
    for nth, (candidate, context) in enumerate(kept):
        near = slice(
            bisect_left(starts, candidate.start - REACH), bisect_right(starts, candidate.start + REACH)
        )
        if candidate.styled:
            good.append((candidate, context))
        elif _in_address(context) and any(council.gss != candidate.gss for council in councils[near]):
            bad.append((candidate, "post_town"))
        elif _is_postal_county(kept, nth):
            bad.append((candidate, "postal_county"))
        else:
            good.append((candidate, context))
    return good, bad


def _in_address(context: Context) -> bool:
    if _POSTCODE.match(context.right):
        return True
    return bool(_ANY_POSTCODE.search(context.sentence) and _STREET.search(context.left[-60:]))


def _is_postal_county(kept: Sequence[Kept], nth: int) -> bool:
    """Say whether a county follows a place and a neighbour that has it in its address is named as well."""
    candidate, context = kept[nth]
    inside = _postal_counties(load()).get(candidate.gss[0])
    if not inside or not _PLACE_BEFORE.search(context.left) or not _END_OF_PLACE.match(context.right):
        return False
    before, after = kept[max(0, nth - 5) : nth], kept[nth + 1 : nth + 6]
    if before and candidate.start - before[-1][0].end <= 2:  # a list of authorities
        return False
    first, last = candidate.start - len(context.left), candidate.end + len(context.right)
    return any(first <= other.start < last and inside.issuperset(other.gss) for other, _ in (*before, *after))


@lru_cache(maxsize=1)
def _postal_counties(gazetteer: Gazetteer) -> dict[str, frozenset[str]]:
    return {
        _code(gazetteer, county): frozenset(_code(gazetteer, place) for place in places)
        for county, places in authority_rules().postal_counties.items()
    }


def _code(gazetteer: Gazetteer, name: str) -> str:
    found = gazetteer.by_name(name)
    if found is None:
        raise ConfigError(f"authorities.toml [postal_counties]: no authority is called {name!r}")
    return found.gss
