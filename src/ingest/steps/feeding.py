"""Writes the Atom feeds: <data_dir>/feeds/watch-NAME.atom and authority-CODE.atom."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from ingest.alerts import FEEDS, Watch, atom, feed_entry
from ingest.alerts.eml import slug, write
from ingest.alerts.feeds import MOST
from ingest.errors import WarehouseError
from ingest.load import Warehouse
from ingest.model import make_id

_NEWEST = """
SELECT watch_id, gss, arg_max(alert_id, (created_at, alert_id)) AS alert_id,
FROM alert
GROUP BY GROUPING SETS ((watch_id), (watch_id, gss))
"""


def write_feeds(warehouse: Warehouse, watches: Sequence[Watch], folder: Path) -> None:
    """Write anew each feed that lacks its newest alert, also where a run before was stopped or had no room.

    Raises:
        WarehouseError: the disk refused; the next call tries again.
    """
    newest = {(row["watch_id"], row["gss"]): row["alert_id"] for row in warehouse.reader.dicts(_NEWEST)}
    try:
        for watch in watches:
            if watch.name != FEEDS:
                path = folder / f"watch-{_name(watch.name)}.atom"
                if not _holds(path, newest.get((watch.name, None))):
                    _write(warehouse, path, watch.name, None)
        if any(watch.name == FEEDS for watch in watches):
            for gss in sorted(gss for name, gss in newest if name == FEEDS and gss):
                path = folder / f"authority-{gss}.atom"
                if not _holds(path, newest[FEEDS, gss]):
                    _write(warehouse, path, FEEDS, gss)
    except OSError as error:
        raise WarehouseError(
            f"{folder}: the feeds cannot be written ({error.strerror}); free space or mend permissions"
        ) from error


def _write(warehouse: Warehouse, path: Path, watch: str, gss: str | None) -> None:
    """Write the feed of a watch, or of an authority."""
    rows = warehouse.newest_alerts(watch, gss, MOST)
    feed_id, title = f"watch:{make_id(watch)}", watch
    if gss:
        authority = json.loads(rows[0]["content"])["authority"]
        feed_id, title = f"authority:{gss}", f"{authority}: children's services"
    write(path, atom(feed_id, title, [feed_entry(row) for row in rows]))


def _holds(path: Path, alert_id: str | None) -> bool:
    """Say whether the feed is there and has the alert, if there is one."""
    try:
        return (alert_id or "").encode() in path.read_bytes()
    except FileNotFoundError:
        return False


@lru_cache(maxsize=1024)
def _name(watch: str) -> str:
    """Two names that look alike as file names stay apart."""
    return f"{slug(watch) or 'watch'}-{make_id(watch)[:4]}"
