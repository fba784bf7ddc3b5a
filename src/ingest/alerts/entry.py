"""One `[[watch]]` as it stands in watches.toml: which keys there are, and what each may hold."""

from __future__ import annotations

import difflib
import re
from datetime import date
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from ingest.alerts.watch import Frequency, WatchedKind, WatchedPolarity

# One plain ASCII address: no display name, no comments, no quoting, so that nothing can hide in a header.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _printable(value: str) -> str:
    """Refuse line breaks and invisible characters: they could forge a header or hide a word."""
    if not value.isprintable():
        raise ValueError("holds a line break or an invisible character; remove it")
    return " ".join(value.split())


def _name(value: str) -> str:
    name = _printable(value)
    if not name:
        raise ValueError("empty; give the watch a name of its own")
    return name


def _readable(value: str) -> str:
    _printable(" ".join(value.split()))
    return value.strip()


def _address(value: str) -> str:
    if not ADDRESS.fullmatch(value):
        raise ValueError(f"{value!r} is not a mail address; write it plainly, like you@example.org")
    return value


def _word(value: str) -> str:
    word = _printable(value)
    if len(word.rstrip("*")) < 3 or "*" in word[:-1]:
        raise ValueError(f"{value!r} is too short, or has * before its end; give three letters or more")
    return word


def _web_address(value: str) -> str:
    address = _printable(value)
    try:
        parts = urlsplit(address)
        host = "" if parts.port == 0 else parts.hostname or ""
    except ValueError:  # also of a port that is none
        host = ""
    is_safe = host and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK))
    if not is_safe or "@" in parts.netloc or " " in address:
        raise ValueError(f"{value!r} is not an https address; write it like https://hooks.example.org/ofsted")
    return address


_Words = Annotated[tuple[Annotated[str, AfterValidator(_printable)], ...], BeforeValidator(_listed)]
_Addresses = Annotated[tuple[Annotated[str, AfterValidator(_address)], ...], BeforeValidator(_listed)]
_Phrases = Annotated[tuple[Annotated[str, AfterValidator(_word)], ...], BeforeValidator(_listed)]


class Entry(BaseModel):
    """A `[[watch]]` as it is written; names are not looked up yet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(max_length=100), AfterValidator(_name)]
    authorities: _Words = ()
    regions: _Words = ()
    neighbours_of: _Words = ()
    groups: _Words = ()
    email: _Addresses = ()
    webhook: Annotated[str, AfterValidator(_web_address)] | None = None
    themes: _Words = ()
    polarity: Annotated[tuple[WatchedPolarity, ...], BeforeValidator(_listed)] = ()
    kinds: Annotated[tuple[WatchedKind, ...], BeforeValidator(_listed)] = ()
    include: _Phrases = ()
    exclude: _Phrases = ()
    frequency: Frequency = "immediate"
    since: date | None = None
    note: Annotated[str, Field(max_length=2000), AfterValidator(_readable)] = ""
    quiet: bool = False
    paused: bool = False

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if not (self.authorities or self.regions or self.neighbours_of or self.groups):
            raise ValueError('authorities: missing. Add a line authorities = ["Birmingham"].')
        if not (self.email or self.webhook):
            raise ValueError('email: missing. Add a line email = "you@example.org".')
        if self.quiet and self.frequency == "immediate":
            raise ValueError('quiet: needs a period to be quiet. Add frequency = "daily" or "weekly".')
        return self


def explain(error: ValidationError) -> str:
    """Say the first fault of an `Entry` in one line: key, what is wrong, remedy."""
    fault = error.errors()[0]
    reason = fault["msg"].removeprefix("Value error, ")
    if not fault["loc"]:
        return reason
    key = str(fault["loc"][0])
    if fault["type"] == "missing":
        return f'{key}: missing. Add a line {key} = "Birmingham".'
    if fault["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key, Entry.model_fields, 1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known keys: {', '.join(Entry.model_fields)}."
        return f"{key}: unknown key. {hint}"
    got = repr(fault["input"])
    return f"{key}: {reason[:1].lower()}{reason[1:]}" + ("." if got in reason else f"; got {got}.")
