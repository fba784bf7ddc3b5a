"""Which news belongs to which watch. Pure: what was told before is an argument."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from ingest import wording
from ingest.alerts.news import News, news_of, versions
from ingest.alerts.told import Alert, Told, originals, wanted
from ingest.alerts.watch import Watch
from ingest.alerts.windows import day_of
from ingest.model import Coverage, FoundStatement, StoryUpdate, make_id


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
    today = day_of(now)
    alerts = []
    for update in updates:
        folded = originals(update.documents)
        for watch in watches:
            if not watch.covers(update):
                continue
            past = history[watch.name, update.gss]
            start = watch.since or began.get(watch.name, today)
            alert = _alert(watch, update, folded, start, past, run_id, now)
            if alert:
                alerts.append(alert)
                past.append(alert.told)
    return tuple(alerts)


def _alert(
    watch: Watch,
    update: StoryUpdate,
    folded: Mapping[str, Coverage],
    start: date,
    past: Sequence[Told],
    run_id: str,
    now: datetime,
) -> Alert | None:
    kept = wanted(watch, update)
    # A story may get another id when its letter arrives: to a reader, what shares a document is one story.
    ids = folded.keys()
    before = [
        record
        for record in past
        if record.story_id == update.story_id or not ids.isdisjoint(record.document_ids)
    ]
    if before:
        news = news_of(update, kept, folded, before)
        if news is None or not (kept or news.withdrawn or not watch.is_filtered):
            return None
    elif (watch.is_filtered and not kept) or not _is_recent(update, folded, start):
        return None
    else:
        news = News(fresh=tuple(kept))
    return _made(watch, update, folded, kept, news, run_id, now)


def _made(
    watch: Watch,
    update: StoryUpdate,
    folded: Mapping[str, Coverage],
    kept: Mapping[str, FoundStatement],
    news: News,
    run_id: str,
    now: datetime,
) -> Alert:
    sources = {document.document_id: key for key, document in folded.items()}
    told = list(folded.values())
    judgements = sorted(f"{area}={grade or 'none'}" for area, grade, _ in update.judgements)
    withdrawn = sorted(news.withdrawn)
    content = {
        "authority": update.authority,
        "title": update.title,
        "event": wording.event(update),
        "url": next((doc.url for doc in told if doc.is_primary), told[0].url),
        "update": news.words,
        "fresh": sorted(news.fresh),
        "changed": news.changed,
        "gone": news.gone,
        "findings": {key: (sources[kept[key].document_id], kept[key].quote) for key in sorted(kept)},
        "documents": sorted(versions(folded)),
        "judgements": judgements,
        "withdrawn": withdrawn,
    }
    content_key = make_id(
        update.story_id, update.gss, *sorted(kept), "|", *judgements, "|", *sorted(folded), "|", *withdrawn
    )
    return Alert(
        alert_id=make_id("alert", watch.name, content_key),
        watch_id=watch.name,
        story_id=update.story_id,
        gss=update.gss,
        reason=_reason(watch, update, kept, folded),
        content_key=content_key,
        content=json.dumps(content, ensure_ascii=False, sort_keys=True),
        run_id=run_id,
        created_at=now,
    )


def _is_recent(update: StoryUpdate, folded: Mapping[str, Coverage], start: date) -> bool:
    """Whether any of a story that was never told was published since the watch began.

    A document without a date counts as published with its story; where no date is known at all, it is told
    rather than lost.
    """
    dates = [document.published_on or update.first_published_on for document in folded.values()]
    dates.append(update.first_published_on)
    known = [day for day in dates if day]
    return not known or max(known) >= start


def _reason(
    watch: Watch,
    update: StoryUpdate,
    kept: Mapping[str, FoundStatement],
    folded: Mapping[str, Coverage],
) -> str:
    """Say which parts of the watch matched: "you watch Birmingham; theme Care leavers; concern"."""
    parts = [", ".join(watch.reasons(update))]
    hit = {theme for finding in kept.values() for theme in finding.themes}
    names = [name for theme_id, name in watch.themes.items() if theme_id in hit]
    if names:
        parts.append(f"{'theme' if len(names) == 1 else 'themes'} {', '.join(names)}")
    present = {finding.polarity for finding in kept.values()}
    parts.append(" or ".join(word for word in watch.polarity if {word, "mixed"} & present))
    kinds = {update.inspection_kind or "news", *(document.kind for document in folded.values())}
    parts.append(
        " and ".join(
            kind.replace("_", " ")
            for kind in watch.kinds
            if kind in kinds or (kind == "ilacs" and any(other.startswith("ilacs_") for other in kinds))
        )
    )
    texts = [finding.quote for finding in kept.values()] + [document.title for document in folded.values()]
    parts += [f"the word “{word}”" for word in watch.words_in("\n".join(texts))]
    return "; ".join(part for part in parts if part)
