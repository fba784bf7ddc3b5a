"""Where a warehouse may be, and what is shown of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import ConfigError
from ingest.place import Lake, masked
from ingest.settings import Settings


def test_a_file_is_published_beside_itself(tmp_path: Path) -> None:
    for given in (tmp_path / "my.duckdb", str(tmp_path / "my.duckdb")):
        settings = Settings(warehouse=given)
        assert settings.warehouse_place == tmp_path / "my.duckdb"
        assert settings.published_place == tmp_path / "published"
    assert Settings(data_dir=tmp_path).warehouse_place == tmp_path / "warehouse.duckdb"


def test_a_lake_is_its_own_published_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGEST_WAREHOUSE", "ducklake:postgres:postgresql://me:secret@db.example/lake")
    monkeypatch.setenv("INGEST_LAKE_FILES", str(tmp_path / "files"))
    settings = Settings(data_dir=tmp_path)
    place = settings.warehouse_place
    assert isinstance(place, Lake)
    assert (place.catalogue, place.files) == (
        "postgresql://me:secret@db.example/lake",
        str(tmp_path / "files"),
    )
    assert settings.published_place == place
    assert str(place) == "ducklake:postgres:postgresql://me:***@db.example/lake"


@pytest.mark.parametrize(
    ("said", "files"),
    [("s3://bucket/lake", "s3://bucket/lake/"), ("s3://bucket", "s3://bucket/"), ("/mnt/lake", "/mnt/lake")],
)
def test_the_files_of_a_lake_lie_in_a_folder_or_in_object_storage(
    monkeypatch: pytest.MonkeyPatch, said: str, files: str
) -> None:
    monkeypatch.setenv("INGEST_LAKE_FILES", said)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    place = Settings(warehouse="ducklake:postgres:dbname=x").warehouse_place
    assert isinstance(place, Lake)
    assert (place.files, place.objects.key, place.objects.secret) == (files, "key", "hush")
    assert "hush" not in repr(place)


def test_another_storage_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"gs://bucket: .*s3://BUCKET"):
        _ = Settings(warehouse="ducklake:postgres:dbname=x", lake_files="gs://bucket").warehouse_place


def test_another_catalogue_is_refused() -> None:
    with pytest.raises(ConfigError, match="ducklake:postgres:dbname=") as caught:
        _ = Settings(warehouse="ducklake:postgresql://u:secret@h/db").warehouse_place
    assert "u:***@h/db" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_each_catalogue_has_a_scratch_folder_of_its_own(tmp_path: Path) -> None:
    def scratch(catalogue: str) -> Path:
        place = Settings(warehouse=f"ducklake:postgres:{catalogue}", data_dir=tmp_path).warehouse_place
        assert isinstance(place, Lake)
        assert place.scratch.parent == tmp_path
        return place.scratch

    assert scratch("dbname=one") != scratch("dbname=two")
    assert scratch("dbname=one password=old") == scratch("dbname=one password=new")


def test_a_lake_shown_by_python_shows_no_catalogue(tmp_path: Path) -> None:
    assert "hush" not in repr(Lake("dbname=x password=hush", "files", tmp_path))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("dbname=x password=s3cret host=y", "dbname=x password=*** host=y"),
        (r"password='two \'words\'' host=y", "password=*** host=y"),
        (r"password='two words", "password=***"),
        (r"password=two\ words host=y", "password=*** host=y"),
        ("password = hunter2 host=y", "password = *** host=y"),
        ("postgresql://me:p@ss:w/rd@h/x", "postgresql://me:***@h/x"),
        ("at postgresql://me:hush@h/x: no", "at postgresql://me:***@h/x: no"),
        ("a key of user@example.org: 12:30", "a key of user@example.org: 12:30"),
    ],
)
def test_passwords_are_not_shown(said: str, shown: str) -> None:
    assert masked(said) == shown
