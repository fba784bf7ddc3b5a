"""Reads a file of `ingest corrections export` and asks the rules again, line by line.

A person's correction becomes a test: put the file under tests/regressions/ and mend the rules until it holds.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from ingest.classify import read
from ingest.classify.authorities import find
from ingest.classify.explain import explain
from ingest.classify.findings import not_a_finding
from ingest.classify.themes import match
from ingest.model import Block, Extracted, Link, Reading

FOLDER = Path(__file__).parent / "regressions"


def corrections(path: Path) -> list[dict[str, Any]]:
    """Return the lines of an exported file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def wrong(line: dict[str, Any]) -> str | None:
    """Say what the rules answer where a correction expects another thing; None where they agree."""
    text, what, expected = line["text"], line["what"], line["expected"]
    if what in ("theme", "remove_theme"):
        themes = {theme.theme_id for theme in match(text, line.get("section"))}
        return None if (expected in themes) == (what == "theme") else f"themes {sorted(themes)}"
    if what == "polarity":
        said = explain(text).polarity
        return None if said == expected else f"polarity {said}"
    if what == "not_a_finding":
        kept_out = not_a_finding(text) or explain(text).polarity == "neutral"
        return None if kept_out else "a finding"
    if line.get("gss"):  # of one finding: its sentence need not name the authority
        codes = {match.gss for match in find(text)}
        return None if not codes or expected in codes else f"about {sorted(codes)}"
    subjects = {match.gss for match in _read(line).authorities if match.role == "subject"}
    held = expected not in subjects if what == "remove_authority" else subjects == set(expected.split())
    return None if held else f"subjects {sorted(subjects)}"


def _read(line: dict[str, Any]) -> Reading:
    text = line["text"]
    spans = [(found.start(), found.end()) for found in re.finditer(r"\S(?:.|\n(?!\n))*", text)]
    blocks = tuple(Block("paragraph", start, end) for start, end in spans)
    link = Link("regressions", line["document"], line.get("title", ""))
    return read(Extracted(line.get("title", ""), text, blocks), link)
