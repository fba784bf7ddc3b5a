"""What to do about a source that is not well: a heading for each state, the remedy, and the page as it should be."""

from __future__ import annotations

from pathlib import Path

from ingest.errors import ConfigError
from ingest.model import Source
from ingest.sources.golden import FOLDER, goldens_of

_HEADINGS: dict[str, str] = {
    "ok": "well",
    "unchanged": "well, nothing new",
    "failed": "cannot be fetched",
    "refused": "we are refused",
    "selector_dead": "a selector is dead",
    "empty": "announces nothing",
    "below_expected": "announces too little",
    "identical_items": "all items are the same",
    "field_drop": "a field went missing",
    "text_drop": "texts became short",
    "vanished": "its items are gone",
    "items_failed": "its items cannot be fetched",
    "pages_failed": "not all its pages could be had",
    "overdue": "has gone quiet",
    "future_dates": "dates in the future",
    "above_expected": "announces a lot",
}
_COMPARE = "compare the page with {golden}; mend options in {catalogue}; ingest run --source {id}"
_REMEDIES: dict[str, str] = {
    "failed": "open {url}; where it moved, correct url in {catalogue}; where it is only down, wait",
    "refused": "robots.txt or the site keeps us out: ask its owner, or take the entry out of {catalogue}",
    "selector_dead": _COMPARE + " (texts: then make reprocess)",
    "empty": _COMPARE,
    "below_expected": _COMPARE + "; or lower expected_min",
    "identical_items": "open {url} and an item: is it a notice, a login or a cookie wall? Else: " + _COMPARE,
    "field_drop": _COMPARE,
    "text_drop": "open a new item; mend options.content in {catalogue}; then make reprocess",
    "vanished": "open {url}: where addresses changed, the items come back under new ones; else they were withdrawn",
    "items_failed": "open an item: the site may be down, or refuse us; ingest run --source {id}",
    "pages_failed": "nothing, unless it stays so: the next run asks again",
    "overdue": "open {url}: is there news that we miss? " + _COMPARE + "; or raise cadence_hours",
    "future_dates": "check options.date_format in {catalogue}: day and month may be swapped",
    "above_expected": "open {url}: does a selector match too much? Else raise expected_max",
}


def heading(state: str) -> str:
    """Say a state in a few words."""
    return _HEADINGS.get(state, state)


def remedy(state: str, source: Source, golden: Path | None, catalogue: Path) -> str:
    """Say what to do about a state."""
    return _REMEDIES.get(state, "look at {url}").format(
        id=source.source_id,
        url=source.url or "its page",
        catalogue=catalogue,
        golden=golden or "what it was (no golden page is kept of it)",
    )


def golden_page(catalogue: Path, source: Source) -> Path | None:
    """Return the saved announcement page of the source's kind, its own or its platform's; None where none is kept."""
    try:
        goldens = goldens_of(catalogue.parent / FOLDER, source)
    except ConfigError:
        # A malformed one fails in the tests; here it would hide what is wrong with the source.
        return None
    return goldens[0].page if goldens else None
