"""Builders of synthetic documents and a warehouse in a temporary folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from moto.server import ThreadedMotoServer

from ingest.load import Warehouse
from ingest.model import (
    AuthorityMatch,
    Batch,
    Block,
    Document,
    Extracted,
    Finding,
    Inspection,
    Judgement,
    Link,
    Reading,
    Snapshot,
    SourceCheck,
    ThemeMatch,
    Validator,
)
from ingest.place import Lake
from ingest.settings import object_store

NOW = datetime(2024, 5, 1, 7, 15, tzinfo=UTC)
GSS = "E08000025"
GOOD = "Children are listened to \U0001f600 and their plans are clear."
BAD = "Too many \U0001d4b8hildren wait too long for help."


@dataclass(frozen=True)
class Builders:
    """Synthetic documents: each says one good and one bad thing about one authority."""

    now: datetime = NOW
    gss: str = GSS

    def inspection(self, **given: Any) -> Inspection:
        values = {
            "gss": GSS,
            "kind": "focused_visit",
            "month": date(2024, 3, 1),
            "started_on": date(2024, 3, 12),
        } | given
        return Inspection(**values)

    def document(
        self,
        url: str = "https://news.example/one",
        *,
        text: str = "",
        source_id: str = "news",
        content: str | None = None,
        inspections: tuple[Inspection, ...] | None = None,
        published_on: date | None = date(2024, 4, 2),
        polarity: Any = "strength",
        title: str = "A visit",
        kind: Any = "news_article",
        quotation_key: str | None = None,
    ) -> Document:
        body = f"{text or url}\n\n{GOOD}\n\n{BAD}"
        told = (self.inspection(),) if inspections is None else inspections
        good, bad = body.index(GOOD), body.index(BAD)
        inspection_id = told[0].inspection_id if told else None
        common = {"gss": GSS, "kind": "statement", "speaker": "ofsted", "is_inspectorate": True}
        findings = (
            Finding(
                **common,
                polarity=polarity,
                quote=GOOD,
                start=good,
                end=good + len(GOOD),
                rule="test",
                inspection_id=inspection_id,
                themes=(ThemeMatch("voice_engagement", "listened"),),
                quotation_key=quotation_key,
            ),
            Finding(
                **common,
                polarity="concern",
                quote=BAD,
                start=bad,
                end=bad + len(BAD),
                rule="test",
                inspection_id=inspection_id,
            ),
        )
        reading = Reading(
            kind=kind,
            published_on=published_on,
            authorities=(AuthorityMatch(GSS, "subject", body[:4], "test", 0, 4),),
            inspections=told,
            findings=findings,
            notes=("synthetic",),
        )
        raw = body if content is None else content
        snapshot = Snapshot(
            link=Link(source_id, url, title=title, publisher="Example News"),
            final_url=url,
            content_hash=hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest(),
            media_type="text/html",
            charset="utf-8",
            size=len(raw),
            fetched_at=NOW,
        )
        blocks = (Block("paragraph", 0, len(body), page=1),)
        return Document(snapshot, Extracted(title, body, blocks, page_starts=(0,)), reading)

    def letter(self, url: str = "https://ofsted.example/letter", **given: Any) -> Document:
        """Ofsted's own document about the visit, with a grade."""
        judged = Judgement("overall", None, "Focused visit", reason="focused visits are not graded")
        primary = self.inspection(
            is_primary=True,
            ended_on=date(2024, 3, 13),
            framework="ILACS",
            judgements=(judged,),
            lead_inspectors=("A. Example",),
            ordinals=("fifth since 2016",),
        )
        values = {"source_id": "ofsted", "kind": "ofsted_letter", "inspections": (primary,)} | given
        return self.document(url, **values)

    def graded(self, kind: str, day: date, **grades: str | None) -> Document:
        """A report of an inspection with these grades; a grade of None carries a reason."""
        reason = "the framework gives no overall grade"
        judgements = tuple(
            Judgement(area, grade, "words", reason=None if grade else reason)
            for area, grade in grades.items()
        )
        inspection = self.inspection(
            kind=kind,
            started_on=day,
            ended_on=day + timedelta(days=10),
            month=day.replace(day=1),
            published_on=day + timedelta(days=50),
            is_primary=True,
            judgements=judgements,
        )
        return self.document(
            f"https://ofsted.example/{day}",
            source_id="ofsted",
            kind="ofsted_report",
            inspections=(inspection,),
            published_on=day + timedelta(days=50),
        )

    def batch(self, *documents: Document, source_id: str | None = None, **given: Any) -> Batch:
        source = source_id or (documents[0].snapshot.link.source_id if documents else "news")
        links = tuple(document.snapshot.link for document in documents)
        values = {
            "source_id": source,
            "check": SourceCheck(source, source.title(), "new", announced=len(links)),
            "links": links,
            "validators": tuple(
                Validator(d.snapshot.link.url, etag='"1"', content_hash=d.snapshot.content_hash)
                for d in documents
            ),
            "documents": documents,
        } | given
        return Batch(**values)


@pytest.fixture(scope="session")
def build() -> Builders:
    return Builders()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "warehouse.duckdb"


@pytest.fixture
def warehouse(path: Path) -> Iterator[Warehouse]:
    with Warehouse.open(path) as opened:
        opened.begin_run("r1", "run", NOW, "0.1.0")
        yield opened


@pytest.fixture(scope="session")
def dump() -> Callable[..., dict[str, list[tuple[Any, ...]]]]:
    """Return every row of every table, sorted; without the columns that are to be left out."""

    def all_rows(warehouse: Warehouse, without: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
        query = warehouse.reader.query
        _, tables = query("SELECT table_name FROM duckdb_tables() WHERE NOT temporary ORDER BY table_name")
        found = {}
        for (table,) in tables:
            columns, rows = query(f"SELECT * FROM {table}")
            keep = [i for i, column in enumerate(columns) if column not in without]
            found[table] = sorted((tuple(row[i] for i in keep) for row in rows), key=repr)
        return found

    return all_rows


@pytest.fixture(scope="session")
def storage_url() -> Iterator[str]:
    """The address of an S3 server of the tests' own, with the bucket `lake`."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    httpx.put(f"http://{host}:{port}/lake").raise_for_status()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def object_lake(lake: Lake, storage_url: str, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """A place for a DuckLake with its files in object storage."""
    for name in ("AWS_ENDPOINT_URL_S3", "AWS_SESSION_TOKEN", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", storage_url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    return replace(lake, files=f"s3://lake/warehouse/{uuid4().hex}/", objects=object_store())
