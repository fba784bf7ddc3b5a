"""A DuckLake whose files are in object storage: a real S3 server on loopback and a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from ingest.errors import ConfigError, WarehouseError
from ingest.load import Warehouse, open_published, open_reader
from ingest.place import Lake
from ingest.settings import object_store

from .conftest import NOW, Builders

LISTED = {"list-type": "2", "prefix": "warehouse/"}


def test_a_lake_in_object_storage_holds_what_a_file_holds(
    object_lake: Lake,
    storage_url: str,
    path: Path,
    build: Builders,
    dump: Callable[..., dict[str, list[Any]]],
) -> None:
    stored = {}
    for place in (object_lake, path):
        with Warehouse.open(place) as warehouse:
            warehouse.begin_run("r1", "run", NOW, "0.1.0")
            warehouse.store(build.batch(build.document(), build.letter()), "r1", NOW)
            again = warehouse.store(build.batch(build.document(polarity="concern")), "r1", NOW)
            assert len(again.updated) == 1
            assert warehouse.reader.check() == ()
            stored[place] = dump(warehouse, ("applied_at",))
            warehouse.publish(path.parent / "published" if place == path else place)
    assert stored[object_lake].pop("publication") == []
    assert stored[object_lake] == stored[path]
    assert ".parquet" in httpx.get(f"{storage_url}/lake", params=LISTED).text


def test_a_reader_knows_from_the_catalogue_where_the_files_are(object_lake: Lake, build: Builders) -> None:
    count = "SELECT count(*), max(quote) FROM finding"
    with Warehouse.open(object_lake) as warehouse:
        warehouse.begin_run("r1", "run", NOW, "0.1.0")
        warehouse.store(build.batch(build.letter()), "r1", NOW)
        warehouse.publish(object_lake)
        published = warehouse.reader.query(count)[1]
        warehouse.store(build.batch(build.document()), "r1", NOW)
        newest = warehouse.reader.query(count)[1]
    elsewhere = replace(object_lake, files="")
    with open_published(elsewhere) as reader:
        assert reader.query(count)[1] == published
    with open_reader(elsewhere) as reader:
        assert reader.query(count)[1] == newest != published


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1", "cannot be reached"),
        ("AWS_ENDPOINT_URL_S3", "127.0.0.1:9000", "AWS_ENDPOINT_URL=127.0.0.1:9000: .* https://HOST"),
        ("AWS_SECRET_ACCESS_KEY", "", "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
    ],
)
def test_storage_that_cannot_be_reached_says_what_to_set(
    object_lake: Lake, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises((ConfigError, WarehouseError), match=said) as caught:
        Warehouse.open(replace(object_lake, objects=object_store()))
    assert "hush" not in str(caught.value)


def test_a_bucket_that_is_not_there_is_named(object_lake: Lake) -> None:
    with pytest.raises(WarehouseError, match=r"s3://nowhere/x/: .*NoSuchBucket"):
        Warehouse.open(replace(object_lake, files="s3://nowhere/x/"))
