"""How an announcement page answers to its source's entry, in numbers: for `ingest sources check`."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.model import Source
from ingest.sources.announcement import Announcement
from ingest.sources.listing import INNER
from ingest.sources.markup import read_html
from ingest.sources.ofsted import PUBLICATION
from ingest.sources.ombudsman import DECISION


@dataclass(frozen=True, slots=True)
class Match:
    """What one selector, or one thing that a kind looks for, matched on a page."""

    name: str
    selector: str
    """"" where it is no selector."""
    count: int
    of: int | None = None
    """Items that could have matched; None where there is no such number."""

    @property
    def is_broken(self) -> bool:
        """Nothing matched of what every page should have."""
        return self.count == 0 and self.name not in ("next", "further pages", "older page") and self.of != 0


def probe(source: Source, body: bytes, charset: str | None, found: Announcement) -> tuple[Match, ...]:
    """Return what each selector of the entry, or each thing that its kind looks for, matched."""
    options = source.options
    if source.kind == "listing":
        page = read_html(body, charset)
        items = page.select(options["item"])
        return (
            Match("item", options["item"], len(items)),
            *(
                Match(
                    name,
                    options[name],
                    sum(item.select_one(options[name]) is not None for item in items),
                    len(items),
                )
                for name in INNER
                if name in options
            ),
            *(
                [Match("next", options["next"], len(page.select(options["next"])))]
                if "next" in options
                else []
            ),
        )
    matches = []
    if source.kind in ("ofsted", "ombudsman"):
        selector = (
            DECISION
            if source.kind == "ombudsman"
            else PUBLICATION
            if found.links
            else "a[href*='/provider/44/']"
        )
        matches.append(Match("link", selector, len(read_html(body, charset).select(selector))))
    else:
        matches.append(Match("entry", "", len(found.links) + len(found.follow)))
    total = len(found.links)
    matches.append(Match("title", "", sum(bool(link.title) for link in found.links), total))
    matches.append(Match("date", "", sum(link.published_on is not None for link in found.links), total))
    matches.append(Match("further pages", "", len(found.follow)))
    matches.append(Match("older page", "", int(found.older is not None)))
    return tuple(matches)
