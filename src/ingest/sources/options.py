"""What a source may say under [source.options], by its kind, and whether that can be used."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import soupsieve

from ingest.model import SourceKind


def _selector(value: str) -> str:
    try:
        soupsieve.compile(value)
    except soupsieve.SelectorSyntaxError as error:
        return f"is not a CSS selector: {str(error).splitlines()[0]}"
    return ""


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        return f"is not a regular expression: {error}"
    return ""


def _number(value: str) -> str:
    return "" if value.isdecimal() and int(value) > 0 else "is not a number from 1 on"


def _yes(value: str) -> str:
    return "" if value in ("yes", "no") else 'is neither "yes" nor "no"'


def _any(value: str) -> str:
    return ""


_ITEMS: dict[str, Callable[[str], str]] = {"include": _pattern, "exclude": _pattern}
_PAGES = _ITEMS | {"content": _selector}

OPTIONS: Mapping[SourceKind, Mapping[str, Callable[[str], str]]] = {
    "feed": _PAGES,
    "listing": _PAGES
    | {
        "item": _selector,
        "link": _selector,
        "title": _selector,
        "date": _selector,
        "date_format": _any,
        "next": _selector,
    },
    "ofsted": _ITEMS,
    "govuk_search": _PAGES | {"details": _yes, "pages": _number},
    "sitemap": _PAGES | {"sitemaps": _pattern},
    "ombudsman": _PAGES,
    "folder": {},
}
"""Each option with what says what is wrong with a value, "" where nothing is."""


def option_fault(kind: SourceKind, options: Mapping[str, str]) -> str:
    """Return what is wrong with the first unusable option, in words that follow the source's name; "" if none."""
    known = OPTIONS[kind]
    for name, value in options.items():
        if name not in known:
            return f"unknown option {name!r}; kind {kind!r} knows: {', '.join(sorted(known)) or 'none'}."
        if fault := known[name](value):
            return f"options.{name} {fault}"
    if kind == "listing" and not options.get("item"):
        return "key 'options.item' is missing; add the CSS selector of one listed item."
    return ""
