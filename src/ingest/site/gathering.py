"""Files what the warehouse tells under authorities and themes.

Here it is decided once, for every page and for the search, which words may be shown and which count.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ingest import wording
from ingest.links import address
from ingest.model import Coverage, FoundStatement, Shown, ShownVisit, StoryUpdate
from ingest.quoting import QuoteBudget
from ingest.reference.authorities import Authority
from ingest.reference.themes import Theme
from ingest.site.content import Event, Graded, Paper, Place, SiteContent, Statement, Subject
from ingest.site.words import POLARITIES, grade_key

_RANK = {polarity.key: rank for rank, polarity in enumerate(POLARITIES)}
_TITLE_LENGTH = 160


def gather(
    shown: Shown,
    authorities: Sequence[Authority],
    themes: Sequence[Theme],
    neighbours: Mapping[str, Sequence[str]] | None = None,
) -> SiteContent:
    """File everything; `neighbours` (code -> codes, the nearest first) are statistical ones, if any are known."""
    visits = {visit.inspection_id: visit for visit in shown.visits}
    # Where everything is new, as after a first run, nothing is worth a mark.
    known = {document.document_id for story in shown.stories for document in story.documents}
    fresh = frozenset() if known <= shown.fresh else shown.fresh
    budget, told = QuoteBudget(), set[str]()
    events = [_event(story, visits, budget, told, fresh) for story in shown.stories]
    events.sort(key=lambda e: (e.published_on or date.min, e.event_id, e.gss), reverse=True)
    by_place: dict[str, list[Event]] = defaultdict(list)
    for event in sorted(events, key=lambda e: (e.on or date.min, e.event_id), reverse=True):
        by_place[event.gss].append(event)
    places = [
        Place(a, tuple(by_place[a.gss]), *_neighbours(a, authorities, neighbours or {}))
        for a in sorted(authorities, key=lambda a: (a.name, a.gss))
        if a.is_current or by_place[a.gss]
    ]
    return SiteContent(
        shown=shown,
        events=tuple(events),
        places=tuple(places),
        subjects=tuple(Subject(t, tuple(e for e in events if t.theme_id in e.themes)) for t in themes),
    )


def _neighbours(
    authority: Authority, authorities: Sequence[Authority], known: Mapping[str, Sequence[str]]
) -> tuple[tuple[Authority, ...], bool]:
    by_gss = {a.gss: a for a in authorities if a.is_current}
    near = tuple(by_gss[gss] for gss in known.get(authority.gss, ()) if gss in by_gss)
    if near:
        return near, True
    region = [a for a in by_gss.values() if a.region == authority.region and a.gss != authority.gss]
    return tuple(sorted(region, key=lambda a: a.name)), False


def _event(
    story: StoryUpdate,
    visits: Mapping[str, ShownVisit],
    budget: QuoteBudget,
    told: set[str],
    fresh: frozenset[str],
) -> Event:
    documents = {document.document_id: document for document in story.documents}
    # A finding that names no visit belongs to every story of its document: it is told in the first.
    found = [f for f in story.findings if f.finding_id not in told and f.document_id in documents]
    told.update(f.finding_id for f in found)
    has_own = any(documents[f.document_id].is_primary for f in found)
    statements, unquoted = _statements(story, found, documents, budget)
    visit = visits.get(story.inspection_id) if story.inspection_id else None
    # What others repeat of an inspection is not counted beside the inspectors' own words.
    counted = [f for f in found if f.is_inspectorate and (documents[f.document_id].is_primary or not has_own)]
    counts: dict[str, int] = defaultdict(int)
    by_theme: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for finding in counted:
        counts[finding.polarity] += 1
        if finding.polarity != "neutral":
            for theme in finding.themes:
                by_theme[theme][finding.polarity == "strength"] += 1
    papers = _papers(story, unquoted)
    grades = _grades(story, visit)
    is_fresh = any(document.document_id in fresh for document in story.documents)
    title = wording.event(story)
    words = repr((title, story, visit, grades, statements, papers, is_fresh))
    return Event(
        event_id=story.story_id,
        gss=story.gss,
        authority=story.authority,
        title=title,
        on=story.started_on or story.month or story.first_published_on,
        published_on=story.first_published_on,
        dates=wording.span(story.started_on, story.ended_on)
        or (f"{story.month:%B %Y}" if story.month else ""),
        visit=visit,
        grades=grades,
        papers=papers,
        statements=statements,
        counts=dict(counts),
        themes={theme: (bad, good) for theme, (bad, good) in sorted(by_theme.items())},
        is_fresh=is_fresh,
        is_sample=any(_is_sample(document.url) for document in story.documents),
        digest=hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16],
    )


def _statements(
    story: StoryUpdate,
    found: Iterable[FoundStatement],
    documents: Mapping[str, Coverage],
    budget: QuoteBudget,
) -> tuple[tuple[Statement, ...], Mapping[str, int]]:
    """Quote what may be quoted: of the press the inspectors' words first, the gravest of them; count the rest."""
    order = list(enumerate(found))
    order.sort(key=lambda pair: (not pair[1].is_inspectorate, _RANK[pair[1].polarity], pair[0]))
    kept: list[tuple[int, Statement]] = []
    unquoted: dict[str, int] = defaultdict(int)
    for number, finding in order:
        document = documents[finding.document_id]
        quote = budget.quote(finding, document)
        if not quote:
            unquoted[finding.document_id] += 1
            continue
        statement = Statement(
            finding_id=finding.finding_id,
            gss=story.gss,
            event_id=story.story_id,
            polarity=finding.polarity,
            quote=wording.quoted(quote),
            who=wording.speaker(finding, document),
            where=wording.place(finding),
            themes=finding.themes,
            href=address(document.url, finding.page).href,
            on=document.published_on,
            is_own=document.is_primary,
        )
        kept.append((number, statement))
    kept.sort(key=lambda pair: (not pair[1].is_own, pair[0]))
    return tuple(statement for _, statement in kept), unquoted


def _papers(story: StoryUpdate, unquoted: Mapping[str, int]) -> tuple[Paper, ...]:
    stored = {document.document_id for document in story.documents}
    copies: dict[str, list[Coverage]] = defaultdict(list)
    for document in story.documents:
        if document.duplicate_of in stored:
            copies[str(document.duplicate_of)].append(document)
    return tuple(
        Paper(
            title=wording.shorten(wording.tidy(document.title), _TITLE_LENGTH) or "(without a title)",
            byline=_byline(document),
            address=address(document.url),
            is_own=document.is_primary,
            copies=tuple(
                f"{_byline(copy)}: {address(copy.url).text}" for copy in copies[document.document_id]
            ),
            unquoted=unquoted.get(document.document_id, 0),
        )
        for document in story.documents
        if document.duplicate_of not in stored
    )


def _byline(document: Coverage) -> str:
    when = wording.day(document.published_on) if document.published_on else "undated"
    return ", ".join(part for part in (wording.tidy(document.publisher), when) if part)


def _grades(story: StoryUpdate, visit: ShownVisit | None) -> tuple[Graded, ...]:
    if visit is None:
        return ()
    own = next((document.url for document in story.documents if document.is_primary), "")
    return tuple(
        Graded(
            area=wording.judgement_area(judged.area, story),
            words=wording.judgement_grade(judged.grade, judged.reason),
            key=grade_key(judged.grade),
            href=address(own, judged.page).href,
        )
        for judged in visit.judgements
    )


def _is_sample(url: str) -> bool:
    """RFC 2606: a host under .example belongs to nobody."""
    return address(url).host.rpartition(".")[2] == "example"
