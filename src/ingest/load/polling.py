"""The table `source_poll`: when each source is to be asked next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

import duckdb

from ingest.load.database import dicts, named_ids, upsert


@dataclass(frozen=True, slots=True)
class Poll:
    """What is known of the rhythm of a source."""

    source_id: str
    minutes: float
    """From one time to the next."""
    due_at: datetime
    last_new_at: datetime | None = None
    is_whole: bool = False
    """All that it announced up to then is stored; false while a run is at it."""


_COLUMNS = ("source_id", "minutes", "due_at", "last_new_at", "is_whole")


def polls(connection: duckdb.DuckDBPyConnection) -> dict[str, Poll]:
    """Return what is known of each source, by its id."""
    rows = dicts(connection, f"SELECT {', '.join(_COLUMNS)} FROM source_poll")  # noqa: S608
    return {row["source_id"]: Poll(**row) for row in rows}


def note_polls(connection: duckdb.DuckDBPyConnection, made: Iterable[Poll]) -> None:
    """Write what is known now; within a transaction."""
    upsert(connection, "source_poll", _COLUMNS, [astuple(poll) for poll in made], key=1)


def begin_polls(connection: duckdb.DuckDBPyConnection, source_ids: Sequence[str]) -> None:
    """Note that a run is at these sources: if it is stopped, the next one looks at all they announce."""
    with named_ids(connection, "asked", source_ids):
        connection.execute(
            "UPDATE source_poll SET is_whole = false WHERE is_whole AND source_id IN (SELECT id FROM asked)"
        )
