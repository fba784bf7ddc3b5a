"""Describes a release as a Frictionless Data Package, so that other programs know every column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from ingest.load.dictionary import Relation

_OGL = {
    "name": "OGL-UK-3.0",
    "title": "Open Government Licence v3.0",
    "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}
_FACTS = ("authority", "theme", "statistical_neighbour")
_ABOUT = (
    "What Ofsted, councils and the press say of children's services in England, sentence by sentence. Ofsted's "
    "documents are Crown copyright under the Open Government Licence v3.0; quotations of others belong to their "
    "publishers and are brief, with their address. In CSV, a text that a spreadsheet would take for a formula "
    "begins with an apostrophe, the parts of a list are joined by semicolons, and what has parts with names is JSON. "
    "Dates are days; times are UTC."
)
_TYPES = {
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DOUBLE": "number",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "TIMESTAMP WITH TIME ZONE": "datetime",
}


def describe(
    parts: Sequence[Relation], keys: Mapping[str, tuple[str, ...]], folder: Path, run: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the descriptor of the files that lie in the folder; `run` is the row of `published_run`."""
    resources = []
    for relation in parts:
        for place, media_type in (("csv", "text/csv"), ("jsonl", "application/jsonl"), ("parquet", None)):
            files = sorted((folder / place).glob(f"{relation.name}.*")) or sorted(
                (folder / place / relation.name).rglob("*.parquet")
            )
            if files:
                paths = [file.relative_to(folder).as_posix() for file in files]
                resources.append(_resource(relation, place, media_type, paths, keys[relation.name]))
    ended: datetime | None = run.get("ended_at")
    return {
        "profile": "data-package",
        "name": "childrens-services-findings",
        "title": "Findings about English councils' children's services",
        "description": _ABOUT,
        **({"created": ended.isoformat(timespec="seconds"), "version": run["run_id"]} if ended else {}),
        "licenses": [_OGL],
        "resources": resources,
    }


def _resource(
    relation: Relation, place: str, media_type: str | None, paths: list[str], key: tuple[str, ...]
) -> dict[str, Any]:
    fields = [
        {
            "name": column.name,
            # In CSV, lists and maps are text.
            "type": _TYPES.get(column.type, "string" if place == "csv" else "any"),
            "description": column.meaning,
        }
        for column in relation.columns
    ]
    found: dict[str, Any] = {
        "name": f"{relation.name}-{place}".replace("_", "-"),
        "path": paths if len(paths) > 1 else paths[0],
        "format": place,
        "description": relation.meaning,
        "schema": {"fields": fields, **({"primaryKey": list(key)} if key else {})},
    }
    if place == "csv":
        found |= {"profile": "tabular-data-resource", "encoding": "utf-8"}
    if media_type:
        found["mediatype"] = media_type
    if relation.name in _FACTS:
        found["licenses"] = [_OGL]
    return found
