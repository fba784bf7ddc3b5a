"""Atom feeds (RFC 4287) of what was told: one for each watch, one for each authority."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

from ingest.links import address
from ingest.wording import quoted, shorten, tidy

ATOM = "http://www.w3.org/2005/Atom"
MOST = 50
"""Entries of a feed, the newest first."""
_QUOTED, _CHARACTERS = 3, 300
"""Sentences of an entry, and letters of a sentence: some are the press's."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One alert, as a feed tells it."""

    alert_id: str
    title: str
    summary: str
    url: str | None
    at: datetime


def feed_entry(row: Mapping[str, Any]) -> Entry:
    """Read a row of `alert`."""
    said = json.loads(row["content"])
    update = ", ".join(said["update"])
    title = f"{said['authority']}: {said['event']}" + (f" (update): {update}" if update else "")
    fresh = [said["findings"][key][1] for key in said["fresh"]]
    quotes = [quoted(shorten(tidy(words), _CHARACTERS)) for words in fresh[:_QUOTED]]
    more = [f"… and {len(fresh) - _QUOTED} more."] if len(fresh) > _QUOTED else []
    summary = " ".join([*quotes, *more]) or tidy(said["title"])
    return Entry(row["alert_id"], tidy(title), summary, address(said["url"]).href, row["created_at"])


def atom(feed_id: str, title: str, entries: Sequence[Entry]) -> bytes:
    """Return the feed; the same entries make the same bytes."""
    ET.register_namespace("", ATOM)
    feed = ET.Element(f"{{{ATOM}}}feed")
    _add(feed, "id", f"urn:ingest:{feed_id}")
    _add(feed, "title", tidy(title))
    newest = sorted(entries, key=lambda one: (one.at, one.alert_id), reverse=True)[:MOST]
    _add(feed, "updated", _stamp(newest[0].at if newest else datetime(1970, 1, 1, tzinfo=UTC)))
    _add(ET.SubElement(feed, f"{{{ATOM}}}author"), "name", "ingest")
    for one in newest:
        made = ET.SubElement(feed, f"{{{ATOM}}}entry")
        _add(made, "id", f"urn:ingest:alert:{one.alert_id}")
        _add(made, "title", one.title)
        _add(made, "updated", _stamp(one.at))
        _add(made, "summary", one.summary)
        if one.url:
            ET.SubElement(made, f"{{{ATOM}}}link", href=one.url)
    ET.indent(feed)
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True)) + b"\n"


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
