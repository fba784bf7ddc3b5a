"""The same warehouse on a DuckLake, with a real PostgreSQL: keys stay unique, whoever writes."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.errors import ConfigError, NewerSchemaError, WarehouseError
from ingest.load import SearchIndex, Wanted, Warehouse, has_index, open_published, open_reader, refresh_index
from ingest.load.database import registered, upsert
from ingest.load.delivery_journal import DeliveryJournal, journal_path
from ingest.load.lake_lock import PAUSE, LakeLock
from ingest.load.lake_parts import load_extensions
from ingest.load.migrate import open_migrated
from ingest.load.polling import Poll
from ingest.load.sqlfiles import SqlFile, sql_files
from ingest.load.storage import open_settled, storage_of
from ingest.place import Lake

from .conftest import NOW, Builders

KEYS, ROUNDS, WRITERS = 12, 6, 3
MERGER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from ingest.load import Warehouse
from ingest.load.polling import Poll
from ingest.place import Lake
from ingest.settings import object_store

catalogue, files, scratch, me, keys, rounds = sys.argv[1:]
with Warehouse.open(Lake(catalogue, files, Path(scratch), object_store())) as warehouse:
    print("ready", flush=True)
    sys.stdin.readline()
    for turn in range(int(rounds)):
        polls = [Poll(f"key{turn}-{key}", float(me), datetime(2024, 5, 1, tzinfo=UTC)) for key in range(int(keys))]
        warehouse.note_polls(polls)
"""


@pytest.mark.parametrize("kind", ["lake", "object_lake"])
def test_concurrent_merges_of_one_key_leave_one_row(request: pytest.FixtureRequest, kind: str) -> None:
    lake: Lake = request.getfixturevalue(kind)
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


@pytest.fixture
def warehouse(lake: Lake) -> Iterator[Warehouse]:
    with Warehouse.open(lake) as opened:
        opened.begin_run("r1", "run", NOW, "0.1.0")
        yield opened


def rows(lake: Lake, sql: str) -> list[tuple[Any, ...]]:
    with open_reader(lake) as reader:
        return reader.query(sql)[1]


def test_a_document_is_stored_read_anew_and_versioned_as_in_a_file(
    warehouse: Warehouse, lake: Lake, path: Path, build: Builders, dump: Callable[..., dict[str, list[Any]]]
) -> None:
    with Warehouse.open(path) as file:
        file.begin_run("r1", "run", NOW, "0.1.0")
        for one in (warehouse, file):
            one.store(build.batch(build.document(), build.letter()), "r1", NOW)
            again = one.store(build.batch(build.document(polarity="concern"), build.letter()), "r1", NOW)
            assert (len(again.updated), len(again.unchanged)) == (1, 1)
            changed = one.store(build.batch(build.document(text="Another text.")), "r1", NOW)
            assert len(changed.changed) == 1
            assert one.reader.check() == ()
        stored = dump(warehouse, ("applied_at",))
        assert stored.pop("publication") == []
        assert stored == dump(file, ("applied_at",))
        assert warehouse.reader.relations() == file.reader.relations()


def test_readers_see_what_was_published_last_and_nothing_after(
    warehouse: Warehouse, lake: Lake, build: Builders
) -> None:
    with pytest.raises(WarehouseError, match="nothing was published yet"):
        open_published(lake)
    warehouse.store(build.batch(build.letter()), "r1", NOW)
    warehouse.publish(lake)
    count = "SELECT count(*) FROM document"
    with open_published(lake) as early:
        warehouse.store(build.batch(build.document()), "r1", NOW)
        assert rows(lake, count) == [(2,)]
        assert early.query(count)[1] == [(1,)]
        with open_published(lake) as late:
            assert late.query(count)[1] == [(1,)]
        warehouse.publish(lake)
        with open_published(lake) as late:
            assert late.query(count)[1] == [(2,)]
        assert early.query(count)[1] == [(1,)], "an open reader stays where it is"
        with pytest.raises(ConfigError, match="read-only"):
            early.query("DELETE FROM document")


def test_only_a_run_whose_process_is_gone_counts_as_failed(warehouse: Warehouse, lake: Lake) -> None:
    status = "SELECT run_id, status FROM run ORDER BY run_id"
    with Warehouse.open(lake) as other:
        other.begin_run("r2", "run", NOW, "0.1.0")
        assert rows(lake, status) == [("r1", "running"), ("r2", "running")]
    with Warehouse.open(lake) as third:
        third.begin_run("r3", "run", NOW, "0.1.0")
    assert rows(lake, status) == [("r1", "running"), ("r2", "failed"), ("r3", "running")]


def test_others_wait_while_one_is_alone(warehouse: Warehouse, lake: Lake) -> None:
    done = threading.Event()

    def write() -> None:
        with Warehouse.open(lake) as other:
            other.note_polls([Poll("theirs", 1.0, NOW)])
        done.set()

    with warehouse.alone():
        thread = threading.Thread(target=write)
        thread.start()
        warehouse.note_polls([Poll("mine", 1.0, NOW)])
        assert not done.wait(timeout=PAUSE * 10)
    thread.join(timeout=60)
    assert {name for (name,) in rows(lake, "SELECT source_id FROM source_poll")} == {"mine", "theirs"}


@pytest.mark.parametrize(
    "stop", [KeyboardInterrupt(), RuntimeError("Query interrupted")], ids=["us", "DuckDB"]
)
def test_a_wait_that_is_stopped_leaves_the_lock_as_it_was(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, stop: BaseException
) -> None:
    def stopped(_: float) -> None:
        raise stop

    Warehouse.open(lake).close()
    with closing(LakeLock(lake)) as one, closing(LakeLock(lake)) as other:
        with one.alone(), monkeypatch.context() as patched:
            patched.setattr("ingest.load.lake_lock.time.sleep", stopped)
            with pytest.raises(KeyboardInterrupt), other.alone():
                pytest.fail("two were alone at once")
        with other.alone():
            other.assert_held()


def test_what_is_written_after_the_lock_was_lost_is_not_stored(warehouse: Warehouse, lake: Lake) -> None:
    with duckdb.connect() as server:
        load_extensions(server, "postgres_scanner")
        server.execute(f"ATTACH '{lake.catalogue}' AS catalogue (TYPE postgres)")
        end = (
            "SELECT count(pg_terminate_backend(pid)) FROM pg_locks "
            "WHERE locktype = 'advisory' AND classid = 1 "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        with warehouse.alone():
            assert server.execute("FROM postgres_query('catalogue', ?)", [end]).fetchall() == [(1,)]
            with pytest.raises(WarehouseError, match="lock of its writers was lost"):
                warehouse.note_polls([Poll("unseen", 1.0, NOW)])
    assert rows(lake, "SELECT source_id FROM source_poll") == []


def test_a_later_migration_is_applied_with_the_data_kept(lake: Lake, build: Builders) -> None:
    with Warehouse.open(lake) as warehouse:
        warehouse.store(build.batch(build.letter()), "r1", NOW)
    later = SqlFile(
        "0002_later",
        "ALTER TABLE document ADD COLUMN mood VARCHAR;\nUPDATE document SET mood = 'calm';\n"
        "CREATE TABLE extra (one VARCHAR NOT NULL, -- words\n    other INTEGER, -- and more\n"
        "    PRIMARY KEY (one, other),\n);",
    )
    storage = storage_of(lake)
    open_migrated(storage, [*sql_files("migrations"), later]).close()
    storage.close()
    assert rows(lake, "SELECT mood FROM document") == [("calm",)]
    assert rows(lake, "SELECT version FROM schema_migration ORDER BY 1") == [(1,), (2,)]
    with pytest.raises(NewerSchemaError, match="number 2"):
        Warehouse.open(lake)


def test_what_was_published_on_a_lake_is_searched(warehouse: Warehouse, lake: Lake, build: Builders) -> None:
    with pytest.raises(WarehouseError, match="nothing was published yet"):
        refresh_index(lake)
    warehouse.store(build.batch(build.letter()), "r1", NOW)
    warehouse.publish(lake)
    assert not has_index(lake)
    assert refresh_index(lake) is True
    warehouse.store(build.batch(build.document(text="Nobody knows the corridor.")), "r1", NOW)
    assert refresh_index(lake) is False, "nobody was shown what is new"
    with SearchIndex(lake) as index:
        assert index.find(Wanted("listened")).hits[0].snippet.text.startswith("Children are listened to")
        assert index.find(Wanted("corridor", kind="document")).hits == ()
    warehouse.publish(lake)
    assert refresh_index(lake) is True
    with SearchIndex(lake) as index:
        assert len(index.find(Wanted("corridor", kind="document")).hits) == 1


@pytest.mark.parametrize(
    ("catalogue", "files", "said"),
    [
        ("{here}", "", "INGEST_LAKE_FILES"),
        ("{here} dbname=nowhere password=hush", "files", "createdb"),
        ("host=/nonexistent dbname=x password=hush", "files", "cannot be reached"),
        ("postgresql://me:hush@127.0.0.1:1/x", "files", "cannot be reached"),
    ],
)
def test_a_lake_that_cannot_be_opened_says_why_and_no_password(
    lake: Lake, tmp_path: Path, catalogue: str, files: str, said: str
) -> None:
    place = Lake(catalogue.format(here=lake.catalogue), files and str(tmp_path / files), tmp_path)
    with pytest.raises((ConfigError, WarehouseError), match=said) as caught:
        Warehouse.open(place)
    assert "hush" not in str(caught.value)


def test_a_reader_of_no_lake_is_told_to_make_one(lake: Lake) -> None:
    with pytest.raises(WarehouseError, match="ingest run"):
        open_reader(lake)


def test_another_folder_than_the_lake_has_is_refused(
    warehouse: Warehouse, lake: Lake, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="INGEST_LAKE_FILES"):
        Warehouse.open(replace(lake, files=str(tmp_path / "elsewhere")))
    Warehouse.open(replace(lake, files="")).close()


def test_a_warehouse_is_copied_to_a_lake_and_back(
    lake: Lake, path: Path, tmp_path: Path, build: Builders, dump: Callable[..., dict[str, list[Any]]]
) -> None:
    back = tmp_path / "back.duckdb"
    with Warehouse.open(path) as file:
        file.begin_run("r1", "run", NOW, "0.1.0")
        file.store(build.batch(build.document(), build.letter()), "r1", NOW)
        stored = dump(file, ("applied_at",))
    with open_reader(path) as reader, Warehouse.open(lake) as in_lake:
        assert in_lake.take_over(reader)["finding"] == 4
        with pytest.raises(ConfigError, match="name one that is empty"):
            in_lake.take_over(reader)
    with open_reader(lake) as reader, Warehouse.open(back) as returned:
        returned.take_over(reader)
        assert dump(returned, ("applied_at",)) == stored


def test_a_copy_is_of_one_moment(
    lake: Lake, path: Path, build: Builders, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Warehouse.open(lake) as writer:
        writer.begin_run("r1", "run", NOW, "0.1.0")
        writer.store(build.batch(build.letter()), "r1", NOW)

        def between(
            connection: duckdb.DuckDBPyConnection, name: str, table: Any
        ) -> AbstractContextManager[None]:
            writer.store(build.batch(build.document()), "r1", NOW)
            return registered(connection, name, table)

        monkeypatch.setattr("ingest.load.moving.registered", between)
        with open_reader(lake) as reader, Warehouse.open(path) as file:
            file.take_over(reader)
            assert file.reader.query("SELECT count(*) FROM document")[1] == [(1,)]
            assert file.reader.check() == ()


def test_a_warehouse_that_holds_anything_takes_nothing_over(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.duckdb"
    with Warehouse.open(path), Warehouse.open(target) as begun:
        begun.note_polls([Poll("a", 1.0, NOW)])
    with (
        open_reader(path) as reader,
        Warehouse.open(target) as opened,
        pytest.raises(ConfigError, match="source_poll"),
    ):
        opened.take_over(reader)


@pytest.mark.parametrize("kind", ["file", "lake"])
def test_what_was_sent_is_noted_before_a_warehouse_is_copied(
    request: pytest.FixtureRequest, path: Path, kind: str
) -> None:
    place = path if kind == "file" else request.getfixturevalue("lake")
    Warehouse.open(place).close()
    with DeliveryJournal(journal_path(storage_of(place).scratch)) as journal:
        journal.begin("d1", 1)
    with pytest.raises(ConfigError, match="ingest run"):
        open_settled(place)
    Warehouse.open(place).close()
    open_settled(place).close()
