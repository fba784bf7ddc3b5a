"""Reads the rules that lie as TOML beside this module, checks them once and compiles what they hold."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ingest.errors import ConfigError

HERE = Path(__file__).parent


def read_toml(name: str) -> dict[str, Any]:
    """Return the tables of a rule file of this package; raise ConfigError naming file and fault."""
    try:
        return tomllib.loads((HERE / name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"classify/{name} cannot be read: {error}") from error


def compiled(pattern: str, where: str, flags: int = 0) -> re.Pattern[str]:
    """Compile a rule's expression; raise ConfigError naming the rule."""
    try:
        return re.compile(pattern, flags)
    except re.error as error:
        raise ConfigError(f"{where}: {error} in {pattern[:60]!r}") from error


def words(value: object, where: str, divider: str | None = None) -> list[str]:
    """Return the words of a string (divided by white space, or by `divider`)."""
    if not isinstance(value, str):
        raise ConfigError(f"{where} must be a string of words")
    return [" ".join(word.split()) for word in value.split(divider) if word.strip()]


@dataclass(frozen=True, slots=True)
class ContextRule:
    """One use of a name that is not the authority; see the head of authorities.toml."""

    rule_id: str
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    sentence: re.Pattern[str] | None
    names: frozenset[str]
    styled: bool
    at_start: bool
    one_word: bool

    def holds(self, name: str, styled: bool, left: str, right: str, sentence: str) -> bool:
        """Say whether the rule rejects this name between these words."""
        if styled and not self.styled:
            return False
        if self.one_word and " " in name:
            return False
        if self.names and name not in self.names:
            return False
        if self.at_start and left.strip(" \"'“‘"):
            return False
        if self.after is not None and not self.after.match(right):
            return False
        if self.before is not None and not self.before.search(left):
            return False
        return self.sentence is None or self.sentence.search(sentence) is not None


@dataclass(frozen=True, slots=True)
class AuthorityRules:
    """authorities.toml, checked and compiled."""

    decoys: tuple[str, ...]
    rules: tuple[ContextRule, ...]
    common_words: frozenset[str]
    postal_counties: Mapping[str, tuple[str, ...]]
    """County -> the authorities whose places have it in their address; by name."""


@lru_cache(maxsize=1)
def authority_rules() -> AuthorityRules:
    """Return the context rules for authority names."""
    data = read_toml("authorities.toml")
    given = "|".join(words(data["given_names"]["list"], "authorities.toml [given_names] list"))
    rules = []
    for number, entry in enumerate(data["rule"], start=1):
        where = f"authorities.toml rule {number} ({entry.get('id', 'no id')})"
        unknown = set(entry) - {
            "id",
            "before",
            "after",
            "sentence",
            "names",
            "styled",
            "at_start",
            "one_word",
        }
        if "id" not in entry or unknown or not ({"before", "after", "sentence"} & set(entry)):
            raise ConfigError(
                f"{where}: needs id and one of before, after, sentence; unknown: {sorted(unknown)}"
            )
        parts: Mapping[str, re.Pattern[str] | None] = {
            key: compiled(entry[key].replace("{given_names}", given), where) if key in entry else None
            for key in ("before", "after", "sentence")
        }
        rules.append(
            ContextRule(
                rule_id=entry["id"],
                before=parts["before"],
                after=parts["after"],
                sentence=parts["sentence"],
                names=frozenset(entry.get("names", ())),
                styled=bool(entry.get("styled", False)),
                at_start=bool(entry.get("at_start", False)),
                one_word=bool(entry.get("one_word", False)),
            )
        )
    decoys = [
        word for key, value in data["decoys"].items() for word in words(value, f"authorities.toml {key}", ";")
    ]
    return AuthorityRules(
        decoys=tuple(dict.fromkeys(decoys)),
        rules=tuple(rules),
        common_words=frozenset(words(data["common_words"]["list"], "authorities.toml [common_words] list")),
        postal_counties={
            county: tuple(words(places, f"authorities.toml [postal_counties] {county}", ";"))
            for county, places in data["postal_counties"].items()
        },
    )
