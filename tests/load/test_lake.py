"""The same warehouse on a DuckLake, with a real PostgreSQL: keys stay unique, whoever writes."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.errors import ConfigError, NewerSchemaError, WarehouseError
from ingest.load import SearchIndex, Warehouse, open_published, open_reader, refresh_index
from ingest.load.database import transaction, upsert
from ingest.load.migrate import open_migrated
from ingest.load.polling import Poll
from ingest.load.sqlfiles import SqlFile, sql_files
from ingest.load.storage import storage_of
from ingest.place import Lake

from .conftest import NOW, Builders

KEYS, ROUNDS, WRITERS = 12, 15, 3
MERGER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from ingest.load import Warehouse
from ingest.load.polling import Poll
from ingest.place import Lake

catalogue, files, scratch, me, keys, rounds = sys.argv[1:]
with Warehouse.open(Lake(catalogue, files, Path(scratch))) as warehouse:
    print("ready", flush=True)
    sys.stdin.readline()
    for turn in range(int(rounds)):
        polls = [Poll(f"key{turn}-{key}", float(me), datetime(2024, 5, 1, tzinfo=UTC)) for key in range(int(keys))]
        warehouse.note_polls(polls)
"""


def test_concurrent_merges_of_one_key_leave_one_row(lake: Lake) -> None:
    Warehouse.open(lake).close()
    given = [lake.catalogue, lake.files, str(lake.scratch)]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", MERGER, *given, str(me), str(KEYS), str(ROUNDS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for me in range(WRITERS)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:  # All of them at once, with the same keys in the same order.
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    assert [writer.wait(timeout=300) for writer in writers] == [0] * WRITERS
    with open_reader(lake) as reader:
        _, ((rows, keys),) = reader.query("SELECT count(*), count(DISTINCT source_id) FROM source_poll")
        _, rounds = reader.query(
            "SELECT split_part(source_id, '-', 1), count(DISTINCT minutes) FROM source_poll GROUP BY ALL"
        )
    assert (rows, keys) == (KEYS * ROUNDS, KEYS * ROUNDS)
    assert {writers for _, writers in rounds} == {1}, "each round is one writer's, whole"


def test_without_the_lock_two_merges_of_one_key_leave_two_rows(lake: Lake) -> None:
    """What the lock is for: were this to fail, it could go."""
    storage = storage_of(lake)
    with open_migrated(storage) as one, storage.connect() as other:
        for connection in (one, other):
            connection.begin()
            upsert(
                connection,
                "source_poll",
                ("source_id", "minutes", "due_at", "is_whole"),
                [("a", 1.0, NOW, True)],
                key=1,
            )
        one.commit()
        other.commit()
        assert one.execute("SELECT count(*) FROM source_poll").fetchall() == [(2,)]
    storage.close()
