"""A warehouse of every schema that was released opens with this version, with its data kept."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingest.errors import WarehouseError
from ingest.load import Warehouse, open_reader
from ingest.load.migrate import migrate, open_migrated
from ingest.load.sqlfiles import SqlFile, sql_files
from ingest.load.storage import storage_of

SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("*.sql"))
NEXT = SqlFile(
    "0099_later",
    """
    ALTER TABLE finding ADD COLUMN confidence DOUBLE;
    UPDATE finding SET confidence = 1 WHERE rule LIKE 'correction %';
    CREATE TABLE note (finding_id VARCHAR PRIMARY KEY, text VARCHAR NOT NULL);
    """,
)


def old_warehouse(path: Path, schema: Path) -> Path:
    """Make a warehouse as it stood with the migrations up to this schema."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        migrate(connection, path, [file for file in sql_files("migrations") if file.name[:4] <= schema.stem])
        connection.execute(schema.read_text(encoding="utf-8"))
    return path


def test_there_is_one_of_every_schema():
    """A new migration comes with a warehouse of the schema before it."""
    newest = sql_files("migrations")[-1].name[:4]
    assert {schema.stem for schema in SCHEMAS} >= {file.name[:4] for file in sql_files("migrations")} - {
        newest
    }
    assert SCHEMAS


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.stem)
def test_it_opens_with_its_data_and_passes_the_checks(path: Path, schema: Path):
    old_warehouse(path, schema)
    with Warehouse.open(path) as warehouse:
        assert warehouse.reader.check() == ()
        (finding,) = warehouse.reader.dicts(
            "SELECT quote, authority, themes, started_on FROM finding_current"
        )
    assert (finding["quote"], finding["authority"]) == ("Children wait too long.", "Birmingham")
    assert finding["themes"] == ["early_help"]


def test_a_migration_keeps_the_data_and_leaves_a_copy_of_what_was(path: Path):
    old_warehouse(path, SCHEMAS[-1])
    with open_migrated(storage_of(path), [*sql_files("migrations"), NEXT]) as connection:
        assert connection.execute("SELECT quote, confidence FROM finding").fetchall() == [
            ("Children wait too long.", None)
        ]
        assert connection.execute("FROM note").fetchall() == []
        assert connection.execute("SELECT count(*) FROM finding_current").fetchall() == [(1,)]
    copy = path.with_name("warehouse.duckdb.before-0099")
    with open_reader(copy) as before:
        assert before.query("SELECT quote FROM finding")[1] == [("Children wait too long.",)]
        assert before.query("SELECT max(version) FROM schema_migration")[1] < [(99,)]
    with open_migrated(storage_of(path), [*sql_files("migrations"), NEXT]):
        pass
    assert sorted(entry.name for entry in path.parent.iterdir()) == [
        "warehouse.duckdb",
        "warehouse.duckdb.before-0099",
    ]


def test_a_migration_that_fails_changes_nothing(path: Path):
    old_warehouse(path, SCHEMAS[-1])
    broken = SqlFile(NEXT.name, NEXT.text + "SELECT nonsense;")
    with pytest.raises(duckdb.Error):
        open_migrated(storage_of(path), [*sql_files("migrations"), broken])
    with Warehouse.open(path) as warehouse:
        assert warehouse.reader.query("SELECT count(*) FROM finding")[1] == [(1,)]
        assert "confidence" not in warehouse.reader.query("FROM finding")[0]


def test_without_a_copy_nothing_is_migrated(path: Path, monkeypatch: pytest.MonkeyPatch):
    old_warehouse(path, SCHEMAS[-1])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(WarehouseError, match=r"before-0099: .*No space left .* nothing was migrated"):
        open_migrated(storage_of(path), [*sql_files("migrations"), NEXT])
    monkeypatch.undo()
    with Warehouse.open(path) as warehouse:
        assert "confidence" not in warehouse.reader.query("FROM finding")[0]


def test_a_new_file_needs_no_copy(path: Path):
    Warehouse.open(path).close()
    assert [entry.name for entry in path.parent.iterdir()] == ["warehouse.duckdb"]
