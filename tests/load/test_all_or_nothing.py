"""A batch is stored as a whole or not at all: faulty rows, a full disk, a killed process, Ctrl-C."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.errors import WarehouseError
from ingest.load import Warehouse


def rows(warehouse, sql):
    return warehouse.reader.query(sql)[1]


def test_what_breaks_a_rule_of_the_tables_is_rolled_back(warehouse, build, dump):
    before = dump(warehouse)
    broken = replace(build.batch(build.document()), check=replace(build.batch().check, name=None))
    with pytest.raises(WarehouseError, match="rolled back; the archive is kept"):
        warehouse.store(broken, "r1", build.now)
    assert dump(warehouse) == before
    assert warehouse.store(build.batch(build.document()), "r1", build.now).new


def test_a_full_disk_rolls_back(path: Path, build, dump):
    code = f"""
import resource, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from conftest import Builders, NOW
from ingest.errors import WarehouseError
from ingest.load import Warehouse
import random
build = Builders()
with Warehouse.open(Path({str(path)!r})) as warehouse:
    warehouse.store(build.batch(build.document("https://small.example")), "r1", NOW)
    size = Path({str(path)!r}).stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 300_000, size + 300_000))
    noise = random.Random(1)
    big = [
        build.document(f"https://big.example/{{i}}", text=noise.randbytes(40_000).hex())
        for i in range(60)
    ]
    try:
        warehouse.store(build.batch(*big), "r2", NOW)
    except WarehouseError as error:
        print(error)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "rolled back; the archive is kept; free space and run again" in ran.stdout, ran.stderr
    with Warehouse.open(path) as warehouse:
        assert rows(warehouse, "SELECT url FROM document") == [("https://small.example",)]
        assert warehouse.reader.check() == ()
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_a_killed_writer_leaves_whole_batches(path: Path, build):
    code = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from conftest import Builders, NOW
from ingest.load import Warehouse
build = Builders()
with Warehouse.open(Path({str(path)!r})) as warehouse:
    for number in range(10_000):
        pages = [build.document(f"https://x.example/{{number}}/{{i}}") for i in range(40)]
        warehouse.store(build.batch(*pages), "r1", NOW)
        print(number, flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(3)]
        process.send_signal(signal.SIGKILL)
        said += process.stdout.readlines()
    done = len([line for line in said if line.endswith("\n")])
    with Warehouse.open(path) as warehouse:
        ((documents, findings),) = rows(
            warehouse, "SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM finding)"
        )
        assert documents in (40 * done, 40 * (done + 1))
        assert findings == 2 * documents
        assert warehouse.reader.check() == ()


def test_ctrl_c_in_the_middle_rolls_back(warehouse, build, dump, monkeypatch):
    before = dump(warehouse)
    forever = "SELECT count(*) FROM range(1000000000) AS a, range(100) AS b WHERE a.range % 7 = b.range"

    def interrupted(connection, *_: object) -> None:
        assert connection.execute("SELECT count(*) FROM document").fetchall() == [(1,)]
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        connection.execute(forever).fetchall()

    monkeypatch.setattr("ingest.load.document_tables.draw_inspections", interrupted)
    with pytest.raises(KeyboardInterrupt):
        warehouse.store(build.batch(build.document()), "r1", build.now)
    monkeypatch.undo()
    assert dump(warehouse) == before
    assert warehouse.store(build.batch(build.document()), "r1", build.now).new
