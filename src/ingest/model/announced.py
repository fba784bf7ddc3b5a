"""What a source announces and what arrives for it: sources, links, validators, snapshots, failures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from ingest.model.words import DocumentKind, SourceKind, Stage, make_id


@dataclass(frozen=True, slots=True)
class Source:
    """A place where new items are announced: one entry of sources.toml.

    `options` holds what only one kind of source needs (CSS selectors, query parameters).
    """

    source_id: str
    name: str
    publisher: str
    kind: SourceKind
    url: str
    document_kind: DocumentKind = "other"
    gss: str | None = None
    licence: str = ""
    recheck_days: int = 14
    options: dict[str, str] = field(default_factory=dict)
    expected_min: int | None = None
    """Items announced per check below which the source counts as changed; None where nobody has said."""
    expected_max: int | None = None
    """Items announced per check above which a warning is due; None where nobody has said."""
    cadence_hours: float | None = None
    """Hours between two looks that suit how often it publishes; None where nobody has said."""
    platform: str = ""
    """The software that makes its pages (jadu, wordpress...); sources of one platform share a golden page."""
    layout: Literal["verified", "unverified"] = "unverified"
    """Whether `ingest sources check` has proved the entry against the live site."""
    verified_on: date | None = None
    """When it did so last."""
    contact: str = ""
    """Whom to write to about the site, and what was agreed."""


@dataclass(frozen=True, slots=True)
class Link:
    """One item as its source announces it. `url` is its key; a local file has `file:` and its path."""

    source_id: str
    url: str
    title: str = ""
    published_on: date | None = None
    label: str = ""
    """The source's own word for the type: "children's services focused visit"."""
    publisher: str = ""
    kind: DocumentKind | None = None
    gss: str | None = None
    """The authority that the announcement names, or that the source speaks for; None where neither."""
    urn: str | None = None
    """Ofsted's provider number."""
    path: str | None = None
    """A local file that holds the bytes, for folder sources."""
    home: str = ""
    """The first address of a document that has moved here; empty where this is its first."""

    @property
    def document_id(self) -> str:
        """One address is one document, whichever source announces it and whatever its text says today."""
        return make_id("document", self.home or self.url)


@dataclass(frozen=True, slots=True)
class Validator:
    """What a server (or the file system) said of the version that is stored, to ask "changed since?"."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    content_hash: str | None = None
    final_url: str | None = None
    first_fetched_at: datetime | None = None
    """When it was first asked for, whatever came of it."""
    checked_at: datetime | None = None
    """When it was last asked for; None for local files, which are always looked at."""
    moved_to: str | None = None
    """Where permanent redirects lead: asked there directly."""
    same_as: str | None = None
    """The address under which the page says that it is at home, where that is another one."""
    retry_at: datetime | None = None
    """Not to be asked for before, because it gave no usable answer; None where the last answer was usable."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Bytes that arrived for a link; the archive keeps them under `content_hash` (sha256, hex)."""

    link: Link
    final_url: str
    content_hash: str
    media_type: str
    """Sniffed from the bytes, not believed from a header: application/pdf, text/html, text/plain..."""
    charset: str | None
    """As the server declared it; None where it did not."""
    size: int
    fetched_at: datetime


MoveReason = Literal["redirect", "canonical", "same_bytes"]
"""How a move was seen: the old address leads to the new one (or back), one page names the other as its own
address, or the same bytes stand there."""


@dataclass(frozen=True, slots=True)
class Move:
    """A document found at another address than before."""

    url: str
    """Where it is now."""
    moved_from: str
    """Where it was last."""
    home: str
    """Where it was first seen: of that, its id is made."""
    reason: MoveReason


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A stored document whose page is gone, or that a listing of everything names no more."""

    url: str
    reason: Literal["gone", "unannounced"]


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that could not be fetched or read; becomes a row of quarantine."""

    source_id: str
    url: str
    stage: Stage
    error: str
    """Name of the error class."""
    message: str
    content_hash: str | None = None
    retryable: bool = False

    @property
    def said(self) -> str:
        """Its message without the address, with which most begin."""
        return self.message.removeprefix(f"{self.url}: ")

    @property
    def quarantine_id(self) -> str:
        """The same thing failing in the same way is one row."""
        return make_id(self.source_id, self.url, self.stage, self.error)
