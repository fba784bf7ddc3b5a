"""What a mail shows of a story: chosen, ordered, capped and worded; the templates only lay it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest import wording
from ingest.alerts.told import Alert, originals, wanted
from ingest.alerts.watch import Watch
from ingest.links import Address, address
from ingest.model import Coverage, FoundStatement, Polarity, SourceCheck, StoryUpdate
from ingest.quoting import QuoteBudget

SECTIONS: tuple[tuple[Polarity, str, str], ...] = (
    ("concern", "Concerns", "concern"),
    ("mixed", "Strength and concern in one", "mixed finding"),
    ("recommendation", "Recommendations", "recommendation"),
    ("strength", "Strengths", "strength"),
    ("neutral", "Other statements", "statement"),
)
NAMED_SOURCES = 20


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
    is_new: bool


@dataclass(frozen=True, slots=True)
class Section:
    """All findings of one polarity; `hidden` more are only counted."""

    polarity: Polarity
    title: str
    total: int
    statements: tuple[Statement, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Covered:
    """One original document and where else the same text stands."""

    title: str
    byline: str
    address: Address
    copies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One story about one authority, as a mail tells it."""

    story_id: str
    gss: str
    authority: str
    event: str
    dates: str
    update: tuple[str, ...]
    sections: tuple[Section, ...]
    judgements: tuple[tuple[str, str], ...]
    overall: str
    """"inadequate overall"; empty where no overall grade is given."""
    own: tuple[Covered, ...]
    """Ofsted's own documents."""
    others: tuple[Covered, ...]
    independent: int
    reason: str


@dataclass(frozen=True, slots=True)
class Checks:
    """How the sources fared."""

    total: int
    healthy: int
    failed: tuple[str, ...]
    new: tuple[str, ...]
    unchanged: tuple[str, ...]
    unnamed: int
    """Unchanged sources beyond those named."""


def item(
    watch: Watch,
    update: StoryUpdate,
    alerts: Sequence[Alert],
    theme_names: Mapping[str, str],
    limit: int,
) -> Item:
    """Show one story to one watch; `alerts` are those that this mail answers, `limit` caps each section."""
    folded = originals(update.documents)
    documents = {document.document_id: document for document in folded.values()}
    is_update = all(alert.update for alert in alerts)
    fresh = frozenset().union(*(alert.fresh for alert in alerts)) if is_update else frozenset()
    shown = _shown(wanted(watch, update), documents, fresh)
    own = [document for document in folded.values() if document.is_primary]
    others = [document for document in folded.values() if not document.is_primary]
    return Item(
        story_id=update.story_id,
        gss=update.gss,
        authority=wording.tidy(update.authority),
        event=wording.event(update),
        dates=wording.span(update.started_on, update.ended_on),
        update=tuple(dict.fromkeys(word for alert in alerts for word in alert.update)) if is_update else (),
        sections=_sections(shown, documents, fresh, theme_names, limit),
        judgements=tuple(
            (wording.judgement_area(area, update), wording.judgement_grade(grade, reason))
            for area, grade, reason in update.judgements
        ),
        overall=next(
            (wording.overall(grade) for area, grade, _ in update.judgements if area == "overall"), ""
        ),
        own=tuple(_covered(document, update) for document in own),
        others=tuple(_covered(document, update) for document in sorted(others, key=_by_date)),
        independent=len({document.publisher.casefold() for document in others}),
        reason="; or ".join(dict.fromkeys(wording.tidy(alert.reason) for alert in alerts)),
    )


def checks(found: Sequence[SourceCheck]) -> Checks:
    """Name what failed and what brought something; the rest as far as it fits."""
    failed = [check for check in found if check.status == "failed"]
    quiet = [wording.tidy(check.name) for check in found if check.status == "unchanged"]
    return Checks(
        total=len(found),
        healthy=len(found) - len(failed),
        failed=tuple(
            f"{wording.tidy(c.name)}: {wording.tidy(c.message) or 'no reason given'}" for c in failed
        ),
        new=tuple(
            f"{wording.tidy(check.name)}: {wording.counted(check.new, 'new item')}"
            + (f", {check.failed} could not be read" if check.failed else "")
            for check in found
            if check.status == "new"
        ),
        unchanged=tuple(quiet[:NAMED_SOURCES]),
        unnamed=len(quiet[NAMED_SOURCES:]),
    )


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


def _sections(
    kept: Mapping[str, FoundStatement],
    documents: Mapping[str, Coverage],
    fresh: frozenset[str],
    theme_names: Mapping[str, str],
    limit: int,
) -> tuple[Section, ...]:
    budget = QuoteBudget()
    sections = []
    for polarity, title, _ in SECTIONS:
        found = [(key, finding) for key, finding in kept.items() if finding.polarity == polarity]
        found.sort(key=lambda pair: pair[0] not in fresh)
        shown: list[Statement] = []
        for key, finding in found:
            if len(shown) == limit:
                break
            document = documents[finding.document_id]
            quote = budget.quote(finding, document)
            if quote:
                shown.append(_statement(finding, document, quote, theme_names, is_new=key in fresh))
        if found:
            sections.append(Section(polarity, title, len(found), tuple(shown), len(found) - len(shown)))
    return tuple(sections)


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
        is_new=is_new,
    )


# ---------------------------------------------------------------- coverage


def _covered(document: Coverage, update: StoryUpdate) -> Covered:
    key = document.duplicate_of or document.document_id
    copies = [
        copy
        for copy in update.documents
        if copy.duplicate_of == key and copy.document_id != document.document_id
    ]
    return Covered(
        title=wording.shorten(wording.tidy(document.title), 160) or "(without a title)",
        byline=_byline(document),
        address=address(document.url),
        copies=tuple(f"{_byline(copy)}: {address(copy.url).text}" for copy in copies),
    )


def _byline(document: Coverage) -> str:
    when = wording.day(document.published_on) if document.published_on else "undated"
    return ", ".join(part for part in (wording.tidy(document.publisher), when) if part)


def _by_date(document: Coverage) -> tuple[bool, str, str]:
    day = document.published_on
    return day is None, day.isoformat() if day else "", document.document_id
