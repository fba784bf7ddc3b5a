"""Whom an Ofsted document is about: its title and opening sentence say so, the listing's number checks it.

Never an address block, a partner agency, an inspector or Ofsted's own office.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from ingest.classify.authorities import find
from ingest.classify.ofsted import OfstedTitle
from ingest.model import AuthorityMatch, Extracted, Link
from ingest.reference.authorities import Authority, Gazetteer

_OPENING = re.compile(
    r"(?:this letter summarises|i am writing to \w+) the findings[^\n]{0,400}|children[’']s services in [^\n]{0,120}",
    re.IGNORECASE,
)


def ofsted_authority(
    extracted: Extracted, title: OfstedTitle, link: Link, on: date | None, gazetteer: Gazetteer
) -> tuple[AuthorityMatch | None, tuple[str, ...]]:
    """Return the one authority of the document, and what is doubtful about it.

    Where title and listing differ, the listing is right if the opening names its authority too; else the
    title is believed and the difference noted.
    """
    named = _from_title(extracted, title, on, gazetteer)
    listed = _from_listing(link, gazetteer)
    if not named and listed is None:
        return None, (f"no authority recognised in the title {title.name!r}",)
    if listed is None or not named:
        return (named[0] if named else listed), ()
    agreed = next((match for match in named if _same_body(match.gss, listed.gss, gazetteer)), None)
    if agreed:
        # A number that outlived a reorganisation is the better proof of which body is meant.
        return replace(agreed, gss=listed.gss), ()
    note = (
        f"the title names {named[0].gss} ({named[0].evidence!r}) but the listing files it under {listed.gss}"
    )
    return named[0], (note,)


def _from_title(
    extracted: Extracted, title: OfstedTitle, on: date | None, gazetteer: Gazetteer
) -> list[AuthorityMatch]:
    """Every authority that the title names, then every one of the opening sentence: the likeliest first."""
    text = extracted.text
    found: list[AuthorityMatch] = []
    if title.name:
        authority = gazetteer.by_name(title.name)
        if authority:
            found.append(
                AuthorityMatch(
                    authority.gss, "subject", title.name, "title", title.name_start, title.name_end
                )
            )
        else:
            inside = find(title.name, on=on)
            found.extend(_moved(match, title.name_start, text, "title") for match in reversed(inside))
    else:
        inside = find(text[title.start : title.end], on=on)
        found.extend(_moved(match, title.start, text, "title") for match in inside)
    for sentence in _OPENING.finditer(text, title.end, title.end + 4000):
        inside = find(sentence.group(), on=on)
        found.extend(_moved(match, sentence.start(), text, "opening sentence") for match in inside)
    return found


def _moved(match: AuthorityMatch, offset: int, text: str, rule: str) -> AuthorityMatch:
    start, end = offset + (match.start or 0), offset + (match.end or 0)
    return AuthorityMatch(match.gss, "subject", text[start:end], rule, start, end)


def _from_listing(link: Link, gazetteer: Gazetteer) -> AuthorityMatch | None:
    authority: Authority | None = gazetteer.by_gss(link.gss) if link.gss else None
    if authority is None and link.urn:
        authority = gazetteer.by_urn(link.urn)
    if authority is None:
        return None
    return AuthorityMatch(authority.gss, "subject", link.urn or authority.gss, "listing")


def _same_body(one: str, other: str, gazetteer: Gazetteer) -> bool:
    if one == other:
        return True
    left, right = gazetteer.by_gss(one), gazetteer.by_gss(other)
    return bool(left and right and (right.gss in left.successors or left.gss in right.successors))
