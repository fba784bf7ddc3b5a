"""Writes the Atom feeds: <data_dir>/feeds/watch-NAME.atom and authority-CODE.atom."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from ingest.alerts import FEEDS, Alert, Watch, atom, feed_entry
from ingest.alerts.eml import slug, write
from ingest.alerts.feeds import MOST
from ingest.load import Warehouse
from ingest.model import make_id


def write_feeds(
    warehouse: Warehouse, watches: Sequence[Watch], alerts: Sequence[Alert], folder: Path
) -> None:
    """Write anew the feeds of what these alerts tell, and the feed of each watch that has none yet."""
    fresh = {alert.watch_id for alert in alerts}
    there = {path.name for path in folder.glob("watch-*.atom")}
    for watch in watches:
        path = folder / f"watch-{_name(watch.name)}.atom"
        if watch.name == FEEDS or (watch.name not in fresh and path.name in there):
            continue
        rows = warehouse.newest_alerts(watch.name, None, MOST)
        write(path, atom(f"watch:{make_id(watch.name)}", watch.name, [feed_entry(row) for row in rows]))
    for gss in sorted({alert.gss for alert in alerts if alert.watch_id == FEEDS}):
        rows = warehouse.newest_alerts(FEEDS, gss, MOST)
        name = next(alert.said["authority"] for alert in alerts if alert.gss == gss)
        title = f"{name}: children's services"
        path = folder / f"authority-{gss}.atom"
        write(path, atom(f"authority:{gss}", title, [feed_entry(row) for row in rows]))


@lru_cache(maxsize=1024)
def _name(watch: str) -> str:
    """Two names that look alike as file names stay apart."""
    return f"{slug(watch) or 'watch'}-{make_id(watch)[:4]}"
