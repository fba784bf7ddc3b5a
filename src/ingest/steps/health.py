"""Judges a source by what one check saw and by its own history: each fault has a name. Pure: no clock, no database.

A source that could not be asked (`failed`, `refused`) is not judged by its content, and one that answered is
not called failed: the two are never taken for each other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import get_args

from ingest.model import (
    Announcing,
    Failure,
    History,
    Link,
    Problem,
    Severity,
    Source,
    SourceState,
    StoredText,
)

FEW = 3
"""Items below which shares and sameness say nothing."""
DROP = 0.5
"""A field that is filled in less than this share of what it used to be has dropped ..."""
USUAL = 0.8
"""... where it used to be filled in at least so many of the items."""
RECENT, EARLIER = 5, 10
"""The newest texts of a source are compared with at least so many that earlier runs brought."""
SHORT = 0.4
"""Texts have dropped where the middle one of the newest is below this share of the middle one of the earlier."""
LATE = 4
"""A source is overdue after so many times its cadence without anything new ..."""
LONGEST = 1.5
"""... or so many times the longest pause between its newest days of publication, where that is longer ..."""
WEEKEND = timedelta(days=4)
"""... never before a bank-holiday weekend is over ..."""
MONTH = timedelta(days=30)
"""... nor before a month is over where too few of those days are known."""

_LAYOUT = re.compile(r"matches nothing|may have a new layout|layout has changed")
"""What the readers of announcements and pages say of a selector that finds nothing (a test holds them to it)."""
_OF_PAGES = frozenset(
    {
        "selector_dead",
        "empty",
        "below_expected",
        "above_expected",
        "identical_items",
        "field_drop",
        "future_dates",
    }
)
_DAY = timedelta(days=1)
_FETCH = frozenset({"FetchError", "TransientError", "RefusedError", "GoneError"})
_ORDER: tuple[SourceState, ...] = get_args(SourceState)
"""The gravest first, as the model names them."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What one check saw of a source."""

    now: datetime
    error: str = ""
    """Why it could not be asked at all; empty where it could."""
    error_name: str = ""
    """Name of the error's class."""
    announcing: Announcing | None = None
    failures: tuple[Failure, ...] = ()
    asked: int = 0
    """Items that were asked for."""
    gone: int = 0
    """Of those that were stored before, how many answered 404 or 410."""
    brought: int = 0
    """Documents that are new or changed."""


def announcing(links: Iterable[Link], today: date, *, pages: int, is_whole: bool) -> Announcing:
    """Measure what the pages of a source announce."""
    items = list({link.url: link for link in links}.values())
    return Announcing(
        pages=pages,
        is_whole=is_whole,
        items=len(items),
        titled=sum(bool(link.title) for link in items),
        dated=sum(link.published_on is not None for link in items),
        future=sum(link.published_on is not None and link.published_on > today + _DAY for link in items),
        distinct=len({(link.title, link.published_on) for link in items}),
    )


def judge(source: Source, sight: Sight, history: History) -> tuple[Problem, ...]:
    """Return what is wrong with a source, the gravest first; nothing where all is well."""
    if sight.error:
        return (_unasked(source, sight),)
    found = [
        *_layout(sight, history),
        *_items(source, sight, history),
        *(_texts(history) if source.kind != "folder" else ()),
        *_fetching(sight),
        *_silence(source, sight, history),
    ]
    if any(problem.state == "selector_dead" for problem in found):
        # No items, no dates, short texts: the dead selector's doing, and one fault has one name.
        found = [p for p in found if p.state not in ("empty", "below_expected", "field_drop", "text_drop")]
    return tuple(sorted(found, key=lambda p: (p.severity != "error", _ORDER.index(p.state))))


def is_announcement_at_fault(problems: Iterable[Problem]) -> bool:
    """Say whether what its pages announce is in question, so that they are to be read again though unchanged."""
    return any(problem.state in _OF_PAGES for problem in problems)


def is_layout(failure: Failure) -> bool:
    """Say whether a failure means that a selector of the catalogue, or our reader, found nothing."""
    return failure.stage in ("sources", "extract") and bool(_LAYOUT.search(failure.message))


def _unasked(source: Source, sight: Sight) -> Problem:
    state: SourceState = "refused" if sight.error_name == "RefusedError" else "failed"
    message = sight.error.removeprefix(f"{source.url}: ").removesuffix("; correct or drop the address")
    return Problem(state, "error", message, source.url, is_passing=sight.error_name == "TransientError")


def _layout(sight: Sight, history: History) -> Iterable[Problem]:
    dead = {failure.url: failure for failure in (*history.dead, *filter(is_layout, sight.failures))}
    if not dead:
        return
    first = next(iter(dead.values()))
    message = first.said
    if len(dead) > 1:
        message += f" (and {len(dead) - 1} more pages)"
    yield Problem("selector_dead", "error", message, page=first.url)


def _items(source: Source, sight: Sight, history: History) -> Iterable[Problem]:
    seen = sight.announcing
    if seen is None or not seen.pages:
        return
    if seen.is_whole:
        yield from _counts(source, sight, seen)
    if seen.items < FEW or source.kind == "folder":
        return
    if seen.distinct == 1 and seen.titled:
        yield Problem(
            "identical_items", "error", f"all {seen.items} items have one and the same title and date"
        )
    for field in ("dated", "titled"):
        now, before = _share(seen, field), _usual_share(history.checks, field)
        if before is not None and now < DROP * before:
            noun = "date" if field == "dated" else "title"
            yield Problem(
                "field_drop", "error", f"{now:.0%} of {seen.items} items have a {noun}; it was {before:.0%}"
            )
    if seen.future:
        severity: Severity = "error" if seen.future > seen.items * DROP else "warning"
        yield Problem(
            "future_dates", severity, f"{seen.future} of {seen.items} items are dated in the future"
        )


def _counts(source: Source, sight: Sight, seen: Announcing) -> Iterable[Problem]:
    least, most = source.expected_min, source.expected_max
    if not seen.items and least != 0 and (source.kind != "folder" or least):
        said = next((failure.said for failure in sight.failures if failure.stage == "sources"), "")
        yield Problem("empty", "error", said or "its page announces no item at all", page=source.url)
    elif least is not None and seen.items < least:
        yield Problem(
            "below_expected", "error", f"{_items_of(seen.items)} announced, at least {least} expected"
        )
    elif most is not None and seen.items > most:
        yield Problem(
            "above_expected", "warning", f"{_items_of(seen.items)} announced, at most {most} expected"
        )


def _texts(history: History) -> Iterable[Problem]:
    # Of the last run that brought any: what it brought is in question until something better comes.
    fresh = [text for text in history.texts if text.run_id == history.texts[0].run_id]
    if len(fresh) >= FEW and len({text.text_hash for text in fresh}) == 1:
        yield Problem(
            "identical_items",
            "error",
            f"the newest {len(fresh)} documents have the same text: a notice may stand in their place",
        )
    by_kind: defaultdict[str, list[StoredText]] = defaultdict(list)
    for text in history.texts:
        by_kind[text.kind].append(text)
    for kind, texts in by_kind.items():
        newest = texts[:RECENT]
        runs = {text.run_id for text in newest}
        earlier = [text for text in texts[RECENT:] if text.run_id not in runs]
        if len(earlier) < EARLIER:
            continue
        now, before = median(text.length for text in newest), median(text.length for text in earlier)
        what = kind.replace("_", " ")
        if now < SHORT * before:
            yield Problem(
                "text_drop",
                "error",
                f"the newest {what}s have {now:,.0f} characters in the middle; it was {before:,.0f}",
            )
        dated, was = (sum(t.is_dated for t in group) / len(group) for group in (newest, earlier))
        if was >= USUAL and dated < DROP * was:
            yield Problem(
                "field_drop", "error", f"{dated:.0%} of the newest {what}s have a date; it was {was:.0%}"
            )


def _fetching(sight: Sight) -> Iterable[Problem]:
    pages = [failure for failure in sight.failures if failure.stage == "sources" and failure.error in _FETCH]
    if pages:
        first = pages[0]
        more = f" (and {len(pages) - 1} more)" if len(pages) > 1 else ""
        yield Problem("pages_failed", "warning", f"not all of its pages could be had: {first.message}{more}")
    if sight.asked < FEW:
        return
    if sight.gone > sight.asked * DROP:
        yield Problem(
            "vanished", "error", f"{sight.gone} of {sight.asked} items that were asked again are gone (404)"
        )
    failed = [failure for failure in sight.failures if failure.stage == "fetch"]
    if len(failed) > sight.asked * DROP:
        yield Problem(
            "items_failed",
            "error",
            f"{len(failed)} of {sight.asked} items could not be fetched: {failed[0].message}",
            is_passing=all(failure.retryable for failure in failed),
        )


def _silence(source: Source, sight: Sight, history: History) -> Iterable[Problem]:
    since = history.last_new_at or history.first_checked_at
    if source.cadence_hours is None or since is None or sight.brought:
        return
    gaps = [later - earlier for later, earlier in pairwise(history.days)]
    usual = LONGEST * max(gaps) if len(gaps) >= FEW else MONTH
    longest = max(LATE * timedelta(hours=source.cadence_hours), WEEKEND, usual)
    if sight.now - since > longest:
        yield Problem(
            "overdue",
            "error",
            f"nothing new since {since:%Y-%m-%d}, which is longer than the {longest.days} days that are usual",
        )


def _share(seen: Announcing, field: str) -> float:
    filled: int = getattr(seen, field)
    return filled / seen.items


def _usual_share(checks: Sequence[Announcing], field: str) -> float | None:
    """Return the middle share of earlier checks; None where there is none to go by, or it was never usual."""
    shares = [_share(check, field) for check in checks if check.items >= FEW]
    usual = median(shares) if shares else 0.0
    return usual if usual >= USUAL else None


def _items_of(number: int) -> str:
    return "1 item" if number == 1 else f"{number:,} items"
