"""Pages that stand in place of what was asked for: bot challenges, cookie walls, logins, soft 404s.

They come with status 200 and would be stored as the document. The rules are data (disguise.toml) and err
towards letting a page through: what is no article fails again where its text is read.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib.resources import files
from typing import Any

from lxml import etree, html

_LARGEST = 512 * 1024
"""Bytes; none of these pages is larger, and a larger one is not looked through."""
_MARKED = 32 * 1024
"""Bytes; markers are looked for in as many."""
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{0,500})", re.IGNORECASE)
_PARTS = re.compile(r"\s+[|–—·•»:-]+\s+|\s*\|\s*")
_UNSEEN = ("script", "style", "noscript", "template", "head")
_REMEDIES = {
    "challenge": "the site asks to prove that a person is there; ask its owner for access, or drop the address",
    "cookie wall": "the site shows nothing before cookies are accepted; drop the address or ask its owner",
    "login page": "the site shows it to members only; drop the address or ask its owner",
    "soft 404": "correct or drop the address",
}


@dataclass(frozen=True, slots=True)
class Disguise:
    """What a page is instead of a document."""

    kind: str
    """`challenge`, `cookie wall`, `login page` or `soft 404`."""
    name: str
    """Whose, or what is said there."""

    def __str__(self) -> str:
        return f"a {self.kind} came ({self.name}): {_REMEDIES[self.kind]}"

    @property
    def is_refusal(self) -> bool:
        """False where there is simply nothing."""
        return self.kind != "soft 404"


@dataclass(frozen=True, slots=True)
class _Rule:
    """One entry of disguise.toml, which explains the fields."""

    kind: str
    name: str
    marker: tuple[bytes, ...]
    header: Mapping[str, str]
    title: re.Pattern[str] | None
    heading: re.Pattern[str] | None
    """Every h1 matches; a page without any passes."""
    text: re.Pattern[str] | None
    address: re.Pattern[str] | None
    password: bool
    most_text: int | None


@dataclass(frozen=True, slots=True)
class _Look:
    """What a parsed page shows."""

    headings: tuple[str, ...]
    text: str
    has_password: bool


def find_disguise(
    body: bytes, headers: Mapping[str, str], *, url: str = "", final_url: str = ""
) -> Disguise | None:
    """Return what an HTML page is instead of a document, None where it seems to be what was asked for."""
    return _judge(body, headers, final_url if final_url != url else "", _rules()[0])


def is_challenge(headers: Mapping[str, str], body: bytes) -> bool:
    """Return whether an answer of any status asks to prove that a person is there."""
    return _judge(body, headers, "", tuple(r for r in _rules()[0] if r.kind == "challenge")) is not None


def _judge(body: bytes, headers: Mapping[str, str], led_to: str, rules: tuple[_Rule, ...]) -> Disguise | None:
    if len(body) > _LARGEST:
        return None
    source = body[:_MARKED].lower()
    title = _title(body)
    look: _Look | None = None
    for rule in rules:
        if not _is_candidate(rule, source, headers, title, led_to):
            continue
        if rule.kind != "challenge" and any(sign in source for sign in _rules()[1]):
            continue
        look = look or _look(body)
        if _is_shown(rule, look):
            return Disguise(rule.kind, rule.name)
    return None


def _is_candidate(rule: _Rule, source: bytes, headers: Mapping[str, str], title: str, led_to: str) -> bool:
    if rule.header and not any(headers.get(k, "").lower().startswith(v) for k, v in rule.header.items()):
        return False
    if rule.address and not (led_to and rule.address.search(led_to)):
        return False
    if rule.title and not any(rule.title.fullmatch(part) for part in (title, *_PARTS.split(title))):
        return False
    return not rule.marker or any(sign in source for sign in rule.marker)


def _is_shown(rule: _Rule, look: _Look) -> bool:
    if rule.password and not look.has_password:
        return False
    if rule.most_text is not None and len(look.text) > rule.most_text:
        return False
    if rule.heading and not all(rule.heading.fullmatch(heading) for heading in look.headings):
        return False
    return rule.text is None or rule.text.search(look.text) is not None


def _title(body: bytes) -> str:
    found = _TITLE.search(body)
    return _plain(unescape(found[1].decode("utf-8", "replace"))) if found else ""


def _look(body: bytes) -> _Look:
    try:
        page = html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.LxmlError, ValueError):
        return _Look((), "", False)
    etree.strip_elements(page, etree.Comment, *_UNSEEN, with_tail=False)
    headings = tuple(text for h1 in page.iter("h1") if (text := _plain(_text(h1, ""))))
    has_password = any((field.get("type") or "").lower() == "password" for field in page.iter("input"))
    return _Look(headings, _plain(_text(page, " ")), has_password)


def _text(element: etree._Element, between: str) -> str:
    return between.join(str(piece) for piece in element.itertext())


def _plain(text: str) -> str:
    return " ".join(text.split())


@cache
def _rules() -> tuple[tuple[_Rule, ...], tuple[bytes, ...]]:
    data: dict[str, Any] = tomllib.loads((files(__package__) / "disguise.toml").read_text("utf-8"))

    return tuple(map(_rule_of, data["rule"])), tuple(sign.encode() for sign in data["article"])


def _rule_of(entry: Mapping[str, Any]) -> _Rule:
    says = entry.get("says", [])
    return _Rule(
        kind=entry["kind"],
        name=entry["name"],
        marker=tuple(sign.encode() for sign in entry.get("marker", ())),
        header=entry.get("header", {}),
        title=_pattern(*says, *entry.get("title", ())),
        heading=_pattern(*says, *entry.get("heading", ())),
        text=_pattern(entry.get("text")),
        address=_pattern(entry.get("address")),
        password=entry.get("password", False),
        most_text=entry.get("most_text"),
    )


def _pattern(*alternatives: str | None) -> re.Pattern[str] | None:
    given = [f"(?:{alternative})" for alternative in alternatives if alternative]
    return re.compile("|".join(given), re.IGNORECASE) if given else None
