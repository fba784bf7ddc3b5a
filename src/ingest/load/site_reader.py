"""Gathers all that the static site shows, from the views that analysts query."""

from __future__ import annotations

from typing import Any

from ingest.load.reader import Reader
from ingest.model import (
    Shown,
    ShownJudgement,
    ShownListing,
    ShownOutage,
    ShownRun,
    ShownSource,
    ShownVisit,
)

_LISTED = 20
"""Runs and outages that are shown."""
_STORY_IDS = "SELECT story_id FROM story ORDER BY story_id"
_VISITS = """
SELECT
    inspection_id, gss, kind, framework, started_on, ended_on, month, published_on, focus, ordinals, delivery_body,
    has_priority_action, document_id, judgements,
FROM authority_timeline
WHERE inspection_id IS NOT NULL
"""
_SOURCES = """
SELECT
    source_id, name, severity, message, broken_since, last_checked_at, last_good_at, last_new_at, checks, failures,
    quarantined,
FROM source_health
"""
_OUTAGES = f"SELECT name, message, began_at, ended_at FROM source_outage LIMIT {_LISTED}"  # noqa: S608
_LISTING = """
SELECT
    checked_on, sum(announced)::BIGINT AS announced, sum(stored)::BIGINT AS stored, sum(waiting)::BIGINT AS waiting,
FROM completeness
GROUP BY checked_on
ORDER BY checked_on DESC
LIMIT 1
"""
_RUNS = f"""
SELECT run_id, started_at, ended_at, status, brought, sources, failing,
FROM run_history
LIMIT {_LISTED}
"""  # noqa: S608
_FRESH = "SELECT document_id FROM document SEMI JOIN published_run USING (run_id) WHERE is_current"
_FIGURES = """
SELECT
    (SELECT count(*) FROM correction_list) AS corrections,
    (SELECT count(*) FROM document ANTI JOIN document_authority USING (document_id, version)
     WHERE is_current AND duplicate_of IS NULL) AS unfiled,
    (SELECT count(*) FROM finding_current WHERE is_sensitive) AS held_back,
"""


def site_content(reader: Reader) -> Shown:
    """Return the whole content of the site; of what could identify a child, only the number.

    Raises:
        WarehouseError: another version of the program made this warehouse.
    """
    story_ids = [row["story_id"] for row in reader.dicts(_STORY_IDS)]
    listing = [ShownListing(**row) for row in reader.dicts(_LISTING)]
    (figures,) = reader.dicts(_FIGURES)
    return Shown(
        stories=reader.story_updates(story_ids),
        visits=tuple(_visit(row) for row in reader.dicts(_VISITS)),
        sources=tuple(ShownSource(**row) for row in reader.dicts(_SOURCES)),
        outages=tuple(ShownOutage(**row) for row in reader.dicts(_OUTAGES)),
        listing=listing[0] if listing else None,
        runs=tuple(ShownRun(**row) for row in reader.dicts(_RUNS)),
        waiting=reader.quarantine(),
        failed_checks=tuple((failure.meaning, failure.rows) for failure in reader.check()),
        fresh=frozenset(row["document_id"] for row in reader.dicts(_FRESH)),
        **figures,
    )


def _visit(row: dict[str, Any]) -> ShownVisit:
    judgements = tuple(ShownJudgement(**given) for given in row.pop("judgements"))
    return ShownVisit(**{**row, "ordinals": tuple(row["ordinals"])}, judgements=judgements)
