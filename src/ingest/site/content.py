"""What the pages show: events with their papers and statements, filed under authorities and themes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ingest import wording
from ingest.links import Address
from ingest.model import Polarity, Shown, ShownVisit
from ingest.reference.authorities import Authority
from ingest.reference.themes import Theme
from ingest.site.words import lane


@dataclass(frozen=True, slots=True)
class Statement:
    """One finding as it is shown: quoted, attributed, and with the way to its proof."""

    finding_id: str
    gss: str
    event_id: str
    polarity: Polarity
    quote: str
    who: str
    where: str
    """"page 3, Care leavers"; may be empty."""
    themes: tuple[str, ...]
    href: str | None
    """The document, at the page; None where its address is not safe to follow."""
    on: date | None
    """When the document was published."""
    is_own: bool
    """It stands in Ofsted's own document."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One document of an event, and where else the same text stands."""

    title: str
    byline: str
    address: Address
    is_own: bool
    copies: tuple[str, ...]
    unquoted: int
    """Statements that were found in it and are not repeated here."""


@dataclass(frozen=True, slots=True)
class Graded:
    """One row of an event's judgements."""

    area: str
    words: str
    key: str
    """outstanding, good, ..., or "none": which colour it has."""
    href: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """One story about one authority: a visit or other news, and all that is told of it."""

    event_id: str
    gss: str
    authority: str
    title: str
    on: date | None
    """When the visit began, else when it was first reported."""
    published_on: date | None
    dates: str
    """"9 to 10 May 2018" or "May 2018"; empty where it is not known when the inspectors came."""
    visit: ShownVisit | None
    grades: tuple[Graded, ...]
    papers: tuple[Paper, ...]
    statements: tuple[Statement, ...]
    """As they stand in the documents, Ofsted's own first; press only as far as it may be quoted."""
    counts: Mapping[str, int]
    """In the inspectorate's words, from its own document where there is one: how many of each polarity."""
    themes: Mapping[str, tuple[int, int]]
    """Of those, theme -> (concerns and recommendations, strengths)."""
    is_fresh: bool
    is_sample: bool
    digest: str
    """Changes when anything of it does."""

    @property
    def path(self) -> str:
        """Its page, from the root of the site."""
        return f"stories/{self.event_id}.html"

    @property
    def when(self) -> str:
        """ "9 to 10 May 2018", "reported 8 June 2018"; of what is no visit, the day on which it was told."""
        if self.dates or self.published_on is None:
            return self.dates or "undated"
        return f"{'reported ' if self.visit else ''}{wording.day(self.published_on)}"

    @property
    def overall(self) -> Graded | None:
        """The judgement of the whole; None where it is no inspection of which one would be expected."""
        if self.visit is None or lane(self.visit.kind) != "inspection":
            return None
        return next((grade for grade in self.grades if grade.area == wording.AREAS["overall"]), None)

    @property
    def others(self) -> int:
        """How many documents beside Ofsted's own tell of it."""
        return sum(not paper.is_own for paper in self.papers)


@dataclass(frozen=True, slots=True)
class Place:
    """An authority with its events, the newest first, and those to compare it with."""

    authority: Authority
    events: tuple[Event, ...]
    neighbours: tuple[Authority, ...]
    are_statistical: bool
    """The neighbours are those of the Department for Education's model, not all of the same region."""

    @property
    def path(self) -> str:
        """Its page, from the root of the site."""
        return f"authorities/{self.authority.gss}.html"

    @property
    def judged(self) -> Event | None:
        """The newest event with a word on overall effectiveness, were it that no grade is given any more.

        Inspections of 2013 were of the services for looked after children alone, not of the whole.
        """
        return next(
            (e for e in self.events if e.overall and e.visit and e.visit.kind != "lac_2013"),
            None,
        )

    @property
    def standing(self) -> str:
        """The colour of its newest overall judgement: a grade, "none" (not given) or "unknown"."""
        judged = self.judged
        return judged.overall.key if judged and judged.overall else "unknown"

    @property
    def run_by(self) -> tuple[str, str] | None:
        """Who ran its services at the newest visit, and the month: by now it may be somebody else."""
        newest = next((event for event in self.events if event.visit), None)
        if not (newest and newest.visit and newest.visit.delivery_body and newest.on):
            return None
        return newest.visit.delivery_body, f"{newest.on:%B %Y}"

    @property
    def last_concern_on(self) -> date | None:
        """When a concern in the inspectorate's words was last published."""
        return max(
            (e.published_on for e in self.events if e.published_on and e.counts.get("concern")), default=None
        )


@dataclass(frozen=True, slots=True)
class Subject:
    """A theme with the events that speak of it, the newest first."""

    theme: Theme
    events: tuple[Event, ...]

    @property
    def path(self) -> str:
        """Its page, from the root of the site."""
        return f"themes/{self.theme.theme_id}.html"


@dataclass(frozen=True, slots=True)
class SiteContent:
    """All that the pages show."""

    shown: Shown
    events: tuple[Event, ...]
    """Sorted by publication, the newest first."""
    places: tuple[Place, ...]
    """By name: every authority of today, and those of the past that documents tell of."""
    subjects: tuple[Subject, ...]

    @property
    def as_of(self) -> date | None:
        """The day of the newest run."""
        return self.shown.runs[0].started_at.date() if self.shown.runs else None

    @property
    def is_sample(self) -> bool:
        """Some of it is the bundled sample."""
        return any(event.is_sample for event in self.events)

    @property
    def documents(self) -> int:
        """How many documents are shown, reprints left out."""
        return len({paper.address.text for event in self.events for paper in event.papers})

    @property
    def statements(self) -> int:
        """How many statements are quoted."""
        return sum(len(event.statements) for event in self.events)
