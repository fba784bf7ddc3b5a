"""What a mail shows of a story: chosen, ordered, capped and worded; the templates only lay it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ingest import wording
from ingest.alerts import trend
from ingest.alerts.coverage import Covered, covered
from ingest.alerts.reworded import Reworded, reworded
from ingest.alerts.told import Alert, finding_key, key_of, originals, wanted
from ingest.alerts.watch import Watch
from ingest.links import Address, address
from ingest.model import Coverage, FoundStatement, Polarity, StoryUpdate
from ingest.quoting import PRESS_CHARACTERS, QuoteBudget, is_open

SECTIONS: tuple[tuple[Polarity, str, str], ...] = (
    ("concern", "Concerns", "concern"),
    ("mixed", "Strength and concern in one", "mixed finding"),
    ("recommendation", "Recommendations", "recommendation"),
    ("strength", "Strengths", "strength"),
    ("neutral", "Other statements", "statement"),
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One finding, quoted."""

    quote: str
    """In quotation marks."""
    who: str
    where: str
    """"page 3, Care leavers"; may be empty."""
    themes: str
    """"Themes: ..."; may be empty."""
    address: Address
    is_primary: bool
    """Said by Ofsted's own document."""
    is_new: bool


@dataclass(frozen=True, slots=True)
class Section:
    """All findings of one polarity; `hidden` more are only counted."""

    polarity: Polarity
    title: str
    total: int
    statements: tuple[Statement, ...]
    hidden: int

    @property
    def rest(self) -> str:
        """Say how many are only counted."""
        return f"... and {self.hidden} more, not quoted here." if self.statements else "Not quoted here."


@dataclass(frozen=True, slots=True)
class Item:
    """One story about one authority, as a mail tells it."""

    story_id: str
    inspection_id: str | None
    gss: str
    authority: str
    event: str
    dates: str
    update: tuple[str, ...]
    changed: tuple[Reworded, ...]
    """What a corrected text says in other words."""
    gone: tuple[str, ...]
    """What a corrected text no longer says, in quotation marks."""
    judgements: tuple[trend.Judged, ...]
    overall: str
    """"good overall (was inadequate)"; empty where no overall grade is given."""
    so_far: str
    """The overall grades before this event; may be empty."""
    sections: tuple[Section, ...]
    """What inspectors found."""
    told_before: str
    """Of an update: what was told and still stands, counted; the sections hold only what is new."""
    others_say: Section | None
    """What council, provider and others say of themselves; never counted as a finding."""
    own: tuple[Covered, ...]
    """Ofsted's own documents."""
    others: tuple[Covered, ...]
    independent: int
    """Publishers of the other originals: reprints of one release are one source."""
    reasons: tuple[str, ...]
    """Why it matched: one for each watch."""


def item(
    watches: Iterable[Watch],
    update: StoryUpdate,
    alerts: Sequence[Alert],
    theme_names: Mapping[str, str],
    limit: int,
) -> Item:
    """Show one story to one person; `alerts` are those that this mail answers, `limit` caps each section."""
    folded = originals(update.documents)
    documents = {document.document_id: document for document in folded.values()}
    said = [alert.said for alert in alerts]
    is_update = all(one["update"] for one in said)
    fresh = frozenset(key for one in said for key in one["fresh"]) if is_update else frozenset()
    by_name = {watch.name: watch for watch in watches}
    kept: dict[str, FoundStatement] = {}
    for alert in alerts:
        for key, finding in wanted(by_name[alert.watch_id], update).items():
            kept.setdefault(key, finding)
    shown = _shown(kept, documents, fresh)
    found = {key: finding for key, finding in shown.items() if finding.is_inspectorate}
    claims = {key: finding for key, finding in shown.items() if not finding.is_inspectorate}
    pairs = _each((old, new) for one in said for old, new in one["changed"])
    told_before = _counts(found, fresh.union(key_of(new) for _, new in pairs)) if is_update else ""
    if is_update:
        found = {key: finding for key, finding in found.items() if key in fresh}
        claims = {key: finding for key, finding in claims.items() if key in fresh}
    layout = _Layout(documents, fresh, theme_names, limit)
    own = [document for document in folded.values() if document.is_primary]
    others = [document for document in folded.values() if not document.is_primary]
    return Item(
        story_id=update.story_id,
        inspection_id=update.inspection_id,
        gss=update.gss,
        authority=wording.tidy(update.authority),
        event=wording.event(update),
        dates=wording.span(update.started_on, update.ended_on),
        update=_each(word for one in said for word in one["update"]) if is_update else (),
        changed=tuple(
            reworded(old, new, None if _is_open(new, update, documents) else PRESS_CHARACTERS)
            for old, new in pairs
        ),
        gone=_each(_brief(old) for one in said for old in one["gone"]),
        judgements=trend.judgements(update),
        overall=trend.overall(update),
        so_far=trend.so_far(update),
        sections=tuple(
            section
            for polarity, title, _ in SECTIONS
            if (section := layout.section(polarity, title, _of_polarity(found, polarity)))
        ),
        told_before=told_before,
        others_say=layout.section("neutral", "What others say, of themselves or of it", list(claims.items())),
        own=tuple(covered(document, update.documents) for document in own),
        others=tuple(covered(document, update.documents) for document in sorted(others, key=_by_date)),
        independent=len({document.publisher.casefold() for document in others}),
        reasons=_each(
            f"your watch “{wording.tidy(alert.watch_id)}”: {wording.tidy(alert.reason)}" for alert in alerts
        ),
    )


T = TypeVar("T")


def _each(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


def _is_open(quote: str, update: StoryUpdate, documents: Mapping[str, Coverage]) -> bool:
    """Whether a document that may be quoted in full says so."""
    key = key_of(quote)
    return any(
        finding.document_id in documents and is_open(documents[finding.document_id])
        for finding in update.findings
        if finding_key(finding) == key
    )


def _brief(words: str) -> str:
    return wording.quoted(wording.shorten(wording.tidy(words), PRESS_CHARACTERS))


# ---------------------------------------------------------------- findings


def _shown(
    kept: Mapping[str, FoundStatement], documents: Mapping[str, Coverage], fresh: frozenset[str]
) -> dict[str, FoundStatement]:
    """Where Ofsted's own document speaks, what others report of it is not repeated, unless it is the news."""
    if not any(documents[finding.document_id].is_primary for finding in kept.values()):
        return dict(kept)
    return {
        key: finding
        for key, finding in kept.items()
        if documents[finding.document_id].is_primary or not finding.is_inspectorate or key in fresh
    }


def _counts(found: Mapping[str, FoundStatement], news: frozenset[str]) -> str:
    """Say "2 concerns, 7 strengths" of what is neither new nor reworded; other statements are not counted."""
    old = {key: finding for key, finding in found.items() if key not in news}
    counts = ((len(_of_polarity(old, polarity)), noun) for polarity, _, noun in SECTIONS[:-1])
    return ", ".join(wording.counted(count, noun) for count, noun in counts if count)


def _of_polarity(found: Mapping[str, FoundStatement], polarity: Polarity) -> list[tuple[str, FoundStatement]]:
    return [(key, finding) for key, finding in found.items() if finding.polarity == polarity]


class _Layout:
    """Makes sections, within what may be quoted of each document."""

    def __init__(
        self,
        documents: Mapping[str, Coverage],
        fresh: frozenset[str],
        theme_names: Mapping[str, str],
        limit: int,
    ) -> None:
        self._documents, self._fresh, self._theme_names, self._limit = documents, fresh, theme_names, limit
        self._budget = QuoteBudget()

    def section(
        self, polarity: Polarity, title: str, found: Sequence[tuple[str, FoundStatement]]
    ) -> Section | None:
        """Quote up to the limit; None where nothing was found."""
        shown: list[Statement] = []
        for key, finding in found:
            if len(shown) == self._limit:
                break
            document = self._documents[finding.document_id]
            quote = self._budget.quote(finding, document)
            if quote:
                is_new = key in self._fresh
                shown.append(_statement(finding, document, quote, self._theme_names, is_new=is_new))
        if not found:
            return None
        return Section(polarity, title, len(found), tuple(shown), len(found) - len(shown))


def _statement(
    finding: FoundStatement, document: Coverage, quote: str, theme_names: Mapping[str, str], *, is_new: bool
) -> Statement:
    themes = [theme_names.get(theme, theme) for theme in finding.themes]
    return Statement(
        quote=wording.quoted(quote),
        who=wording.speaker(finding, document),
        where=wording.place(finding),
        themes=f"{'Theme' if len(themes) == 1 else 'Themes'}: {'; '.join(themes)}" if themes else "",
        address=address(document.url, finding.page),
        is_primary=document.is_primary,
        is_new=is_new,
    )


def _by_date(document: Coverage) -> tuple[bool, str, str]:
    day = document.published_on
    return day is None, day.isoformat() if day else "", document.document_id
