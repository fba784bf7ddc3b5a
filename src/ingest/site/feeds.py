"""Atom feeds (RFC 4287): one of everything, one for each authority.

Nothing in them depends on the clock: an entry is dated by the publication of what it tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from ingest import wording
from ingest.model import Polarity
from ingest.site.content import Event, SiteContent
from ingest.site.unit import Unit
from ingest.site.words import POLARITIES

NAMESPACE = "http://www.w3.org/2005/Atom"
ALL = "feeds/all.xml"
_ENTRIES = 50
_QUOTES = 5
_NEVER = date(2000, 1, 1)
_COUNTED: dict[Polarity, str] = {"recommendation": "recommendation", "mixed": "mixed statement"}


def feed_units(content: SiteContent, base_url: str) -> list[Unit]:
    """Return the feeds; `base_url` is where the site will stand, "" where that is not known."""
    base = base_url.rstrip("/") + "/" if base_url else ""
    found = [_unit(ALL, "Children’s services in England: what is new", content.events, base)]
    for place in content.places:
        title = f"{place.authority.name}: children’s services"
        newest = sorted(place.events, key=lambda e: (e.published_on or _NEVER, e.event_id), reverse=True)
        found.append(_unit(f"feeds/{place.authority.gss}.xml", title, newest, base))
    return found


def _unit(path: str, title: str, events: Sequence[Event], base: str) -> Unit:
    newest = events[:_ENTRIES]
    inputs = repr((title, base, [event.digest for event in newest]))
    return Unit(path, inputs, lambda: {path: feed(path, title, newest, base)})


def feed(path: str, title: str, events: Sequence[Event], base: str) -> str:
    """Write one feed."""
    root = ET.Element("feed", {"xmlns": NAMESPACE, "xml:lang": "en-GB"})
    ET.SubElement(root, "id").text = _urn(path)
    ET.SubElement(root, "title").text = title
    ET.SubElement(root, "updated").text = _stamp(events[0].published_on if events else None)
    ET.SubElement(ET.SubElement(root, "author"), "name").text = "ingest"
    if base:
        ET.SubElement(root, "link", {"rel": "self", "href": base + path})
        ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": base + "index.html"})
    for event in events:
        entry = ET.SubElement(root, "entry")
        ET.SubElement(entry, "id").text = _urn(f"{event.event_id}:{event.gss}")
        ET.SubElement(entry, "title").text = f"{event.authority}: {event.title}"
        ET.SubElement(entry, "updated").text = _stamp(event.published_on)
        href = (
            base + event.path
            if base
            else next((p.address.href for p in event.papers if p.address.href), None)
        )
        if href:
            ET.SubElement(entry, "link", {"rel": "alternate", "href": href})
        ET.SubElement(entry, "summary").text = _summary(event)
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _summary(event: Event) -> str:
    parts = []
    if event.overall:
        parts.append(f"Overall: {event.overall.words}.")
    counts = [
        wording.counted(event.counts[polarity.key], _COUNTED.get(polarity.key, polarity.one.lower()))
        for polarity in POLARITIES
        if event.counts.get(polarity.key)
    ]
    if counts:
        parts.append(f"In the inspectors’ words: {wording.listed(counts)}.")
    grave = [said for said in event.statements if said.polarity in ("concern", "recommendation")]
    parts += [f"{said.quote} ({said.who})" for said in grave[:_QUOTES]]
    return "\n".join(parts) or "See the document."


def _stamp(day: date | None) -> str:
    return f"{(day or _NEVER).isoformat()}T00:00:00Z"


def _urn(name: str) -> str:
    """Name a feed or entry the same in every build, wherever the site stands."""
    return uuid5(NAMESPACE_URL, f"ingest/{name}").urn
