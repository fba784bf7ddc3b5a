"""Which themes a sentence is about: weighted phrases, exclusions and section priors from themes.toml."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ingest.classify.phrases import Hit, Lexicon, fold
from ingest.classify.rules import read_toml, words
from ingest.errors import ConfigError
from ingest.model import ThemeMatch
from ingest.reference import load_themes

_POINTS = {"strong": 3.0, "plain": 2.0, "weak": 1.0, "unless": 0.0}
_PAIR_POINTS = 3.0
_SECTION_POINTS = 1.0
_ENOUGH = 3.0
_MOST = 4
"""A sentence that seems to be about more themes than this is a list; the best ones are kept."""

_GENERAL = frozenset({"assessment_planning", "overall_progress"})
"""Themes that any sentence about children's services touches: they step back where a narrower one speaks."""


@dataclass(frozen=True, slots=True)
class _Cue:
    theme: str
    points: float


@dataclass(frozen=True, slots=True)
class _Rules:
    lexicon: Lexicon[_Cue]
    sections: dict[str, tuple[str, ...]]
    order: dict[str, int]


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    return _read(read_toml("themes.toml"))


def _read(data: dict[str, Any]) -> _Rules:
    order = {theme.theme_id: number for number, theme in enumerate(load_themes())}
    entries: list[tuple[str, _Cue]] = []
    sections: dict[str, tuple[str, ...]] = {}
    for theme, table in data.items():
        if theme not in order:
            raise ConfigError(f"classify/themes.toml: [{theme}] is no theme of reference/themes.toml")
        for key, value in table.items():
            where = f"classify/themes.toml [{theme}] {key}"
            if key == "sections":
                sections[theme] = tuple(words(value, where, ";"))
            elif key in _POINTS:
                entries += [(phrase, _Cue(theme, _POINTS[key])) for phrase in words(value, where, ";")]
            else:
                raise ConfigError(f"{where}: unknown key; use strong, plain, weak, unless or sections")
    missing = [theme for theme in order if theme not in data]
    if missing:
        raise ConfigError(f"classify/themes.toml: no phrases for {missing[0]}")
    return _Rules(Lexicon(entries), sections, order)


def match(sentence: str, section: str | None = None) -> tuple[ThemeMatch, ...]:
    """Return the themes of a sentence, best first, each with the words that decided.

    `section` is the heading above it; it tips the scale between hints, never against clear words.
    """
    rules = _rules()
    evidence: dict[str, dict[str, float]] = defaultdict(dict)
    for theme, hits in _by_theme(rules.lexicon.hits(fold(sentence))).items():
        for hit in _unsilenced(hits):
            evidence[theme][hit.phrase] = max(evidence[theme].get(hit.phrase, 0.0), hit.label.points)
    score = {theme: sum(found.values()) for theme, found in evidence.items() if found}
    if section:
        heading = fold(section)
        for theme, marks in rules.sections.items():
            if any(mark in heading for mark in marks):
                score[theme] = score.get(theme, 0.0) + _SECTION_POINTS
                evidence[theme].setdefault(f"section: {section}", _SECTION_POINTS)
    return tuple(
        ThemeMatch(theme, ", ".join(sorted(evidence[theme], key=lambda p: -evidence[theme][p])[:3]))
        for theme in _chosen(score, {t: max(e.values()) for t, e in evidence.items() if e}, rules.order)
    )


def _by_theme(hits: list[Hit[_Cue]]) -> dict[str, list[Hit[_Cue]]]:
    grouped: dict[str, list[Hit[_Cue]]] = defaultdict(list)
    for hit in hits:
        grouped[hit.label.theme].append(hit)
    return grouped


def _unsilenced(hits: list[Hit[_Cue]]) -> list[Hit[_Cue]]:
    """Drop hits inside an `unless` phrase of the theme, and hits inside a longer hit of it."""
    kept: list[Hit[_Cue]] = []
    free = -1
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if hit.start >= free:
            free = hit.end
            if hit.label.points:
                kept.append(hit)
    return kept


def _chosen(score: dict[str, float], best: dict[str, float], order: dict[str, int]) -> list[str]:
    """Choose the themes: all with clear words, the general ones only where none else speaks."""
    ranked = sorted(score, key=lambda theme: (-score[theme], order[theme]))
    clear = [theme for theme in ranked if best[theme] >= _ENOUGH]
    narrow = [theme for theme in clear if theme not in _GENERAL]
    if narrow:
        return narrow[:_MOST]
    if clear:
        return clear[:1]
    plain = [theme for theme in ranked if best[theme] >= 2]
    if plain:
        return plain[:1]
    return ranked[:1]
