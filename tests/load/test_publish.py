"""The copy for readers: whole, swapped in one step, never in a reader's way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import readers
from ingest.errors import BusyError, ConfigError, WarehouseError
from ingest.load import Warehouse, open_reader, publish
from ingest.load.database import connect


def store_one(path: Path, build, number: int) -> None:
    with Warehouse.open(path) as warehouse:
        warehouse.store(build.batch(build.document(f"https://x.example/{number}")), "r1", build.now)


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def documents(reader) -> int:
    return reader.query("SELECT count(*) FROM document")[1][0][0]


def test_a_reader_gets_all_that_was_stored(path: Path, build):
    published = path.parent / "published"
    warehouse = Warehouse.open(path)
    warehouse.store(build.batch(build.letter()), "r1", build.now)
    copy = warehouse.publish(published)
    assert copy == published / "warehouse-000001.duckdb"
    assert (published / "warehouse.duckdb").resolve() == copy
    with open_reader(published / "warehouse.duckdb") as reader:
        assert documents(reader) == 1
        assert len(reader.updates([])) == 0
        assert reader.check() == ()


def test_a_reader_that_holds_the_old_copy_keeps_it_and_a_new_one_sees_the_new(path: Path, build):
    published = path.parent / "published"
    link = published / "warehouse.duckdb"
    store_one(path, build, 0)
    publish(path, published)
    with open_reader(link) as old:
        for number in range(1, 5):
            store_one(path, build, number)
            publish(path, published)
            with open_reader(link) as new:
                assert documents(new) == number + 1
        assert documents(old) == 1
    assert names(published) == [
        "warehouse-000004.duckdb",
        "warehouse-000005.duckdb",
        "warehouse.duckdb",
    ]


def test_the_folder_can_be_moved(path: Path, build):
    store_one(path, build, 0)
    publish(path, path.parent / "published")
    moved = (path.parent / "published").rename(path.parent / "elsewhere")
    with open_reader(moved / "warehouse.duckdb") as reader:
        assert documents(reader) == 1


def test_an_open_warehouse_is_not_copied(path: Path, build):
    with Warehouse.open(path) as warehouse:
        warehouse.store(build.batch(build.document()), "r1", build.now)
        with pytest.raises(WarehouseError, match="not closed properly"):
            publish(path, path.parent / "published")
    assert not (path.parent / "published").exists()


def test_a_copy_that_fails_leaves_the_old_one(path: Path, build, monkeypatch):
    published = path.parent / "published"
    store_one(path, build, 0)
    publish(path, published)
    before = names(published)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WarehouseError, match=r"published: .*No space left on device.* free space"):
        publish(path, published)
    monkeypatch.undo()
    assert names(published) == before
    with open_reader(published / "warehouse.duckdb") as reader:
        assert documents(reader) == 1


def test_a_published_folder_that_is_a_file_is_named(path: Path, build):
    store_one(path, build, 0)
    (path.parent / "published").write_text("in the way")
    with pytest.raises(WarehouseError, match="published: the copy for readers could not be written"):
        publish(path, path.parent / "published")


def test_a_missing_warehouse_says_how_to_make_one(tmp_path: Path):
    with pytest.raises(WarehouseError, match="there is no warehouse yet; make one with `ingest run`"):
        open_reader(tmp_path / "warehouse.duckdb")


def test_a_reader_cannot_write(path: Path, build):
    store_one(path, build, 0)
    publish(path, path.parent / "published")
    with open_reader(path.parent / "published" / "warehouse.duckdb") as reader:
        with pytest.raises(ConfigError, match="read-only"):
            reader.query("DELETE FROM document")
        assert documents(reader) == 1


HOLD = """
import sys
from pathlib import Path
from ingest.load import open_published
with open_published(Path(sys.argv[1])) as reader:
    print(reader.query("SELECT count(*) FROM document")[1][0][0], flush=True)
    sys.stdin.readline()
    print(reader.query("SELECT count(*) FROM document")[1][0][0], flush=True)
"""


def test_a_copy_that_another_process_reads_stays_until_it_is_closed(path: Path, build):
    published = path.parent / "published"
    store_one(path, build, 0)
    publish(path, published)
    command = [sys.executable, "-c", HOLD, str(published)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        assert reader.stdin is not None
        assert reader.stdout.readline() == "1\n"
        store_one(path, build, 1)
        for _ in range(3):
            publish(path, published)
        assert names(published) == [
            "warehouse-000001.duckdb",
            "warehouse-000003.duckdb",
            "warehouse-000004.duckdb",
            "warehouse.duckdb",
        ]
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.readline() == "1\n"
    publish(path, published)
    assert names(published)[0] == "warehouse-000004.duckdb"


@pytest.mark.parametrize("old", ["warehouse-000000.duckdb", "warehouse-000001.duckdb"], ids=["gone", "tried"])
def test_a_reader_that_follows_a_link_just_moved_follows_it_again(path: Path, build, monkeypatch, old: str):
    published = path.parent / "published"
    for number in range(2):
        store_one(path, build, number)
        publish(path, published)
    if old.endswith(
        "1.duckdb"
    ):  # The publisher holds a copy for the moment in which it sees whether it is read.
        monkeypatch.setattr(sys.modules["ingest.load.publish"], "connect", busy_once(published / old))
    resolve = Path.resolve
    late = iter([published / old])  # What the link pointed to a moment ago.
    monkeypatch.setattr(Path, "resolve", lambda path: next(late, None) or resolve(path))
    with open_reader(published / "warehouse.duckdb") as reader:
        assert documents(reader) == 2


def busy_once(path: Path):
    def open_file(asked: Path, **how: bool):
        if asked == path:
            raise BusyError(f"{path}: another process has it open")
        return connect(asked, **how)

    return open_file


def test_readers_beside_a_publisher_never_fail_and_see_whole_runs():
    told, *_ = readers.cycles(30, 3, 50)
    assert [failure for one in told for failure in one.failures] == []
    assert all(one.opened for one in told)
