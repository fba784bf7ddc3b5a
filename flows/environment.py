"""Where Prefect keeps its things and what it must not do; to be imported before prefect is."""

from __future__ import annotations

import os
from pathlib import Path

from ingest.errors import ConfigError


def prepare(data_dir: Path) -> None:
    """Keep Prefect's database under the data folder and switch telemetry off, unless the user set them.

    Raises:
        ConfigError: the folder cannot be made; Prefect would only hang.
    """
    home = Path(os.environ.setdefault("PREFECT_HOME", str((data_dir / "prefect").resolve())))
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{home}: cannot be made: {error.strerror}; name another with INGEST_DATA_DIR."
        ) from error
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
