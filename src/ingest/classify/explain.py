"""Classifies a text without storing anything, and says which words decided."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest.classify.authorities import Rejected, examine
from ingest.classify.polarity import Clause, SeenCue, judge_all, likelihoods, seen_cues
from ingest.classify.safeguarding import Hit, identifying
from ingest.classify.sentences import split
from ingest.classify.themes import Considered, considered, match
from ingest.errors import ConfigError
from ingest.model import AuthorityMatch, Polarity, ThemeMatch
from ingest.reference import load


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a text is about, what it says, and why; all places are places in `text`."""

    text: str
    authorities: tuple[AuthorityMatch, ...]
    rejected: tuple[Rejected, ...]
    """Names that look like authorities and do not count, with the rule."""
    polarity: Polarity
    polarity_rule: str
    clauses: tuple[Clause, ...]
    themes: tuple[ThemeMatch, ...]

    def cues(self, within: int | None = None) -> list[SeenCue]:
        """Return the words of praise, criticism and request, by sentence; of the first characters only."""
        text = self.text[:within]
        return [
            replace(cue, start=start + cue.start, end=start + cue.end)
            for start, end in split(text)
            for cue in seen_cues(text[start:end])
        ]

    def considered(self) -> tuple[Considered, ...]:
        """Return every theme that was weighed, with how likely it is."""
        return considered(self.text)

    def weighed(self) -> list[tuple[Polarity, float]]:
        """Return how likely each polarity is (0 to 1) of a text of one sentence, the likeliest first."""
        return likelihoods(self.text) if len(split(self.text)) == 1 else []

    @property
    def sensitive(self) -> tuple[Hit, ...]:
        """The words that could identify a child."""
        return identifying(self.text)

    def as_json(self, identifier: object) -> dict[str, Any]:
        """Return the answer of `ingest explain --jsonl`."""
        return {
            "id": identifier,
            "authorities": sorted({found.gss for found in self.authorities}),
            "polarity": self.polarity,
            "themes": [theme.theme_id for theme in self.themes],
        }


def explain(text: str, gss: str | None = None) -> Explanation:
    """Classify a sentence or a short text; `gss` (the source's) is taken where none is named."""
    found, rejected = examine(text)
    if not found and gss:
        code = load().canonical(gss)
        found = [AuthorityMatch(code, "subject", "given with the text", "source_authority")]
    spans = split(text)
    polarity, rule, parts = _verdict(text, spans)
    return Explanation(
        text=text,
        authorities=tuple(found),
        rejected=tuple(rejected),
        polarity=polarity,
        polarity_rule=rule,
        clauses=tuple(parts),
        themes=match(text) if spans else (),
    )


def _verdict(text: str, spans: Sequence[tuple[int, int]]) -> tuple[Polarity, str, list[Clause]]:
    """Judge a text of one sentence, or of several: what they agree on, else mixed."""
    if not spans:
        return "neutral", "no sentence", []
    verdicts = judge_all([text[start:end] for start, end in spans])
    parts = [
        Clause(start + part.start, start + part.end, part.polarity, part.rule)
        for (start, _), verdict in zip(spans, verdicts, strict=True)
        for part in verdict.clauses
    ]
    if len(verdicts) == 1:
        return verdicts[0].polarity, verdicts[0].rule, parts
    kinds = {verdict.polarity for verdict in verdicts} - {"neutral"}
    rule = "; ".join(verdict.rule for verdict in verdicts[:5])
    if len(kinds) == 1:
        return kinds.pop(), rule, parts
    return (
        ("mixed" if kinds & {"concern", "mixed"} else verdicts[0].polarity) if kinds else "neutral",
        rule,
        parts,
    )


def explain_lines(lines: Iterable[str]) -> Iterator[str]:
    """Answer lines {"id", "text", "gss"?} with lines of JSON, in order; raise ConfigError for a bad line."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            identifier, text, gss = row["id"], row["text"], row.get("gss")
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigError(f'line {number}: not {{"id", "text"}} as JSON ({error})') from error
        for name, value in (("text", text), ("gss", gss or "")):
            if not isinstance(value, str):
                raise ConfigError(f"line {number}: {name} is not a string")
        yield json.dumps(explain(text, gss).as_json(identifier))
