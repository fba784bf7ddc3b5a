"""Results as files: values as they are, JSON that every reader takes, an older file kept until the new one is whole."""

from __future__ import annotations

import io
import json
from pathlib import Path

import duckdb
import pytest

from ingest.errors import ConfigError
from ingest.load.results import FORMATS, Format, open_target, write_result


def written(sql: str, form: Format) -> str:
    target = io.BytesIO()
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        write_result(connection, sql, target, form)
    return target.getvalue().decode()


def test_json_holds_every_number_or_null() -> None:
    row = json.loads(
        written("SELECT 1 / 0 AS x, [0 / 0, 1] AS y, sum(9007199254740993) AS z, 1.50 AS d", "jsonl"),
        parse_constant=pytest.fail,
    )
    assert row == {"x": None, "y": [None, 1.0], "z": 9007199254740993, "d": 1.5}


def test_a_map_is_an_object_whatever_its_keys() -> None:
    assert json.loads(written("SELECT MAP {DATE '2024-01-02': 'a'} AS m", "jsonl")) == {
        "m": {"2024-01-02": "a"}
    }


def test_times_keep_their_fractions() -> None:
    sql = "SELECT TIMESTAMPTZ '2024-05-01 07:15:00.123456+00' AS at, INTERVAL 90 SECONDS AS took"
    assert written(sql, "csv").splitlines() == ["at,took", "2024-05-01 07:15:00.123456+00:00,0:01:30"]


def test_two_columns_of_one_name_are_both_written_or_refused() -> None:
    assert written("SELECT 1 AS a, 2 AS a", "csv") == "a,a\n1,2\n"
    with pytest.raises(ConfigError, match="two columns are called a"):
        written("SELECT 1 AS a, 2 AS a", "json")


def test_no_row_is_an_empty_list() -> None:
    assert written("SELECT 1 AS a WHERE false", "json") == "[]\n"
    assert written("SELECT 1 AS a WHERE false", "csv") == "a\n"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("number", [1, 25_000])
def test_every_row_is_written_counted_and_read_back(tmp_path: Path, form: Format, number: int) -> None:
    """However many are held at a time."""
    path = tmp_path / f"out.{form}"
    sql = f"SELECT range AS n, range % 3 = 0 AS third, 'row, ' || range AS words FROM range({number})"
    with duckdb.connect() as connection:
        with path.open("wb") as file:
            assert write_result(connection, sql, file, form) == number
        assert connection.execute(f"FROM '{path}'").fetchall() == connection.execute(sql).fetchall()


def test_an_older_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")
    with duckdb.connect() as connection:
        sql = "SELECT if(range < 20000, range, error('stopped')) FROM range(30000)"
        with pytest.raises(duckdb.Error, match="stopped"), open_target(path) as file:
            write_result(connection, sql, file, "csv")
    assert (path.read_bytes(), [entry.name for entry in tmp_path.iterdir()]) == (b"old", ["out.csv"])
    with open_target(path) as file:
        file.write(b"new")
    assert (path.read_bytes(), [entry.name for entry in tmp_path.iterdir()]) == (b"new", ["out.csv"])


def test_a_device_is_written_to_and_a_folder_is_refused(tmp_path: Path) -> None:
    with open_target(Path("/dev/null")) as file:
        file.write(b"gone")
    with pytest.raises(ConfigError, match="cannot be written"), open_target(tmp_path):
        pass
