"""An address -> entries for the catalogue that would watch it, each with the items that it would have found."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from ingest.errors import FetchError
from ingest.fetch import Archive, Fetcher, Page
from ingest.model import Source, SourceKind
from ingest.naming import authority_named
from ingest.pipeline import open_fetcher
from ingest.reference import load as load_gazetteer
from ingest.settings import Settings
from ingest.sources import parse
from ingest.sources.announcement import Announcement
from ingest.sources.discover import feeds_of, kind_of, likely_feeds, sitemaps_of, usual_cadence
from ingest.sources.discover_listing import find_listing
from ingest.sources.golden import write_golden
from ingest.sources.markup import read_html, text_of
from ingest.sources.platforms import default_options, recognise
from ingest.steps.running import utc_now

TRIED = 8
"""Addresses beside the page itself that are asked, at most."""
_ORDER: dict[SourceKind, int] = {
    "ofsted": 0,
    "govuk_search": 1,
    "ombudsman": 2,
    "feed": 3,
    "listing": 4,
    "sitemap": 5,
}
_EVERYTHING = 200
"""Items above which a sitemap is the whole site and no announcement."""
_GUESSED = "where feeds often are"


@dataclass(frozen=True, slots=True)
class Proposal:
    """An entry that would work, with the page that proves it."""

    source: Source
    url: str
    """Where its announcement page stands after redirects."""
    found: Announcement
    how: str
    """How it was found, in a few words."""
    body: bytes = field(repr=False)

    @property
    def dated(self) -> int:
        """Items whose date is announced."""
        return sum(link.published_on is not None for link in self.found.links)


def propose(
    settings: Settings,
    url: str,
    taken: Collection[str],
    *,
    proxy: str | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> tuple[Proposal, ...]:
    """Return what could be watched at the address, the best first; `taken` are ids that an entry may not have.

    Raises:
        FetchError: the address itself cannot be had.
    """
    with (
        tempfile.TemporaryDirectory(prefix="ingest-add-") as folder,
        open_fetcher(settings, Archive(Path(folder)), proxy, clock) as fetcher,
    ):
        page = fetcher.page(url)
        if page is None:  # only an unchanged page is None, and nothing is known of this one
            return ()
        if page.cut:
            raise FetchError(f"{url}: only a part of it came ({page.cut}); try again later")
        found = {
            (proposal.source.kind, proposal.url): proposal
            for proposal in _proposals(fetcher, page, _described(page, taken))
            if proposal.found.links or proposal.found.follow
        }
    return tuple(sorted(found.values(), key=_rank))


def keep_golden(folder: Path, proposal: Proposal, day: date) -> Path:
    """Keep the page of a proposal as golden page; return the file with what must be read from it.

    Raises:
        ConfigError: the folder cannot be written.
    """
    return write_golden(
        folder,
        proposal.source,
        proposal.url,
        proposal.body,
        proposal.found,
        day,
        f"saved from {proposal.url}",
    )


def with_answers(proposal: Proposal, *, source_id: str | None, name: str | None, gss: str | None) -> Proposal:
    """Return the proposal with what a person says of it; `gss` is a code or a name.

    Raises:
        ConfigError: there is no such authority.
    """
    source = proposal.source
    if gss:
        source = replace(source, gss=authority_named(gss), document_kind="press_release")
    return replace(
        proposal, source=replace(source, source_id=source_id or source.source_id, name=name or source.name)
    )


def _described(page: Page, taken: Collection[str]) -> Source:
    """Return what every entry for this site would say."""
    host = urlsplit(page.final_url).hostname or ""
    authority = load_gazetteer().by_domain(host)
    soup = read_html(page.body, page.charset)
    site = soup.select_one('meta[property="og:site_name"][content]')
    title = text_of(soup.title) if soup.title else ""
    named = str(site["content"]).strip() if site else re.split(r"\s+[|–—-]\s+", title)[-1].strip()
    publisher = named or (authority.name if authority else host)
    return Source(
        source_id=_free_id(host, taken),
        name=f"{publisher} news",
        publisher=publisher,
        kind="listing",
        url=page.url,
        document_kind="press_release" if authority else "news_article",
        gss=authority.gss if authority else None,
        licence="publisher's copyright; for analysis, quote briefly",
        platform=recognise(page.body.decode("utf-8", "replace")),
        layout="unverified",
        contact="not contacted yet",
    )


def _free_id(host: str, taken: Collection[str]) -> str:
    words = [word for word in re.split(r"[^a-z0-9]+", host.lower()) if word]
    passing = {"www", "news", "newsroom", "gov", "org", "co", "com", "uk", "net", "feeds", "example"}
    stem = "-".join([word for word in words if word not in passing] or words) or "source"
    names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _proposals(fetcher: Fetcher, page: Page, base: Source) -> Iterator[Proposal]:
    kind = kind_of(page.final_url, page.body)
    if kind:
        yield _proposal(base, kind, page, "the address itself")
        return
    yield from _listings(page, base)
    yield from _feeds(fetcher, page, base)
    yield from _sitemaps(fetcher, page, base)


def _listings(page: Page, base: Source) -> Iterator[Proposal]:
    usual = default_options(base.platform, "listing")
    if usual:
        proposal = _proposal(base, "listing", page, f"layout of {base.platform}", usual)
        if proposal.found.links and not any("matches nothing" in line for line in proposal.found.warnings):
            yield proposal
            return
    own = find_listing(page.final_url, page.body, page.charset)
    if own:
        # Its selectors are all its own: a platform's would only stand in their way.
        yield _proposal(replace(base, platform=""), "listing", page, "repeated blocks", own)


def _feeds(fetcher: Fetcher, page: Page, base: Source) -> Iterator[Proposal]:
    named = feeds_of(page.final_url, page.body, page.charset)
    how = "named by the page" if named else _GUESSED
    for address in (named or likely_feeds(page.final_url))[:TRIED]:
        answer = _ask(fetcher, address)
        if answer and kind_of(answer.final_url, answer.body) == "feed":
            yield _proposal(base, "feed", answer, how)
            return


def _sitemaps(fetcher: Fetcher, page: Page, base: Source) -> Iterator[Proposal]:
    robots = _ask(fetcher, urljoin(page.final_url, "/robots.txt"))
    text = robots.body.decode("utf-8", "replace") if robots else ""
    for address in sitemaps_of(page.final_url, text)[:TRIED]:
        answer = _ask(fetcher, address)
        if answer and kind_of(answer.final_url, answer.body) == "sitemap":
            how = "named by robots.txt" if address in text else "where sitemaps often are"
            # Most sitemaps list a whole site: what stands beneath the page is meant, where there is such.
            beneath = re.escape(urlsplit(page.final_url).path.rstrip("/")) + "/."
            within = _proposal(base, "sitemap", answer, how, {"include": beneath})
            yield within if within.found.links else _proposal(base, "sitemap", answer, how)
            return


def _ask(fetcher: Fetcher, address: str) -> Page | None:
    try:
        page = fetcher.page(address)
    except FetchError:
        return None  # a guess that was wrong
    return None if page is None or page.cut else page


def _proposal(
    base: Source, kind: SourceKind, page: Page, how: str, options: dict[str, str] | None = None
) -> Proposal:
    source = replace(
        base, kind=kind, url=page.url, options=dict(options or default_options(base.platform, kind))
    )
    if kind in ("ofsted", "govuk_search", "ombudsman"):
        source = replace(source, platform=kind.removesuffix("_search"), document_kind="other")
    found = parse(source, page.final_url, page.body, charset=page.charset)
    count = len(found.links)
    source = replace(
        source,
        cadence_hours=usual_cadence([link.published_on for link in found.links]),
        expected_min=max(1, count // 3) if count else None,
        expected_max=count * 3 if kind == "feed" and count else None,
    )
    return Proposal(source, page.final_url, found, how, page.body)


def _rank(proposal: Proposal) -> tuple[bool, bool, bool, int, int]:
    count = len(proposal.found.links)
    is_site = proposal.source.kind == "sitemap" and (count > _EVERYTHING or not proposal.dated)
    is_undated = not proposal.dated and not proposal.found.follow
    # A feed that the page does not name may be another page's.
    return is_site, is_undated, proposal.how == _GUESSED, _ORDER[proposal.source.kind], -count
