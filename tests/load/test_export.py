"""Releases: what Excel opens right, what other programs understand, and what is kept back."""

from __future__ import annotations

import csv
import hashlib
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import pytest
from xlsxwriter.exceptions import FileCreateError

from ingest.errors import ConfigError, WarehouseError
from ingest.load import RELEASED, Warehouse, open_published
from ingest.load.dictionary import Relation
from ingest.load.export import Exported, _Part, _write_parquet
from ingest.model import StoryLink

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def published(path: Path, build) -> Path:
    """A letter, whose concern could identify a child, and an article whose publisher sounds like a formula."""
    letter = build.letter()
    good, bad = letter.reading.findings
    reading = replace(letter.reading, findings=(good, replace(bad, sensitive="age and school")))
    article = build.document(title='=HYPERLINK("https://evil.example")', url="https://a.example")
    with Warehouse.open(path) as warehouse:
        warehouse.begin_run("r1", "run", build.now, "0.1.0")
        warehouse.store(build.batch(replace(letter, reading=reading), article), "r1", build.now)
        visit = letter.reading.inspections[0].inspection_id
        warehouse.set_stories([StoryLink("s", "The visit", visit, letter.document_id, build.gss, ("t",))])
        warehouse.end_run("r1", "done", {}, build.now)
        warehouse.publish(path.parent / "published")
    return path.parent / "published"


def export(published: Path, folder: Path, **how) -> dict[str, Exported]:
    with open_published(published) as reader:
        return {part.name: part for part in reader.export(folder, **how)}


def test_a_release_is_whole_and_its_checksums_hold(published: Path, tmp_path: Path):
    folder = tmp_path / "release"
    parts = export(published, folder)
    assert set(parts) == set(RELEASED)
    sums = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines())
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(sums) == files - {"SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    for form, ending in (("csv", "csv"), ("jsonl", "jsonl")):
        assert {path.name for path in (folder / form).iterdir()} == {f"{name}.{ending}" for name in RELEASED}


def test_every_form_tells_the_same(published: Path, tmp_path: Path):
    folder = tmp_path / "release"
    parts = export(published, folder)
    finding = parts["finding_current"].rows
    with (folder / "csv" / "finding_current.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = (folder / "jsonl" / "finding_current.jsonl").read_text(encoding="utf-8").splitlines()
    parquet = duckdb.sql(
        f"SELECT finding_id, quote, themes, year FROM '{folder}/parquet/finding_current/*/*.parquet' ORDER BY 1"
    ).fetchall()
    assert len(rows) == len(lines) == len(parquet) == finding == 3
    assert [row["finding_id"] for row in rows] == [json.loads(line)["finding_id"] for line in lines]
    assert [row["quote"] for row in rows] == [row[1] for row in parquet]
    assert {row[3] for row in parquet} == {2024}
    assert [row["themes"] for row in rows] == ["; ".join(row[2]) for row in parquet]
    sheet = sheets(folder / "ingest.xlsx")["finding_current"]
    quotes = {row[sheet[0].index("quote")] for row in sheet[1:]}
    assert quotes == {row["quote"] for row in rows}


def sheets(path: Path) -> dict[str, list[list[str]]]:
    """Every sheet of a workbook as rows of texts, read as the XML that it is."""
    with zipfile.ZipFile(path) as archive:
        names = [s.get("name") for s in ET.fromstring(archive.read("xl/workbook.xml")).iter(f"{SHEET}sheet")]
        found = {}
        for number, name in enumerate(names, start=1):
            root = ET.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
            assert not list(root.iter(f"{SHEET}f")), "no formula"
            found[str(name)] = [
                ["".join(cell.itertext()) for cell in row.iter(f"{SHEET}c")]
                for row in root.iter(f"{SHEET}row")
            ]
    return found


def test_excel_reads_it_right_and_runs_nothing(published: Path, tmp_path: Path):
    export(published, tmp_path / "release")
    raw = (tmp_path / "release" / "csv" / "finding_current.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert "\U0001d4b8hildren" in raw.decode("utf-8-sig") or "\U0001f600" in raw.decode("utf-8-sig")
    with (tmp_path / "release" / "csv" / "finding_current.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        titles = {row["title"] for row in csv.DictReader(file)}
    assert titles == {"A visit", '\'=HYPERLINK("https://evil.example")'}
    workbook = sheets(tmp_path / "release" / "ingest.xlsx")
    assert list(workbook) == ["columns", *(name[:31] for name in RELEASED)]
    assert workbook["columns"][0] == ["view", "column", "meaning"]


def test_times_and_structures_can_be_read_by_other_programs(published: Path, tmp_path: Path):
    folder = tmp_path / "release"
    export(published, folder, names=["coverage_speed", "authority_timeline"])
    for form in ("csv", "jsonl"):
        times = {row["found_at"] for row in rows_of(folder / form / f"coverage_speed.{form}")}
        assert times == {"2024-05-01T07:15:00Z"}, form
    (row, *_) = rows_of(folder / "csv" / "authority_timeline.csv")
    assert [judged["area"] for judged in json.loads(row["judgements"])] == ["overall"]
    _, cells, *_ = sheets(folder / "ingest.xlsx")["authority_timeline"]
    assert json.loads(next(cell for cell in cells if cell.startswith("[{"))) == json.loads(row["judgements"])
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    kinds = {f["name"]: f["type"] for r in package["resources"] for f in r["schema"]["fields"]}
    assert kinds["found_at"] == "datetime"


def rows_of(path: Path) -> list[dict]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file)) if path.suffix == ".csv" else [json.loads(line) for line in file]


def test_excel_has_room_for_every_date(published: Path, tmp_path: Path):
    """Where a date is wider than its column, Excel shows "########" in its place."""
    export(published, tmp_path / "release", names=["authority_overview"], forms=["xlsx"])
    with zipfile.ZipFile(tmp_path / "release" / "ingest.xlsx") as archive:
        root = ET.fromstring(archive.read("xl/worksheets/sheet2.xml"))
    widths = [float(str(col.get("width"))) for col in root.iter(f"{SHEET}col")]
    assert widths
    assert min(widths) > 10
    assert len(list(root.iter(f"{SHEET}autoFilter"))) == 1


def test_what_could_identify_a_child_is_kept_back_unless_it_is_allowed(published: Path, tmp_path: Path):
    kept = export(published, tmp_path / "kept", names=["finding_current"])["finding_current"]
    assert (kept.rows, kept.kept_back) == (3, 1)
    for path in (tmp_path / "kept").rglob("*"):
        if path.suffix in (".csv", ".jsonl"):
            assert path.read_text(encoding="utf-8").count("wait too long") == 1, "that of the article"
    allowed = export(published, tmp_path / "all", names=["finding_current"], sensitive=True)[
        "finding_current"
    ]
    assert (allowed.rows, allowed.kept_back) == (4, 0)


def test_the_package_describes_every_column_of_its_files(published: Path, tmp_path: Path):
    folder = tmp_path / "release"
    export(published, folder)
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["licenses"][0]["name"] == "OGL-UK-3.0"
    assert package["version"] == "r1"
    tables = [resource for resource in package["resources"] if resource["format"] == "csv"]
    assert len(tables) == len(RELEASED)
    assert len({resource["name"] for resource in package["resources"]}) == len(package["resources"])
    for resource in package["resources"]:
        paths = resource["path"] if isinstance(resource["path"], list) else [resource["path"]]
        assert all((folder / path).is_file() for path in paths)
    for resource in tables:
        fields = resource["schema"]["fields"]
        with (folder / resource["path"]).open(encoding="utf-8-sig", newline="") as file:
            assert next(csv.reader(file)) == [field["name"] for field in fields]
        assert all(field["description"] for field in fields)
        assert set(resource["schema"].get("primaryKey", [])) <= {field["name"] for field in fields}


def test_the_same_content_gives_the_same_files(published: Path, tmp_path: Path):
    export(published, tmp_path / "one")
    export(published, tmp_path / "two")
    assert (tmp_path / "one" / "SHA256SUMS").read_text() == (tmp_path / "two" / "SHA256SUMS").read_text()


def test_many_findings_stay_in_their_order(tmp_path: Path):
    day = "DATE '2020-01-01' + (range % 900)::INTEGER"
    query = f"SELECT range AS n, {day} AS published_on FROM range(300000) ORDER BY n"
    with duckdb.connect(config={"threads": 4}) as connection:
        _write_parquet(connection, _Part(Relation("finding_current", "view", "", (), ()), query), tmp_path)
        sql = f"SELECT n FROM '{tmp_path}/parquet/finding_current/year=2021/*.parquet'"
        numbers = [number for (number,) in connection.execute(sql).fetchall()]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"names": ["watch"]}, "watch: not among what is released"),
        ({"forms": ["ods"]}, "ods: no such form"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(published: Path, tmp_path: Path, how, words: str):
    with pytest.raises(ConfigError, match=words):
        export(published, tmp_path / "release", **how)
    assert not (tmp_path / "release").exists()


def test_what_is_named_twice_is_written_once(published: Path, tmp_path: Path):
    folder = tmp_path / "release"
    export(
        published, folder, names=["finding_current", "finding_current"], forms=["xlsx", "parquet", "parquet"]
    )
    assert list(sheets(folder / "ingest.xlsx")) == ["columns", "finding_current"]
    assert len(json.loads((folder / "datapackage.json").read_text())["resources"]) == 1


def test_the_folder_in_which_one_stands_may_be_the_target(published: Path, tmp_path: Path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    export(published, Path(), names=["theme"], forms=["csv"])
    assert (tmp_path / "here" / "csv" / "theme.csv").exists()


def test_a_workbook_that_the_disk_refuses_is_told(published: Path, tmp_path: Path, monkeypatch):
    def refused(*_: object) -> None:
        raise FileCreateError(OSError(28, "No space left on device"))

    monkeypatch.setattr("xlsxwriter.Workbook.close", refused)
    with pytest.raises(WarehouseError, match=r"could not be written .*No space left"):
        export(published, tmp_path / "release", names=["theme"])
    assert [entry.name for entry in tmp_path.iterdir()] == ["data"]


def test_a_folder_with_something_in_it_is_left_alone(published: Path, tmp_path: Path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ConfigError, match="is there already"):
        export(published, tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "mine"
