"""A release: the views as Parquet, CSV for Excel, JSON lines and one workbook, described and with checksums.

    DIR/csv/NAME.csv         UTF-8 with a byte order mark; no cell that a spreadsheet would take for a formula
    DIR/parquet/NAME...      finding_current in a folder a year
    DIR/jsonl/NAME.jsonl
    DIR/ingest.xlsx          a sheet a view
    DIR/datapackage.json     Frictionless Data Package: what every column means, and the licences
    DIR/SHA256SUMS           `sha256sum -c SHA256SUMS`

What could identify a child is left out, unless it is allowed.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from xlsxwriter.exceptions import XlsxFileError

from ingest.errors import ConfigError, WarehouseError
from ingest.load.database import dicts, one_thread
from ingest.load.datapackage import describe
from ingest.load.dictionary import Relation, relations
from ingest.load.workbook import write_workbook

FORMS = ("csv", "parquet", "jsonl", "xlsx")
WORKBOOK = "ingest.xlsx"
# View or table -> its key, by which it is also ordered. What names those who correct or watch is not released.
RELEASED: dict[str, tuple[str, ...]] = {
    "authority_overview": ("gss",),
    "authority_timeline": (),
    "latest_judgement": ("gss", "area"),
    "judgement_change": ("inspection_id", "area"),
    "finding_current": ("finding_id",),
    "concern_raised_again": ("gss", "theme_id"),
    "theme_trend": ("quarter", "region", "theme_id"),
    "authority_beside_neighbours": ("gss",),
    "story_coverage": ("story_id",),
    "coverage_speed": ("story_id", "document_id"),
    "authority": ("gss",),
    "theme": ("theme_id",),
    "statistical_neighbour": ("gss", "neighbour_gss"),
}
_BY_YEAR = "finding_current"
_TIME = "TIMESTAMP WITH TIME ZONE"
_GUARDED = r"^[=+\-@\t\r]"


@dataclass(frozen=True, slots=True)
class Exported:
    """A view that was written: how many rows, and how many were kept back."""

    name: str
    rows: int
    kept_back: int


@dataclass(frozen=True, slots=True)
class _Part:
    relation: Relation
    query: str


def export(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    *,
    names: Sequence[str] = (),
    forms: Sequence[str] = FORMS,
    sensitive: bool = False,
    progress: Callable[[str, int, int], None] = lambda name, done, total: None,
) -> tuple[Exported, ...]:
    """Write a release into a new folder; it appears when it is whole.

    Raises:
        ConfigError: an unknown view or form, or the folder is there already and not empty.
        WarehouseError: the disk refused.
    """
    unknown = [name for name in names if name not in RELEASED]
    if unknown:
        raise ConfigError(f"{unknown[0]}: not among what is released; choose of {', '.join(RELEASED)}")
    strange = [form for form in forms if form not in FORMS]
    if strange:
        raise ConfigError(f"{strange[0]}: no such form; choose of {', '.join(FORMS)}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(f"{folder}: is there already; name a new folder, or empty it")
    folder = folder.resolve()
    known = {relation.name: relation for relation in relations(connection)}
    parts = [_part(known[name], sensitive) for name in dict.fromkeys(names or RELEASED)]
    partial = folder.with_name(folder.name + ".part")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        for number, part in enumerate(parts):
            progress(part.relation.name, number, len(parts) + 1)
            for form, write in _WRITERS.items():
                if form in forms:
                    write(connection, part, partial)
        if "xlsx" in forms:
            progress(WORKBOOK, len(parts), len(parts) + 1)
            write_workbook(connection, [(part.relation, part.query) for part in parts], partial / WORKBOOK)
        run = _run(connection)
        package = describe([part.relation for part in parts], RELEASED, partial, run)
        (partial / "datapackage.json").write_text(
            json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )
        (partial / "SHA256SUMS").write_text(_checksums(partial), encoding="utf-8")
        if folder.exists():
            folder.rmdir()
        partial.rename(folder)
    except (OSError, duckdb.IOException, XlsxFileError) as error:
        raise WarehouseError(
            f"{folder}: the export could not be written ({error}); free space, or name another folder"
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return tuple(_counted(connection, part) for part in parts)


def _part(relation: Relation, sensitive: bool) -> _Part:
    query = f"SELECT * FROM {relation.name}"  # noqa: S608
    if not sensitive and any(column.name == "is_sensitive" for column in relation.columns):
        query += " WHERE NOT is_sensitive"
    if key := RELEASED[relation.name]:
        query += f" ORDER BY {', '.join(key)}"
    return _Part(relation, query)


def _counted(connection: duckdb.DuckDBPyConnection, part: _Part) -> Exported:
    (row,) = dicts(
        connection,
        f"SELECT (SELECT count(*) FROM ({part.query})) AS rows, (SELECT count(*) FROM {part.relation.name}) AS held",  # noqa: S608
    )
    return Exported(part.relation.name, row["rows"], row["held"] - row["rows"])


def _run(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    rows = dicts(connection, "FROM published_run")
    return rows[0] if rows else {}


def _write_csv(connection: duckdb.DuckDBPyConnection, part: _Part, folder: Path) -> None:
    target = folder / "csv" / f"{part.relation.name}.csv"
    target.parent.mkdir(exist_ok=True)
    plain = target.with_suffix(".part")
    columns = ", ".join(_flat(column.name, column.type) for column in part.relation.columns)
    _copy(connection, f"SELECT {columns} FROM ({part.query})", plain, "FORMAT csv, HEADER")  # noqa: S608
    with plain.open("rb") as source, target.open("wb") as marked:
        marked.write(codecs.BOM_UTF8)
        shutil.copyfileobj(source, marked)
    plain.unlink()


def _flat(name: str, kind: str) -> str:
    """A column as one cell of text that no spreadsheet runs: what looks like a formula gets an apostrophe."""
    if kind.startswith(("MAP", "STRUCT")):
        value = f"to_json({name})::VARCHAR"
    elif kind.endswith("[]"):
        value = f"array_to_string({name}, '; ')"
    elif kind == "VARCHAR":
        value = name
    else:
        return _timed(name, kind)
    return f"if(regexp_matches({value}, '{_GUARDED}'), '''' || {value}, {value}) AS {name}"


def _timed(name: str, kind: str) -> str:
    """A column with its times as ISO 8601 has them: DuckDB's own text ends in "+00", which few programs read."""
    if kind != _TIME:
        return name
    return f"strftime({name} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ') AS {name}"


def _write_parquet(connection: duckdb.DuckDBPyConnection, part: _Part, folder: Path) -> None:
    (folder / "parquet").mkdir(exist_ok=True)
    name = part.relation.name
    if name == _BY_YEAR:
        query = f"SELECT *, coalesce(year(published_on)::VARCHAR, 'unknown') AS year FROM ({part.query})"  # noqa: S608
        options = "FORMAT parquet, COMPRESSION zstd, PARTITION_BY (year)"
        with one_thread(connection):  # Several would write the rows of a year in any order.
            _copy(connection, query, folder / "parquet" / name, options)
    else:
        _copy(
            connection, part.query, folder / "parquet" / f"{name}.parquet", "FORMAT parquet, COMPRESSION zstd"
        )


def _write_jsonl(connection: duckdb.DuckDBPyConnection, part: _Part, folder: Path) -> None:
    (folder / "jsonl").mkdir(exist_ok=True)
    columns = ", ".join(_timed(column.name, column.type) for column in part.relation.columns)
    query = f"SELECT {columns} FROM ({part.query})"  # noqa: S608
    _copy(connection, query, folder / "jsonl" / f"{part.relation.name}.jsonl", "FORMAT json")


_WRITERS: dict[str, Callable[[duckdb.DuckDBPyConnection, _Part, Path], None]] = {
    "csv": _write_csv,
    "parquet": _write_parquet,
    "jsonl": _write_jsonl,
}


def _copy(connection: duckdb.DuckDBPyConnection, query: str, target: Path, options: str) -> None:
    quoted = str(target).replace("'", "''")
    connection.execute(f"COPY ({query}) TO '{quoted}' ({options})")


def _checksums(folder: Path) -> str:
    lines = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            lines.append(
                f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.relative_to(folder).as_posix()}\n"
            )
    return "".join(lines)
