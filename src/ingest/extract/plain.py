"""Plain text -> Extracted: paragraphs at blank lines, bullets and headings by their look."""

from __future__ import annotations

import re

from ingest.errors import UnreadableError
from ingest.extract.compose import Composer
from ingest.model import Extracted

BULLET = re.compile(r"\s*([•◼■●▪*]|[-–](?=\s))\s*")
SITE_FURNITURE = re.compile(
    r"skip to (?:main )?content|blog comments powered by \w+|share this(?: page| article)?|print this page|back to top"
    r"|cookies?(?: settings| policy)?",
    re.IGNORECASE,
)
HEADING_LENGTH = 90


def extract_plain(text: str) -> Extracted:
    """Read pasted or saved text.

    Raises:
        UnreadableError: there are no words in it.
    """
    composer = Composer()
    title = ""
    for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        lines = [line for line in lines if not SITE_FURNITURE.fullmatch(line.strip())]
        if not lines:
            continue
        first = next((nth for nth, line in enumerate(lines) if BULLET.match(line)), len(lines))
        lines, items = lines[:first], lines[first:]
        joined = re.sub(r"[ \t\f\v]+", " ", "\n".join(line.strip() for line in lines))
        if len(lines) == 1 and _looks_like_heading(joined):
            title = title or joined
            composer.add("heading", joined, level=1 if title == joined else 2)
        else:
            composer.add("paragraph", joined)
        _add_list(composer, items)
    if not composer.blocks:
        raise UnreadableError("the text is empty.")
    return Extracted(title=title, text=composer.text, blocks=composer.blocks)


def _looks_like_heading(line: str) -> bool:
    return (
        3 < len(line) < HEADING_LENGTH
        and line[0].isupper()
        and ". " not in line
        and not line.endswith((".", ",", ";", ":", "”", '"'))
        and not re.match(r"by\s|published\b|posted\b|dear\b|yours\b|download\b|\d", line, re.IGNORECASE)
        and (len(line.split()) > 1 or (line.isalpha() and len(line) > 6))
    )


def _add_list(composer: Composer, lines: list[str]) -> None:
    items: list[str] = []
    for line in lines:
        match = BULLET.match(line)
        if match:
            items.append(line[match.end() :].strip())
        else:
            items[-1] += " " + line.strip()
    for item in items:
        composer.add("bullet", re.sub(r"\s+", " ", item), prefix="• ", level=1)
