"""Which news belongs to which watch, and what of it was not told before. Pure.

What was told is kept with each alert, so that the same content is never told twice to one watch, and so
that what comes later can be named: Ofsted's letter after the press, a corrected text, new findings.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ingest.alerts.told import Alert, Told, finding_key, originals, wanted
from ingest.alerts.watch import Watch
from ingest.model import Coverage, FoundStatement, StoryUpdate, make_id
from ingest.wording import counted

LONDON = ZoneInfo("Europe/London")


def match(
    watches: Sequence[Watch],
    updates: Iterable[StoryUpdate],
    began: Mapping[str, date],
    told: Iterable[Told],
    run_id: str,
    now: datetime,
) -> tuple[Alert, ...]:
    """Return the alerts that are due to each watch, in the order of updates.

    `began` says, by watch name, from which day on a watch is told (`since` goes before; a watch that is
    missing begins today). `told` holds what all earlier alerts of these watches told.
    """
    history: defaultdict[tuple[str, str], list[Told]] = defaultdict(list)
    for record in told:
        history[record.watch_id, record.gss].append(record)
    today = now.astimezone(LONDON).date()
    alerts = []
    for update in updates:
        for watch in watches:
            if not watch.covers(update.gss):
                continue
            past = history[watch.name, update.gss]
            start = watch.since or began.get(watch.name, today)
            alert = _alert(watch, update, start, past, run_id, now)
            if alert:
                alerts.append(alert)
                past.append(alert.told)
    return tuple(alerts)


# ---------------------------------------------------------------- one watch, one story


@dataclass(frozen=True, slots=True)
class _News:
    """What a story brings that was not told: `update` names it, empty for a first telling."""

    fresh: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    update: tuple[str, ...] = ()


def _alert(
    watch: Watch, update: StoryUpdate, start: date, past: Sequence[Told], run_id: str, now: datetime
) -> Alert | None:
    kept = wanted(watch, update)
    folded = originals(update.documents)
    # A story may get another id when its letter arrives: to a reader, what shares a document is one story.
    before = [
        record
        for record in past
        if record.story_id == update.story_id or not _ids(record.documents).isdisjoint(folded)
    ]
    if before:
        news = _news(update, kept, folded, before)
        if news is None or not (kept or news.withdrawn or not watch.is_filtered):
            return None
    elif watch.is_filtered and not kept:
        return None
    else:
        news = _News(fresh=tuple(kept))
    if not _is_recent(update, folded, before, start):
        return None

    sources = {document.document_id: key for key, document in folded.items()}
    content: dict[str, Any] = {
        "authority": update.authority,
        "title": update.title,
        "update": news.update,
        "fresh": sorted(news.fresh),
        "findings": {key: sources[kept[key].document_id] for key in sorted(kept)},
        "documents": sorted(_version(key, document) for key, document in folded.items()),
        "judgements": sorted(_judgements(update)),
        "withdrawn": sorted(news.withdrawn),
    }
    content_key = make_id(
        update.story_id, update.gss, *sorted(kept), "|", *content["judgements"], "|", *sorted(folded), "|",
        *content["withdrawn"],
    )  # fmt: skip
    return Alert(
        alert_id=make_id("alert", watch.name, content_key),
        watch_id=watch.name,
        story_id=update.story_id,
        gss=update.gss,
        reason=_reason(watch, update, kept),
        content_key=content_key,
        content=json.dumps(content, ensure_ascii=False, sort_keys=True),
        run_id=run_id,
        created_at=now,
    )


def _news(
    update: StoryUpdate,
    kept: Mapping[str, FoundStatement],
    folded: Mapping[str, Coverage],
    before: Sequence[Told],
) -> _News | None:
    """Compare with what was told; None where nothing in it is news.

    Not news: another copy; the same text read by newer rules; and, once Ofsted's own document was told, one
    more page that says what Ofsted found.
    """
    seen_versions = frozenset().union(*(record.documents for record in before))
    seen_ids = _ids(seen_versions)
    said: dict[str, str] = {}
    for record in before:
        said.update(record.findings)
    gone_before = frozenset().union(*(record.withdrawn for record in before))
    judged_before = frozenset().union(*(record.judgements for record in before))

    unseen = {key: doc for key, doc in folded.items() if _version(key, doc) not in seen_versions}
    corrected = unseen.keys() & seen_ids
    arrived = [doc for key, doc in unseen.items() if doc.is_primary and key not in seen_ids]
    has_primary = any(doc.is_primary and key in seen_ids for key, doc in folded.items())
    sources = {doc.document_id: key for key, doc in unseen.items()}

    def is_news(key: str, finding: FoundStatement) -> bool:
        source = sources.get(finding.document_id)
        if key in said or source is None:
            return False
        restated = has_primary and finding.is_inspectorate and not unseen[source].is_primary
        return source in corrected or not restated

    fresh = tuple(key for key, finding in kept.items() if is_news(key, finding))
    still_there = {finding_key(finding) for finding in update.findings} | gone_before
    withdrawn = tuple(key for key, source in said.items() if source in corrected and key not in still_there)
    graded = {f"{area}={grade}" for area, grade, _ in update.judgements if grade}
    judged = graded - judged_before if unseen else set()
    amended = any(sources[kept[key].document_id] in corrected for key in fresh) or withdrawn

    words = [
        f"Ofsted's {'report' if doc.kind == 'ofsted_report' else 'letter'} has come" for doc in arrived[:1]
    ]
    words += ["text corrected"] if amended else []
    words += [counted(len(fresh), "new finding")] if fresh else []
    words += [f"{counted(len(withdrawn), 'finding')} withdrawn"] if withdrawn else []
    words += [counted(len(judged), "new judgement")] if judged else []
    return _News(fresh, withdrawn, tuple(words)) if words else None


def _is_recent(
    update: StoryUpdate, folded: Mapping[str, Coverage], before: Sequence[Told], start: date
) -> bool:
    """Whether any of it was published since the watch began.

    A story that was told once stays open to its corrections. A document without a date counts as published
    with its story; where no date is known at all, it is told rather than lost.
    """
    if before:
        return True
    dates = [document.published_on or update.first_published_on for document in folded.values()]
    dates.append(update.first_published_on)
    known = [day for day in dates if day]
    return not known or max(known) >= start


def _reason(watch: Watch, update: StoryUpdate, kept: Mapping[str, FoundStatement]) -> str:
    """Say which parts of the watch matched: "you watch Birmingham; theme Care leavers; concern"."""
    parts = [f"you watch {update.authority if watch.authorities else 'all authorities'}"]
    hit = {theme for finding in kept.values() for theme in finding.themes}
    names = [name for theme_id, name in watch.themes.items() if theme_id in hit]
    if names:
        parts.append(f"{'theme' if len(names) == 1 else 'themes'} {', '.join(names)}")
    if watch.polarity and kept:
        present = {finding.polarity for finding in kept.values()}
        parts.append(" or ".join(word for word in watch.polarity if {word, "mixed"} & present))
    return "; ".join(parts)


def _judgements(update: StoryUpdate) -> set[str]:
    return {f"{area}={grade or 'none'}" for area, grade, _ in update.judgements}


def _version(key: str, document: Coverage) -> str:
    return f"{key}:{document.version}"


def _ids(versions: Iterable[str]) -> frozenset[str]:
    return frozenset(version.rpartition(":")[0] for version in versions)
