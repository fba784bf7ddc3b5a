"""Addresses and local files -> pages and snapshots: only what changed since the last run."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import TypeGuard

from ingest.errors import FetchError, GoneError, RefusedError
from ingest.fetch.archive import Archive
from ingest.fetch.disguise import find_disguise, is_challenge
from ingest.fetch.entities import check_entities
from ingest.fetch.guard import Guard
from ingest.fetch.polite_client import Answer, Condition, PoliteClient
from ingest.fetch.sniff import sniff
from ingest.model import Link, Snapshot, Validator

_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


@dataclass(frozen=True, slots=True)
class Page:
    """An announcement page, to be read by `ingest.sources.parse`."""

    url: str
    final_url: str
    body: bytes
    charset: str | None
    validator: Validator


class Fetcher:
    """Fetches politely and keeps what it fetches; a context manager, safe to use from several threads.

    Values come from the settings of the same names; `clock` gives aware times, `timer` counts seconds and
    never goes back, `retries` are tries after the first. `proxy` (http://host:port) answers for all hosts in
    place of the environment's proxies. `guard` judges where a request may go; `at_once` requests go to one host
    at a time, and after `failures` in a row that failed for good it is left alone.
    """

    def __init__(
        self,
        archive: Archive,
        *,
        user_agent: str,
        contact: str,
        timeout: float,
        requests_per_second: float,
        max_bytes: int,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
        timer: Callable[[], float] = time.monotonic,
        retries: int = 3,
        proxy: str | None = None,
        guard: Guard | None = None,
        at_once: int = 2,
        failures: int = 5,
    ) -> None:
        self._archive = archive
        self._clock = clock
        self._max_bytes = max_bytes
        self._http = PoliteClient(
            user_agent=user_agent,
            contact=contact,
            timeout=timeout,
            requests_per_second=requests_per_second,
            max_bytes=max_bytes,
            retries=retries,
            timer=timer,
            sleep=sleep,
            proxy=proxy,
            guard=guard or Guard(),
            at_once=at_once,
            failures=failures,
        )

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.__exit__(kind, error, trace)

    def page(self, url: str, validator: Validator | None = None) -> Page | None:
        """Return an announcement page, None where it is as `validator` has it.

        Raises:
            RefusedError: the guard or robots.txt forbids it, it is larger than allowed, or no document but
                something in its place (`disguise`) or an attack.
            TransientError: no usable answer after all tries.
            GoneError: there is nothing (404, 410, or a page that says so).
            FetchError: there is nothing to be had (other 4xx, endless redirects).
        """
        answer = self._changed(url, validator)
        if answer is None:
            return None
        content_hash = hashlib.sha256(answer.body).hexdigest()
        if validator and validator.content_hash == content_hash:
            return None
        kept = self._validator(url, answer, content_hash, validator)
        return Page(url, answer.url, answer.body, answer.charset, kept)

    def item(
        self, link: Link, validator: Validator | None = None
    ) -> tuple[Snapshot | None, Validator] | None:
        """Return an announced item, None where it is as `validator` has it; its bytes are in the archive.

        The snapshot is None where the same bytes came under new marks (a touched file, another ETag): only
        the validator is news then. A link with a path is read from there: the same size and modification
        time mean unchanged. Errors as for `page`, and those of `Archive.put`.
        """
        if link.path is not None:
            return self._local(link, Path(link.path), validator)
        # Where the archive lost the bytes, the item is fetched as if for the first time, to have them back.
        held = (
            validator is None or validator.content_hash is None or self._archive.holds(validator.content_hash)
        )
        answer = self._changed(link.url, validator if held else None)
        if answer is None:
            return None
        content_hash = self._archive.put(answer.body)
        kept = self._validator(link.url, answer, content_hash, validator)
        if validator and validator.content_hash == content_hash:
            return (None, kept) if kept != validator else None
        return self._snapshot(link, answer.url, content_hash, answer.body, answer.charset), kept

    def _changed(self, url: str, validator: Validator | None) -> Answer | None:
        answer = self._http.get(url, _condition(url, validator))
        if answer.status == HTTPStatus.NOT_MODIFIED:
            return None
        if answer.status != HTTPStatus.OK:
            if is_challenge(answer.headers, answer.body):
                raise RefusedError(
                    f"{url}: HTTP {answer.status}: the site asks to prove that a person is there; "
                    "ask its owner for access, or drop the address"
                )
            fault = GoneError if answer.status in _GONE else FetchError
            raise fault(f"{url}: HTTP {answer.status}{_phrase(answer.status)}; correct or drop the address")
        if not answer.body.startswith(b"%PDF-"):
            check_entities(url, answer.body)
        _refuse_disguise(url, answer)
        return answer

    def _local(
        self, link: Link, path: Path, validator: Validator | None
    ) -> tuple[Snapshot | None, Validator] | None:
        try:
            facts = path.stat()
            etag = _etag(facts)
            if validator and validator.etag == etag:
                return None
            if facts.st_size > self._max_bytes:
                raise RefusedError(
                    f"{path}: larger than {self._max_bytes:,} bytes; raise max_bytes to read it"
                )
            body = path.read_bytes()
        except OSError as error:
            raise FetchError(f"{path}: cannot be read: {error.strerror}") from error
        content_hash = self._archive.put(body)
        kept = Validator(
            url=link.url,
            etag=etag,
            content_hash=content_hash,
            final_url=link.url,
            first_fetched_at=(validator.first_fetched_at if validator else None) or self._clock(),
        )
        if validator and validator.content_hash == content_hash:
            return None, kept
        return self._snapshot(link, link.url, content_hash, body, None), kept

    def _snapshot(
        self, link: Link, final_url: str, content_hash: str, body: bytes, charset: str | None
    ) -> Snapshot:
        return Snapshot(
            link=link,
            final_url=final_url,
            content_hash=content_hash,
            media_type=sniff(body),
            charset=charset,
            size=len(body),
            fetched_at=self._clock(),
        )

    def _validator(self, url: str, answer: Answer, content_hash: str, before: Validator | None) -> Validator:
        return Validator(
            url=url,
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
            content_hash=content_hash,
            final_url=answer.url,
            first_fetched_at=(before.first_fetched_at if before else None) or self._clock(),
        )


def file_etag(path: Path) -> str:
    """Return what stands for a local file's version: its size and its modification time in nanoseconds."""
    return _etag(path.stat())


def _etag(facts: os.stat_result) -> str:
    return f"{facts.st_size}-{facts.st_mtime_ns}"


def _condition(url: str, validator: Validator | None) -> Condition | None:
    headers: dict[str, str] = {}
    if validator and _is_sendable(validator.etag):
        headers["If-None-Match"] = validator.etag
    if validator and _is_sendable(validator.last_modified):
        headers["If-Modified-Since"] = validator.last_modified
    return Condition((validator.final_url if validator else None) or url, headers) if headers else None


def _refuse_disguise(url: str, answer: Answer) -> None:
    # HTML under another declared type is kept as it came: the quarantine shows it to the user.
    declared = answer.headers.get("content-type", "text/html").partition(";")[0].strip().lower()
    if declared not in ("text/html", "application/xhtml+xml") or sniff(answer.body) != "text/html":
        return
    found = find_disguise(answer.body, answer.headers, url=url, final_url=answer.url)
    if found:
        raise (RefusedError if found.is_refusal else GoneError)(f"{url}: {found}")


def _is_sendable(value: str | None) -> TypeGuard[str]:
    """Some servers send header values that no client may send back."""
    return value is not None and value.isascii() and value.isprintable()


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""
