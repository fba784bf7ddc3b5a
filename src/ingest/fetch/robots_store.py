"""robots.txt as it came, kept beside the archive from run to run: a small file of JSON for each site."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from ingest.fetch.archive import TEMPORARY


@dataclass(frozen=True, slots=True)
class RobotsText:
    """What a site's robots.txt said, and when."""

    origin: str
    fetched_at: datetime
    """When it was fetched, or last found unchanged."""
    text: str
    """Empty where there is none, which allows everything."""
    url: str = ""
    """Where redirects led; its server gave the marks below."""
    etag: str | None = None
    last_modified: str | None = None


class RobotsStore:
    """Files at `folder/HASH.json`. One that cannot be read or written costs a request more, and no run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, origin: str) -> RobotsText | None:
        """Return what is kept of a site; None where nothing is, or nothing usable."""
        try:
            values = json.loads(self._path(origin).read_text(encoding="utf-8"))
            kept = RobotsText(**values | {"fetched_at": datetime.fromisoformat(values["fetched_at"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return kept if kept.origin == origin and kept.fetched_at.tzinfo else None

    def save(self, kept: RobotsText) -> None:
        """Keep what a site said."""
        path = self._path(kept.origin)
        temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary.write_text(
                json.dumps(asdict(kept) | {"fetched_at": kept.fetched_at.isoformat()}), encoding="utf-8"
            )
            temporary.replace(path)

    def _path(self, origin: str) -> Path:
        return self._folder / f"{hashlib.sha256(origin.encode()).hexdigest()[:32]}.json"
