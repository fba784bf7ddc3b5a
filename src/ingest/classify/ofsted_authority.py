"""Whom an Ofsted document is about: its title and opening sentence say so, the listing's number checks it.

Never an address block, a partner agency, an inspector or Ofsted's own office.
"""

from __future__ import annotations

import re
from datetime import date

from ingest.classify.authorities import find
from ingest.classify.ofsted import OfstedTitle
from ingest.model import AuthorityMatch, Extracted, Link
from ingest.reference.authorities import Authority, Gazetteer

_OPENING = re.compile(
    r"this letter summarises the findings[^\n]{0,400}|children[’']s services in [^\n]{0,120}", re.IGNORECASE
)


def ofsted_authority(
    extracted: Extracted, title: OfstedTitle, link: Link, on: date | None, gazetteer: Gazetteer
) -> tuple[AuthorityMatch | None, tuple[str, ...]]:
    """Return the one authority of the document, and what is doubtful about it."""
    named = _from_title(extracted, title, on, gazetteer)
    listed = _from_listing(link, gazetteer)
    if named is None and listed is None:
        return None, (f"no authority recognised in the title {title.name!r}",)
    if listed is None or named is None:
        return named or listed, ()
    if _same_body(named.gss, listed.gss, gazetteer):
        # A number that outlived a reorganisation is the better proof of which body is meant.
        return AuthorityMatch(listed.gss, "subject", named.evidence, named.rule, named.start, named.end), ()
    note = f"the title names {named.gss} ({named.evidence!r}) but the listing files it under {listed.gss}"
    return named, (note,)


def _from_title(
    extracted: Extracted, title: OfstedTitle, on: date | None, gazetteer: Gazetteer
) -> AuthorityMatch | None:
    text = extracted.text
    if title.name:
        authority = gazetteer.by_name(title.name)
        if authority:
            return AuthorityMatch(
                authority.gss, "subject", title.name, "title", title.name_start, title.name_end
            )
        inside = find(title.name, on=on)
        if inside:
            match = inside[-1]
            start, end = title.name_start + (match.start or 0), title.name_start + (match.end or 0)
            return AuthorityMatch(match.gss, "subject", text[start:end], "title", start, end)
    for sentence in _OPENING.finditer(text, title.end, title.end + 4000):
        for match in find(sentence.group(), on=on):
            start, end = sentence.start() + (match.start or 0), sentence.start() + (match.end or 0)
            return AuthorityMatch(match.gss, "subject", text[start:end], "opening sentence", start, end)
    return None


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
