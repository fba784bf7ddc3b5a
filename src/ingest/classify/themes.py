"""Which themes a sentence is about: phrases of themes.toml give points, the learned model weighs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from ingest.classify.learned import Question, Worded, bare, learned, worded
from ingest.classify.phrases import Hit, Lexicon, fold_sentence
from ingest.classify.rules import read_toml, words
from ingest.errors import ConfigError
from ingest.model import ThemeMatch
from ingest.reference import load_themes

_POINTS = {"strong": 3.0, "plain": 2.0, "weak": 1.0, "unless": 0.0}
_ENOUGH = 3.0
_MOST_POINTS = 6.0
"""More points than this make a theme no surer."""
_MOST = 4
"""A sentence that speaks of more themes than this is a list; the likeliest are kept."""
LIKELY = 0.0
"""Log-odds from which a theme is given: likelier than not."""
SURE = 1.5
"""Log-odds from which a sentence that goes on from another speaks for itself."""

_GENERAL = frozenset({"assessment_planning", "overall_progress"})
"""Themes that any sentence about children's services touches."""
_FROM_CONTEXT = "goes on from the words before"


class _Cue(NamedTuple):
    theme: str
    points: float


@dataclass(frozen=True, slots=True)
class Rules:
    """The phrases of a theme file, compiled."""

    lexicon: Lexicon[_Cue]
    sections: dict[str, tuple[str, ...]]


@dataclass(slots=True)
class _Evidence:
    """The phrases found for one theme, each with its points; the same words count once."""

    phrases: dict[str, float]
    total: float
    best: float

    @property
    def is_clear(self) -> bool:
        return self.total >= _ENOUGH and self.best >= _POINTS["plain"]


@dataclass(frozen=True, slots=True)
class Considered:
    """A theme that was weighed: the words for it, and how likely it is (0 to 1)."""

    theme: ThemeMatch
    likelihood: float


@lru_cache(maxsize=1)
def _rules() -> Rules:
    return read_rules(read_toml("themes.toml"))


def read_rules(data: dict[str, Any], name: str = "classify/themes.toml") -> Rules:
    """Check and compile the tables of a theme file; raise ConfigError naming file, table, key and fault."""
    themes = [theme.theme_id for theme in load_themes()]
    entries: list[tuple[str, _Cue]] = []
    sections: dict[str, tuple[str, ...]] = {}
    for theme, table in data.items():
        if theme not in themes:
            raise ConfigError(f"{name}: [{theme}] is no theme of reference/themes.toml")
        if not isinstance(table, dict):
            raise ConfigError(f"{name}: {theme} must be a table of phrase lists")
        for key, value in table.items():
            where = f"{name} [{theme}] {key}"
            listed = words(value.replace("\n", ";") if isinstance(value, str) else value, where, ";")
            if key == "sections":
                sections[theme] = tuple(listed)
            elif key in _POINTS:
                entries += [(phrase, _Cue(theme, _POINTS[key])) for phrase in listed]
            else:
                raise ConfigError(f"{where}: unknown key; the head of the file names them")
    missing = [theme for theme in themes if theme not in data]
    if missing:
        raise ConfigError(f"{name}: no phrases for {missing[0]}")
    return Rules(Lexicon(entries), sections)


class Said(NamedTuple):
    """A sentence to be filed: its words, the heading above it, whether it goes on from the one before it."""

    text: str
    section: str | None = None
    goes_on: bool = False


def match(text: str, section: str | None = None) -> tuple[ThemeMatch, ...]:
    """Return the themes of one sentence; as `match_all`."""
    return match_all([Said(text, section)])[0]


def match_all(sentences: Sequence[Said], rules: Rules | None = None) -> list[tuple[ThemeMatch, ...]]:
    """Return the themes of each sentence, the likeliest first, each with the words that decided.

    The heading counts as a hint. A sentence that goes on from the one before it has that one's themes, unless
    it is sure of one of its own. `rules`, as `read_rules` gives them, stand in for the package's own.
    """
    rules = rules or _rules()
    question = learned().themes
    seen = [_seen(said.text, said.section, rules) for said in sentences]
    odds = question.weigh([(sentence, _features(found)) for sentence, found in seen])
    order = np.argsort(-odds, axis=1)[:, :_MOST].tolist()
    filed: list[tuple[ThemeMatch, ...]] = []
    for said, (sentence, found), ranked, chances in zip(sentences, seen, order, odds.tolist(), strict=True):
        if said.goes_on and filed and not _speaks_for_itself(question, found, ranked, chances):
            filed.append(tuple(ThemeMatch(theme.theme_id, _FROM_CONTEXT) for theme in filed[-1]))
            continue
        chosen = [place for place in ranked if chances[place] > LIKELY] or ranked[:1]
        themes = [question.answers[place] for place in chosen]
        filed.append(tuple(ThemeMatch(theme, _because(found, sentence, theme)) for theme in themes))
    return filed


def _speaks_for_itself(
    question: Question, found: Mapping[str, _Evidence], ranked: Sequence[int], chances: Sequence[float]
) -> bool:
    narrow = [place for place in ranked if question.answers[place] not in _GENERAL]
    return any(
        chances[place] >= SURE or ((evidence := found.get(question.answers[place])) and evidence.is_clear)
        for place in narrow
    )


def considered(text: str, section: str | None = None) -> tuple[Considered, ...]:
    """Return the themes that a phrase speaks for or that have a tenth of a chance, the likeliest first."""
    sentence, found = _seen(text, section, _rules())
    question = learned().themes
    odds = question.weigh([(sentence, _features(found))])[0]
    likelihoods = (1 / (1 + np.exp(-odds))).tolist()
    return tuple(
        Considered(ThemeMatch(theme, _because(found, sentence, theme)), likelihoods[place])
        for place in np.argsort(-odds).tolist()
        if (theme := question.answers[place]) in found or likelihoods[place] >= 0.1
    )


def hints(text: str) -> dict[str, float]:
    """Return what the learned model is told of the phrases found in a sentence."""
    return _features(_evidence(_rules(), bare(text), None))


def _seen(text: str, section: str | None, rules: Rules) -> tuple[Worded, dict[str, _Evidence]]:
    sentence = worded(text)
    return sentence, _evidence(rules, sentence.folded, section)


@lru_cache(maxsize=1)
def _hint_names() -> dict[str, tuple[str, str, str]]:
    """Return by theme the names of what the learned model is told of it."""
    return {
        theme.theme_id: (f"points {theme.theme_id}", f"clear {theme.theme_id}", f"strong {theme.theme_id}")
        for theme in load_themes()
    }


def _features(found: Mapping[str, _Evidence]) -> dict[str, float]:
    features: dict[str, float] = {}
    names = _hint_names()
    for theme, evidence in found.items():
        points, clear, strong = names[theme]
        features[points] = min(evidence.total, _MOST_POINTS) / _ENOUGH
        if evidence.is_clear:
            features[clear] = 1.0
        if evidence.best >= _POINTS["strong"]:
            features[strong] = 1.0
    return features


def _evidence(rules: Rules, folded: str, section: str | None) -> dict[str, _Evidence]:
    """Weigh the phrases: of one theme, the longest at each place, and none inside an `unless` of it."""
    by_theme: dict[str, list[Hit[_Cue]]] = {}
    for hit in rules.lexicon.hits(folded):
        theme = hit.label.theme
        if theme in by_theme:
            by_theme[theme].append(hit)
        else:
            by_theme[theme] = [hit]
    found: dict[str, _Evidence] = {}
    for theme, hits in by_theme.items():
        if len(hits) > 1:
            hits.sort(key=_first_to_silence)
        phrases: dict[str, float] = {}
        reach = 0
        for start, end, phrase, (_, points) in hits:
            if not points:
                reach = max(end, reach)
            elif start >= reach:
                reach = end
                phrases[phrase] = points
        if phrases:
            found[theme] = _Evidence(phrases, sum(phrases.values()), max(phrases.values()))
    if section:
        heading = fold_sentence(section)
        for theme, marks in rules.sections.items():
            if any(mark in heading for mark in marks):
                found.setdefault(theme, _Evidence({}, 0, 0)).total += 1
    return found


def _first_to_silence(hit: Hit[_Cue]) -> tuple[int, bool, int, int]:
    """Sort what may silence a phrase before it: an exclusion, then the longer phrase."""
    return hit.start, hit.label.points > 0, -hit.end, -len(hit.phrase)


def _because(found: Mapping[str, _Evidence], sentence: Worded, theme: str) -> str:
    """Name the phrases that speak for a theme; where there are none, the words that the model goes by."""
    phrases = found[theme].phrases if theme in found else {}
    if len(phrases) == 1:
        return next(iter(phrases))
    if phrases:
        return ", ".join(sorted(phrases, key=lambda phrase: -phrases[phrase])[:3])
    return "words: " + (", ".join(learned().themes.words(sentence, theme)) or "none of a narrower theme")
