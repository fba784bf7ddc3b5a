"""When a known item is asked for again, and which addresses are one item: rules without network or clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from ingest.model import Source, Validator

FIRST = timedelta(hours=12)
"""A page is corrected most in its first days: it is looked at again after so long, then each time when it is
twice as old as at the last look, until the source's `recheck_days` are over."""

FIRST_RETRY = timedelta(minutes=30)
"""What gave no usable answer is not asked for again before, then each time after twice as long ..."""
LAST_RETRY = timedelta(days=1)
"""... until it is asked for once a day."""
LONGEST_PAUSE = timedelta(days=7)
"""A host that asks for a longer pause is given this one."""


def retry_time(before: Validator | None, now: datetime, asked: float) -> datetime:
    """Return when to ask again for what failed for now; `asked` is the pause that its host wants, in seconds."""
    last = timedelta()
    if before and before.retry_at and before.checked_at:
        last = before.retry_at - before.checked_at
    pause = timedelta(seconds=min(asked, LONGEST_PAUSE.total_seconds()))
    return now + max(min(max(FIRST_RETRY, 2 * last), LAST_RETRY), pause)


def is_due(source: Source, validator: Validator, now: datetime) -> bool:
    """Say whether a known item is to be asked for again; files of a folder always are."""
    first, last = validator.first_fetched_at, validator.checked_at
    if validator.retry_at:
        return now >= validator.retry_at
    if source.kind == "folder" or first is None:
        return True
    if last is None:
        return now - first <= timedelta(days=source.recheck_days)
    # Counted to the last look, so that what no run looked at in those days is looked at once after them.
    return last - first <= timedelta(days=source.recheck_days) and now - last >= max(FIRST, last - first)


def home_of(url: str, known: Mapping[str, Validator]) -> str:
    """Return the address under which a page is at home, as far as it has been seen."""
    validator = known.get(url)
    return (validator.same_as if validator else None) or url


def is_second_address(url: str, known: Mapping[str, Validator], homes: Mapping[str, str]) -> bool:
    """Say whether the item of this address is already kept under another one.

    `homes` maps the home of each kept item to the address under which it is kept (`kept_homes`).
    """
    kept = homes.get(home_of(url, known))
    return kept is not None and kept != url


def kept_homes(addresses: Iterable[str], known: Mapping[str, Validator]) -> dict[str, str]:
    """Return for each home the address under which its item is kept: the home itself, else the first given."""
    homes: dict[str, str] = {}
    for url in addresses:
        validator = known.get(url)
        if validator is None or validator.content_hash is None:
            continue
        home = validator.same_as or url
        if home == url:
            homes[home] = url
        else:
            homes.setdefault(home, url)
    return homes
