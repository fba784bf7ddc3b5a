"""Gathers all that the static site shows, from the tables and current views of the warehouse."""

from __future__ import annotations

from typing import Any

from ingest.load.reader import Reader
from ingest.model import Shown, ShownJudgement, ShownRun, ShownSource, ShownVisit

_RUNS = 20
_STORY_IDS = "SELECT story_id FROM story ORDER BY story_id"
# A visit of which only others tell has no focus in Ofsted's own words.
_VISITS = """
SELECT
    i.inspection_id,
    i.gss,
    i.kind,
    i.framework,
    i.started_on,
    i.ended_on,
    i.month,
    coalesce(i.published_on, d.published_on) AS published_on,
    CASE WHEN d.document_id IS NOT NULL THEN i.focus END AS focus,
    i.ordinals,
    i.delivery_body,
    i.has_priority_action,
    i.document_id,
    (SELECT coalesce(list({'area': j.area, 'grade': j.grade, 'reason': j.reason, 'page': j.page}
                          ORDER BY j.start_char NULLS LAST, j.area), [])
     FROM judgement AS j WHERE j.inspection_id = i.inspection_id) AS judgements,
FROM inspection AS i
LEFT JOIN document AS d ON d.document_id = i.document_id AND d.is_current
ORDER BY coalesce(i.started_on, i.month, i.published_on) NULLS FIRST, i.inspection_id
"""
_SOURCES = """
SELECT
    source_id, name, status, message, last_checked_at, last_good_at, last_new_at, checks, failures, quarantined,
FROM source_health
"""
_RUN_LIST = f"""
SELECT
    r.run_id, r.started_at, r.ended_at, r.command, r.status,
    (SELECT count(*) FROM document AS d WHERE d.run_id = r.run_id AND d.is_current) AS brought,
FROM run AS r
ORDER BY r.started_at DESC, r.run_id DESC
LIMIT {_RUNS}
"""  # noqa: S608
_FRESH = """
SELECT document_id,
FROM document
WHERE is_current AND run_id = (SELECT run_id FROM run ORDER BY started_at DESC, run_id DESC LIMIT 1)
"""
_FIGURES = """
SELECT
    (SELECT count(*) FROM correction) AS corrections,
    (SELECT count(*) FROM document AS d ANTI JOIN document_authority AS a USING (document_id, version)
     WHERE d.is_current AND d.duplicate_of IS NULL) AS unfiled,
    (SELECT count(*) FROM finding AS f JOIN document AS d USING (document_id, version)
     WHERE d.is_current AND d.duplicate_of IS NULL
       AND (f.is_sensitive OR d.is_sensitive AND NOT starts_with(d.kind, 'ofsted_'))) AS held_back,
"""


def site_content(reader: Reader) -> Shown:
    """Return the whole content of the site; of what could identify a child, only the number.

    Raises:
        WarehouseError: another version of the program made this warehouse.
    """
    story_ids = [row["story_id"] for row in reader.dicts(_STORY_IDS)]
    (figures,) = reader.dicts(_FIGURES)
    return Shown(
        stories=reader.story_updates(story_ids),
        visits=tuple(_visit(row) for row in reader.dicts(_VISITS)),
        sources=tuple(ShownSource(**row) for row in reader.dicts(_SOURCES)),
        runs=tuple(ShownRun(**row) for row in reader.dicts(_RUN_LIST)),
        waiting=reader.quarantine(),
        failed_checks=tuple((failure.meaning, failure.rows) for failure in reader.check()),
        fresh=frozenset(row["document_id"] for row in reader.dicts(_FRESH)),
        **figures,
    )


def _visit(row: dict[str, Any]) -> ShownVisit:
    judgements = tuple(ShownJudgement(**given) for given in row.pop("judgements"))
    return ShownVisit(**{**row, "ordinals": tuple(row["ordinals"])}, judgements=judgements)
