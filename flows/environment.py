"""Where Prefect keeps its things and what it must not do; to be imported before prefect is."""

from __future__ import annotations

import os
from pathlib import Path


def prepare(data_dir: Path) -> None:
    """Keep Prefect's database under the data folder and switch telemetry off, unless the user set them."""
    os.environ.setdefault("PREFECT_HOME", str((data_dir / "prefect").resolve()))
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
