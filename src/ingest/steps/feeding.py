"""Writes the Atom feeds: <data_dir>/feeds/watch-NAME.atom and authority-CODE.atom.

When they were last written is noted beside them, so that what a killed run noted as told and did not write follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from ingest.alerts import FEEDS, Watch, atom, feed_entry
from ingest.alerts.eml import slug, write
from ingest.alerts.feeds import MOST
from ingest.load import Warehouse
from ingest.model import make_id

_WRITTEN = ".written"


def write_feeds(warehouse: Warehouse, watches: Sequence[Watch], folder: Path, now: datetime) -> None:
    """Write anew the feeds of what was told since they were last written, and of each watch that has none yet."""
    told = warehouse.told_since(_written(folder))
    fresh = {watch_id for watch_id, _, _ in told}
    there = {path.name for path in folder.glob("watch-*.atom")}
    for watch in watches:
        path = folder / f"watch-{_name(watch.name)}.atom"
        if watch.name == FEEDS or (watch.name not in fresh and path.name in there):
            continue
        rows = warehouse.newest_alerts(watch.name, None, MOST)
        write(path, atom(f"watch:{make_id(watch.name)}", watch.name, [feed_entry(row) for row in rows]))
    for watch_id, gss, name in told:
        if watch_id == FEEDS:
            rows = warehouse.newest_alerts(FEEDS, gss, MOST)
            title = f"{name}: children's services"
            path = folder / f"authority-{gss}.atom"
            write(path, atom(f"authority:{gss}", title, [feed_entry(row) for row in rows]))
    if watches:
        write(folder / _WRITTEN, now.isoformat().encode())


def _written(folder: Path) -> datetime | None:
    try:
        return datetime.fromisoformat((folder / _WRITTEN).read_text())
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=1024)
def _name(watch: str) -> str:
    """Two names that look alike as file names stay apart."""
    return f"{slug(watch) or 'watch'}-{make_id(watch)[:4]}"
