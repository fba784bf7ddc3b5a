"""Which themes a sentence is about: weighted phrases, exclusions and section priors from themes.toml."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from ingest.classify.phrases import Hit, Lexicon, fold
from ingest.classify.rules import read_toml, words
from ingest.classify.sentences import LONGEST, heading_end
from ingest.errors import ConfigError
from ingest.model import ThemeMatch
from ingest.reference import load_themes

_POINTS = {"beside": 3.0, "strong": 3.0, "group": 3.0, "plain": 2.0, "weak": 1.0, "unless": 0.0}
_ENOUGH = 3
_MOST = 3
"""A sentence with clear words for more themes than this is a list; the best ones are kept."""

_GENERAL = frozenset({"assessment_planning", "overall_progress"})
"""Themes that any sentence about children's services touches: they step back where a narrower one speaks,
unless a phrase of their `beside` list stands there."""

_HUMAN = frozenset({"voice_engagement"})
"""Themes that a sentence about another subject touches too: they count beside it only if they come first."""

_FALLBACK = "overall_progress"
_FROM_CONTEXT = "goes on from the words before"


class _Cue(NamedTuple):
    theme: str
    key: str
    points: float


@dataclass(frozen=True, slots=True)
class _Rules:
    lexicon: Lexicon[_Cue]
    yields_to: dict[str, frozenset[str]]
    sections: dict[str, tuple[str, ...]]
    order: dict[str, int]


@dataclass(slots=True)
class _Evidence:
    """The phrases found for one theme, with what the lexicon says of each."""

    theme: str
    phrases: dict[str, _Cue] = field(default_factory=dict)
    first: int = 0
    total: float = 0
    best: float = 0

    def add(self, hit: Hit[_Cue]) -> None:
        """Count a phrase; the same words count once."""
        if not self.phrases:
            self.first = hit.start
        if hit.phrase not in self.phrases:
            self.phrases[hit.phrase] = hit.label
            self.total += hit.label.points
            self.best = max(self.best, hit.label.points)

    @property
    def is_clear(self) -> bool:
        return self.best >= _POINTS["plain"] and self.total >= _ENOUGH

    def has(self, key: str) -> bool:
        """Say whether a phrase of this list was found."""
        return any(cue.key == key for cue in self.phrases.values())

    @property
    def rule(self) -> str:
        ordered = sorted(self.phrases, key=lambda phrase: -self.phrases[phrase].points)
        return ", ".join(ordered[:3]) or "section"


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    return read_rules(read_toml("themes.toml"))


def read_rules(data: dict[str, Any], name: str = "classify/themes.toml") -> _Rules:
    """Check and compile the tables of a theme file; raise ConfigError naming file, table, key and fault."""
    order = {theme.theme_id: number for number, theme in enumerate(load_themes())}
    entries: list[tuple[str, _Cue]] = []
    yields_to: dict[str, frozenset[str]] = {}
    sections: dict[str, tuple[str, ...]] = {}
    for theme, table in data.items():
        if theme not in order:
            raise ConfigError(f"{name}: [{theme}] is no theme of reference/themes.toml")
        if not isinstance(table, dict):
            raise ConfigError(f"{name}: {theme} must be a table of phrase lists")
        for key, value in table.items():
            where = f"{name} [{theme}] {key}"
            listed = words(value.replace("\n", ";") if isinstance(value, str) else value, where, ";")
            if key == "sections":
                sections[theme] = tuple(listed)
            elif key == "yields_to":
                yields_to[theme] = (
                    frozenset(order) - _GENERAL - {theme} if listed == ["*"] else frozenset(listed)
                )
                if unknown := sorted(yields_to[theme] - set(order)):
                    raise ConfigError(f"{where}: no theme {unknown[0]}")
            elif key in _POINTS:
                entries += [(phrase, _Cue(theme, key, _POINTS[key])) for phrase in listed]
            else:
                raise ConfigError(f"{where}: unknown key; the head of the file names them")
    missing = [theme for theme in order if theme not in data]
    if missing:
        raise ConfigError(f"{name}: no phrases for {missing[0]}")
    return _Rules(Lexicon(entries), yields_to, sections, order)


def match(
    sentence: str,
    section: str | None = None,
    rules: _Rules | None = None,
    context: tuple[ThemeMatch, ...] = (),
) -> tuple[ThemeMatch, ...]:
    """Return the themes of a sentence, best first, each with the words that decided.

    `section` is the heading above it; it tips the scale between hints, never against clear words.
    `rules`, as `read_rules` gives them, stand in for the package's own. `context` are the themes of what
    the sentence goes on from; they hold where it has no clear words of its own.
    """
    rules = rules or _rules()
    ranked = _ranked(rules, sentence, section)
    if context and not any(e.is_clear and e.theme not in _GENERAL for e in ranked):
        return tuple(ThemeMatch(theme.theme_id, _FROM_CONTEXT) for theme in context)
    chosen = _chosen(ranked, rules.yields_to)
    if not chosen:
        return (ThemeMatch(_FALLBACK, "no narrower subject"),)
    return tuple(ThemeMatch(evidence.theme, evidence.rule) for evidence in chosen)


def considered(sentence: str, section: str | None = None) -> tuple[tuple[ThemeMatch, float], ...]:
    """Return every theme that some words speak for, with their points, the strongest first."""
    return tuple((ThemeMatch(e.theme, e.rule), e.total) for e in _ranked(_rules(), sentence, section))


def _ranked(rules: _Rules, sentence: str, section: str | None) -> list[_Evidence]:
    found = _evidence(rules.lexicon, sentence)
    if section:
        heading = fold(section)
        for theme, marks in rules.sections.items():
            if any(mark in heading for mark in marks):
                found.setdefault(theme, _Evidence(theme)).total += 1
    return sorted(found.values(), key=lambda e: (-e.total, e.first, rules.order[e.theme]))


def _evidence(lexicon: Lexicon[_Cue], sentence: str) -> dict[str, _Evidence]:
    """Weigh the phrases: of one theme, the longest at each place, and none inside an `unless` of it."""
    # Hyphens became spaces, and "16- and 17-year-olds" two of them: phrases have one.
    folded = " ".join(fold(sentence[heading_end(sentence) : LONGEST]).split())
    found: dict[str, _Evidence] = {}
    free: dict[str, int] = {}
    silent: dict[str, int] = {}
    # Sorted so that whatever may silence a phrase comes before it: an exclusion, then the longer phrase.
    for hit in sorted(
        lexicon.hits(folded), key=lambda h: (h.start, h.label.points > 0, -h.end, -len(h.phrase))
    ):
        theme = hit.label.theme
        if hit.label.key == "unless":
            silent[theme] = max(hit.end, silent.get(theme, 0))
        elif hit.start >= free.get(theme, 0) and hit.start >= silent.get(theme, 0):
            free[theme] = hit.end
            found.setdefault(theme, _Evidence(theme)).add(hit)
    return found


def _chosen(ranked: list[_Evidence], yields_to: dict[str, frozenset[str]]) -> list[_Evidence]:
    """Choose the themes: all with clear words, the general ones only where none else speaks."""
    clear = [evidence for evidence in ranked if evidence.is_clear]
    names = {evidence.theme for evidence in clear}
    narrow = [
        evidence
        for evidence in clear
        if evidence.theme not in _GENERAL
        and not (names & yields_to.get(evidence.theme, frozenset()) and not evidence.has("strong"))
    ]
    if narrow:
        opening = min(evidence.first for evidence in narrow)
        kept = [e for e in narrow if e is narrow[0] or _stands_beside(e, narrow[0])]
        beside = [e for e in clear if e.theme in _GENERAL and e.has("beside") and e.first < opening]
        return [*kept[:_MOST], *beside]
    aside = [e for e in ranked if e.theme not in _GENERAL and e.best > _POINTS["plain"]]
    if aside and "assessment_planning" not in names:
        return aside[:1]
    if clear:
        return [e for e in clear if e.has("beside")] or clear[:1]
    plain = [evidence for evidence in ranked if evidence.best >= _POINTS["plain"]]
    return plain[:1] or ranked[:1]


def _stands_beside(other: _Evidence, best: _Evidence) -> bool:
    """Say whether a second theme has words of its own; that children are heard is told of many subjects."""
    if other.theme in _HUMAN and other.first > best.first:
        return False
    return other.best >= _POINTS["strong"]
