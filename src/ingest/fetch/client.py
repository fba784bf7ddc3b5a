"""Addresses -> pages and snapshots: only what changed since the last run; each fetch goes into the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

from ingest.errors import FetchError, GoneError, RefusedError
from ingest.fetch.addresses import canonical_link, is_same_page
from ingest.fetch.archive import Archive
from ingest.fetch.disguise import find_disguise, is_challenge
from ingest.fetch.entities import check_entities
from ingest.fetch.exchange import Answer, Condition
from ingest.fetch.journal import Fetch, Journal
from ingest.fetch.polite_client import PoliteClient
from ingest.fetch.sniff import sniff
from ingest.model import Link, Snapshot, Validator

_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_HTML = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Page:
    """An announcement page, to be read by `ingest.sources.parse`."""

    url: str
    final_url: str
    body: bytes
    charset: str | None
    validator: Validator
    """What to remember of it; nothing but the address where it is cut."""
    cut: str = ""
    """Why only a part of it came; empty where it is whole."""


Arrived = tuple[Snapshot | None, Validator]
"""A new snapshot, None where the same bytes came under new marks; and what to remember of the address."""


class AsyncFetcher:
    """What `Fetcher` does, for the tasks of one event loop. `resumed` is what a stopped run left (`journal`)."""

    def __init__(
        self,
        http: PoliteClient,
        archive: Archive,
        journal: Journal | None,
        resumed: Mapping[str, Fetch],
        clock: Callable[[], datetime],
    ) -> None:
        self._http, self._archive, self._journal = http, archive, journal
        self._resumed, self._clock = resumed, clock

    async def page(self, url: str, validator: Validator | None = None) -> Page | None:
        """Return an announcement page, None where it is as `validator` has it; as `Fetcher.page`."""
        answer = await self._changed(url, validator, "")
        if answer is None:
            return None
        body = answer.body.whole()
        if answer.cut:
            answer.body.drop()
            self._note(url, answer, "", f"only a part came: {answer.cut}")
            return Page(url, answer.url, body, answer.charset, Validator(url), answer.cut)
        content_hash = answer.body.keep()
        kept, fetch = self._noted(url, answer, content_hash, body, validator, "")
        if validator and validator.content_hash == content_hash:
            return None
        return Page(url, fetch.final_url, body, answer.charset, kept)

    async def item(self, link: Link, validator: Validator | None = None) -> Arrived | None:
        """Return an announced item, None where it is as `validator` has it; as `Fetcher.item`."""
        resumed = self._resumed.get(link.url) if validator is None else None
        if resumed and resumed.content_hash and self._archive.holds(resumed.content_hash):
            return _snapshot(link, resumed), _validator(resumed, None)
        asked = validator
        if validator and validator.content_hash and not self._archive.holds(validator.content_hash):
            # The archive lost the bytes: asked for as if for the first time, to have them back.
            asked = replace(validator, etag=None, last_modified=None)
        answer = await self._changed(link.url, asked, link.source_id)
        if answer is None:
            return None
        telling = answer.body.telling()
        content_hash = answer.body.keep()
        kept, fetch = self._noted(link.url, answer, content_hash, telling, validator, link.source_id)
        if validator and validator.content_hash == content_hash:
            return None if replace(kept, checked_at=validator.checked_at) == validator else (None, kept)
        return _snapshot(link, fetch), kept

    async def _changed(self, url: str, validator: Validator | None, source_id: str) -> Answer | None:
        """Return the answer, checked; None where the address says that nothing changed."""
        start = (validator.moved_to if validator else None) or url
        condition = None
        if validator:
            condition = Condition.of(validator.final_url or start, validator.etag, validator.last_modified)
        answer = await self._http.get(start, condition, take_part=not source_id)
        if start != url and answer.status in _GONE:
            answer.body.drop()
            condition = None
            answer = await self._http.get(url, None, take_part=not source_id)
        # Said to one who has nothing yet, "not modified" is a fault: the item would never come, and nobody be told.
        if answer.status == HTTPStatus.NOT_MODIFIED and condition:
            answer.body.drop()
            self._note(url, answer, source_id, "")
            return None
        try:
            _check(url, answer)
        except FetchError as error:
            answer.body.drop()
            self._note(url, answer, source_id, str(error))
            raise
        return answer

    def _note(self, url: str, answer: Answer, source_id: str, note: str) -> None:
        """Note a fetch of which nothing is kept."""
        if self._journal:
            self._journal.note(
                Fetch(
                    url, answer.url, self._clock(), answer.status, answer.hops, note=note, source_id=source_id
                )
            )

    def _noted(
        self,
        url: str,
        answer: Answer,
        content_hash: str,
        body: bytes,
        before: Validator | None,
        source_id: str,
    ) -> tuple[Validator, Fetch]:
        media_type = sniff(body)
        moved_to = answer.moved_to
        if before and before.moved_to and answer.hops[0].url != url:
            moved_to = moved_to or before.moved_to
        fetch = Fetch(
            url=url,
            final_url=answer.url,
            fetched_at=self._clock(),
            status=answer.status,
            hops=answer.hops,
            content_hash=content_hash,
            media_type=media_type,
            size=answer.body.size,
            charset=answer.charset,
            source_id=source_id,
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
            moved_to=moved_to,
            same_as=_home(url, moved_to, answer, body) if media_type in _HTML else moved_to,
        )
        if self._journal:
            self._journal.note(fetch)
        return _validator(fetch, before), fetch


def _snapshot(link: Link, fetch: Fetch) -> Snapshot:
    assert fetch.content_hash is not None
    return Snapshot(
        link=link,
        final_url=fetch.final_url,
        content_hash=fetch.content_hash,
        media_type=fetch.media_type,
        charset=fetch.charset,
        size=fetch.size,
        fetched_at=fetch.fetched_at,
    )


def _validator(fetch: Fetch, before: Validator | None) -> Validator:
    return Validator(
        url=fetch.url,
        etag=fetch.etag,
        last_modified=fetch.last_modified,
        content_hash=fetch.content_hash,
        final_url=fetch.final_url,
        first_fetched_at=(before.first_fetched_at if before else None) or fetch.fetched_at,
        checked_at=fetch.fetched_at,
        moved_to=fetch.moved_to,
        same_as=fetch.same_as,
    )


def _home(url: str, moved_to: str | None, answer: Answer, body: bytes) -> str | None:
    """Return the address under which a page says that it is at home, None where that is the one asked for."""
    canonical = canonical_link(body, answer.headers.get("link", ""), answer.url)
    if canonical and canonical != url and is_same_page(moved_to or url, canonical):
        return canonical
    return moved_to


def _check(url: str, answer: Answer) -> None:
    if answer.status != HTTPStatus.OK:
        if is_challenge(answer.headers, answer.body.whole()):
            raise RefusedError(
                f"{url}: HTTP {answer.status}: the site asks to prove that a person is there; "
                "ask its owner for access, or drop the address"
            )
        fault = GoneError if answer.status in _GONE else FetchError
        raise fault(f"{url}: HTTP {answer.status}{_phrase(answer.status)}; correct or drop the address")
    body = answer.body.telling()
    if not body.startswith(b"%PDF-"):
        check_entities(url, body)
    # HTML under another declared type is kept as it came: the quarantine shows it to the user.
    declared = answer.headers.get("content-type", "text/html").partition(";")[0].strip().lower()
    if declared not in _HTML or sniff(body) != "text/html":
        return
    found = find_disguise(body, answer.headers, url=url, final_url=answer.url)
    if found:
        raise (RefusedError if found.is_refusal else GoneError)(f"{url}: {found}")


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""
