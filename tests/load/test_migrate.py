"""The schema of a file: made once, never changed behind its back, refused when it is newer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from ingest.errors import NewerSchemaError, WarehouseError
from ingest.load import Warehouse, sqlfiles
from ingest.load.derived import refresh_views
from ingest.load.migrate import migrate
from ingest.load.sqlfiles import SqlFile, sql_files
from ingest.reference import load, load_themes

FIRST = SqlFile("0001_first", "CREATE TABLE a (x INTEGER);")
SECOND = SqlFile("0002_second", "ALTER TABLE a ADD COLUMN y INTEGER; INSERT INTO a VALUES (1, 2);")


def test_a_fresh_file_has_tables_views_and_reference_facts(warehouse):
    query = warehouse.reader.query
    assert query("SELECT version, name FROM schema_migration")[1] == [(1, "initial")]
    made = (
        "SELECT view_name FROM duckdb_views() WHERE NOT internal "
        "UNION SELECT function_name FROM duckdb_functions() WHERE NOT internal"
    )
    views = {name for (name,) in query(made)[1]}
    assert views == {file.name for file in sql_files("views")}
    assert query("SELECT count(*) FROM authority")[1] == [(len(load().all),)]
    assert query("SELECT count(*) FROM theme")[1] == [(len(load_themes()),)]


def test_opening_again_changes_nothing(path: Path, dump):
    with Warehouse.open(path) as warehouse:
        before = dump(warehouse)
    with Warehouse.open(path) as warehouse:
        assert dump(warehouse) == before


def test_only_what_is_new_is_applied(path: Path):
    with duckdb.connect() as connection:
        assert migrate(connection, path, [FIRST]) == 1
        assert migrate(connection, path, [FIRST, SECOND]) == 1
        assert migrate(connection, path, [FIRST, SECOND]) == 0
        assert connection.execute("SELECT x, y FROM a").fetchall() == [(1, 2)]


def test_a_migration_that_fails_leaves_nothing(path: Path):
    broken = SqlFile("0002_broken", "CREATE TABLE b (x INTEGER); SELECT nonsense;")
    with duckdb.connect() as connection:
        migrate(connection, path, [FIRST])
        with pytest.raises(duckdb.Error):
            migrate(connection, path, [FIRST, broken])
        assert migrate(connection, path, [FIRST, SECOND]) == 1
        assert (
            connection.execute("SELECT table_name FROM duckdb_tables() WHERE table_name = 'b'").fetchall()
            == []
        )


def test_a_newer_schema_is_refused(path: Path):
    Warehouse.open(path).close()
    with duckdb.connect(str(path)) as connection:
        connection.execute("INSERT INTO schema_migration VALUES (9999, 'later', 'x', now())")
    with pytest.raises(NewerSchemaError, match=r"schema is number 9999, newer .* update the program"):
        Warehouse.open(path)


def test_a_changed_migration_is_refused(path: Path):
    with duckdb.connect() as connection:
        migrate(connection, path, [FIRST])
        changed = SqlFile(FIRST.name, FIRST.text + " -- one more word")
        with pytest.raises(WarehouseError, match="0001_first was changed after it was applied"):
            migrate(connection, path, [changed])


def test_views_follow_their_files(path: Path):
    one, two = (
        SqlFile("one", "CREATE OR REPLACE VIEW one AS SELECT 1 AS x"),
        SqlFile("two", "CREATE VIEW two AS SELECT 2"),
    )
    with duckdb.connect() as connection:
        migrate(connection, path, sql_files("migrations"))
        refresh_views(connection, [one, two], [])
        refresh_views(connection, [SqlFile("one", "CREATE OR REPLACE VIEW one AS SELECT 3 AS x")], [])
        assert connection.execute("FROM one").fetchall() == [(3,)]
        assert connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall() == [
            ("one",)
        ]


def test_reference_facts_are_written_anew_when_they_differ(path: Path):
    with Warehouse.open(path) as warehouse:
        warehouse.reader.query("UPDATE theme SET name = 'wrong'")
        warehouse.reader.query("DELETE FROM authority WHERE gss = 'E08000025'")
    with Warehouse.open(path) as warehouse:
        query = warehouse.reader.query
        assert query("SELECT count(*) FROM theme WHERE name = 'wrong'")[1] == [(0,)]
        assert query("SELECT name FROM authority WHERE gss = 'E08000025'")[1] == [("Birmingham",)]


@pytest.mark.parametrize("content", [b"hello " * 2000, b""])
def test_a_file_that_is_not_duckdb_is_refused_and_kept(path: Path, content: bytes):
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(WarehouseError, match=r"warehouse\.duckdb: this is not a DuckDB file; move it away"):
        Warehouse.open(path)
    assert path.read_bytes() == content


def test_a_damaged_file_is_refused(path: Path):
    Warehouse.open(path).close()
    with path.open("rb+") as file:
        file.seek(4096)
        file.write(bytes(range(256)) * 32)
    with pytest.raises(WarehouseError, match=r"warehouse\.duckdb: .*published"):
        Warehouse.open(path)


def test_the_duckdb_file_of_another_program_is_refused(path: Path):
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE theirs (x INTEGER)")
    with pytest.raises(WarehouseError, match="were not made by ingest"):
        Warehouse.open(path)
    with duckdb.connect(str(path)) as connection:
        assert connection.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("theirs",)]


def test_a_folder_in_its_place_is_refused(path: Path):
    path.mkdir(parents=True)
    with pytest.raises(WarehouseError, match=r"warehouse\.duckdb: the warehouse cannot be opened"):
        Warehouse.open(path)


def test_a_parent_that_is_a_file_is_refused(path: Path):
    path.parent.write_text("a file")
    with pytest.raises(WarehouseError, match="cannot be opened"):
        Warehouse.open(path)


def test_a_file_that_another_process_holds_is_busy(path: Path):
    with Warehouse.open(path):
        code = (
            "from pathlib import Path\n"
            "from ingest.load import Warehouse\n"
            "from ingest import lock\n"
            "from ingest.errors import BusyError\n"
            "lock.PATIENCE = 0\n"
            f"try: Warehouse.open(Path({str(path)!r}))\n"
            "except BusyError as error: print(error)"
        )
        said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "another process has the warehouse open" in said


def test_one_who_reads_the_file_for_a_moment_is_waited_for(path: Path):
    Warehouse.open(path).close()
    code = (
        "import duckdb, time\n"
        f"held = duckdb.connect({str(path)!r}, read_only=True)\n"
        "print('held', flush=True)\n"
        "time.sleep(0.3)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as looking:
        assert looking.stdout is not None
        assert looking.stdout.readline() == b"held\n"
        Warehouse.open(path).close()


def test_the_sql_files_of_a_wheel_are_found_in_the_package(tmp_path: Path, monkeypatch):
    (tmp_path / "_warehouse" / "views").mkdir(parents=True)
    (tmp_path / "_warehouse" / "views" / "packed.sql").write_text("SELECT 1")
    (tmp_path / "_warehouse" / "views" / "README.md").write_text("not SQL")
    monkeypatch.setattr(sqlfiles, "files", lambda _: tmp_path)
    assert [file.name for file in sql_files("views")] == ["packed"]
    with pytest.raises(WarehouseError, match="install the package again"):
        sql_files("checks")
