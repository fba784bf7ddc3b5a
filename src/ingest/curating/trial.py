"""One entry of the catalogue tried live, storing nothing: what it announces, what each selector matched, and its
first items as a run would read them; beside the golden page, where something is wrong.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from ingest.errors import FetchError, IngestError
from ingest.fetch import Archive, Fetcher
from ingest.model import Link, Snapshot, Source
from ingest.pipeline import open_fetcher
from ingest.reference import names_in_use
from ingest.settings import Settings
from ingest.sources import list_folder, parse
from ingest.sources.announcement import Announcement
from ingest.sources.discover_listing import find_listing
from ingest.sources.golden import Golden, differences, goldens_of
from ingest.sources.probe import Match, probe
from ingest.steps.reading import TARGET, ReadDocument, ReadJob
from ingest.steps.running import utc_now
from ingest.workers import WorkerPool

PAGES = 3
"""Announcement pages that a trial looks at: a search, a page that it leads to, and one more."""
ITEMS = 3
"""Items that a trial reads, unless it is told otherwise."""
WORDS = 14
"""Words of an item's text that are shown."""


@dataclass(frozen=True, slots=True)
class Look:
    """One announcement page as it was found."""

    url: str
    final_url: str
    matches: tuple[Match, ...]
    found: Announcement
    body: bytes = field(repr=False)
    charset: str | None


@dataclass(frozen=True, slots=True)
class TriedItem:
    """One announced item as a run would read it."""

    link: Link
    title: str = ""
    published_on: date | None = None
    kind: str = ""
    text: str = ""
    error: str = ""
    """Why it could not be read; empty where it could."""
    is_lost: bool = False
    """It did not even arrive."""

    @property
    def first_words(self) -> str:
        """What its text begins with."""
        words = self.text.split()
        return " ".join(words[:WORDS]) + (" ..." if len(words) > WORDS else "")


@dataclass(frozen=True, slots=True)
class Trial:
    """All that a trial of one source found."""

    source: Source
    looks: tuple[Look, ...] = ()
    items: tuple[TriedItem, ...] = ()
    problems: tuple[str, ...] = ()
    """What keeps the entry from being proved, each with what to do; empty where it is proved."""
    is_disproved: bool = False
    """The entry reads its pages wrongly; False also where they could not be had, which says nothing of it."""
    notes: tuple[str, ...] = ()
    """What is worth knowing and no problem: single items that were left out."""
    goldens: tuple[tuple[Golden, tuple[str, ...]], ...] = ()
    """Golden pages with how their reading differs from what it must be."""
    proposal: dict[str, str] = field(default_factory=dict)
    """Selectors that would choose what looks like items on a page where the entry's own choose none."""

    @property
    def content(self) -> Match | None:
        """On how many of the items read the selector of the article matched; None where there is no such selector."""
        selector = self.source.options.get("content")
        read = [item for item in self.items if not item.is_lost]
        if not selector or not read:
            return None
        return Match("content", selector, sum(selector not in item.error for item in read), len(read))

    @property
    def announced(self) -> int:
        """Items on the pages that were looked at."""
        return len({link.url for look in self.looks for link in look.found.links})


def try_source(
    settings: Settings,
    source: Source,
    goldens: Path,
    *,
    items: int = ITEMS,
    proxy: str | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Trial:
    """Look at a source's first pages and read its first items; nothing of that is kept.

    Raises:
        ConfigError: settings, a golden page or a folder are unusable.
    """
    kept = tuple((golden, differences(golden, source)) for golden in goldens_of(goldens, source))
    with tempfile.TemporaryDirectory(prefix="ingest-trial-") as folder:
        archive = Archive(Path(folder) / "archive")
        with open_fetcher(settings, archive, proxy, clock) as fetcher:
            if source.kind == "folder":
                found = list_folder(Path(source.url), source.source_id)
                looks: tuple[Look, ...] = (Look(source.url, source.url, (), found, b"", None),)
                unreached = ""
            else:
                looks, unreached = _look(fetcher, source)
            links = list({link.url: link for look in looks for link in look.found.links}.values())
            tried = _try_items(settings, fetcher, archive, source, links[:items])
    wrong = _problems(source, looks, len(links), tried)
    lost = [_told(item) for item in tried if item.is_lost]
    problems = [*([unreached] if unreached else []), *wrong, *lost]
    broken = next((look for look in looks if any(match.is_broken for match in look.matches)), None)
    proposal = {}
    if broken and source.kind == "listing":
        proposal = find_listing(broken.final_url, broken.body, broken.charset)
    # A selector that matches nothing is told as a problem already.
    notes = [line for look in looks for line in look.found.warnings if " matches nothing" not in line]
    outdated = [f"golden page: {line}" for _, lines in kept for line in lines]
    return Trial(
        source,
        looks,
        tried,
        (*problems, *outdated),
        bool(outdated or (wrong and not unreached)),
        tuple(notes),
        kept,
        proposal,
    )


def _look(fetcher: Fetcher, source: Source) -> tuple[tuple[Look, ...], str]:
    """Return the pages that were had, and why one was not ("" where all were)."""
    looks: list[Look] = []
    queue = [source.url]
    while queue and len(looks) < PAGES:
        url = queue.pop(0)
        try:
            page = fetcher.page(url)
        except FetchError as error:
            return tuple(looks), str(error)
        if page is None:
            continue
        if page.cut:
            return tuple(looks), f"{page.url}: only a part of it came ({page.cut}); try again later"
        found = parse(source, page.final_url, page.body, charset=page.charset)
        matches = probe(source, page.body, page.charset, found)
        looks.append(Look(url, page.final_url, matches, found, page.body, page.charset))
        # One page of each sort is proof enough: the first that a search leads to.
        queue = [address for address in found.follow[:1] if address != url]
    return tuple(looks), ""


def _try_items(
    settings: Settings, fetcher: Fetcher, archive: Archive, source: Source, links: Sequence[Link]
) -> tuple[TriedItem, ...]:
    tried: dict[str, TriedItem] = {}
    snapshots: list[Snapshot] = []
    for link in links:
        try:
            answer = fetcher.item(link)
        except FetchError as error:
            tried[link.url] = TriedItem(link, error=str(error), is_lost=True)
            continue
        if answer and answer[0]:
            snapshots.append(answer[0])
    jobs = [
        ReadJob(
            snapshot, archive.path(snapshot.content_hash), source.options.get("content"), names_in_use(), ()
        )
        for snapshot in snapshots
    ]
    pool = WorkerPool(TARGET, size=1, cpu_seconds=settings.read_seconds, megabytes=settings.read_megabytes)
    with pool as workers:
        for index, result in workers.run(jobs):
            link = snapshots[index].link
            tried[link.url] = _tried(link, result)
    return tuple(tried[link.url] for link in links if link.url in tried)


def _tried(link: Link, result: ReadDocument | IngestError) -> TriedItem:
    if not isinstance(result, ReadDocument):
        return TriedItem(link, error=str(result))
    extracted = result.document.extracted
    return TriedItem(
        link,
        title=extracted.title or link.title,
        published_on=link.published_on or extracted.published_on,
        kind=result.document.reading.kind,
        text=extracted.text,
    )


def _problems(source: Source, looks: Sequence[Look], announced: int, tried: Sequence[TriedItem]) -> list[str]:
    problems = [
        f"{match.name}: {match.selector or 'nothing of it'} matches nothing on {look.url}"
        for look in looks
        for match in look.matches
        if match.is_broken
    ]
    if looks and not announced:
        problems.append("no item is announced on the pages that were looked at")
    is_whole = all(look.found.older is None for look in looks) and len(looks) < PAGES
    if source.kind not in ("ofsted", "govuk_search") and is_whole and announced < (source.expected_min or 0):
        problems.append(f"{announced} items, fewer than expected_min = {source.expected_min}")
    if source.expected_max is not None and announced > source.expected_max:
        problems.append(f"{announced} items, more than expected_max = {source.expected_max}")
    problems.extend(_told(item) for item in tried if item.error and not item.is_lost)
    read = [item for item in tried if not item.error]
    if read and not any(item.published_on for item in read) and source.kind != "ombudsman":
        problems.append("none of the items has a date: neither the announcement nor the page gives one")
    if len(read) > 1 and len({item.text for item in read}) == 1:
        problems.append(
            "all items have the same text: the address leads to something else, or content is too wide"
        )
    return problems


def _told(item: TriedItem) -> str:
    return item.error if item.error.startswith(item.link.url) else f"{item.link.url}: {item.error}"
