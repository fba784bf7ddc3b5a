"""Draws `inspection` and `judgement` from what each document claims (`inspection_document`).

Each column is what the best document says of it: Ofsted's own before coverage, an original before its
duplicate, the earlier before the later. The result depends on the claims, never on their order of
arrival; so does the order in which it is stored.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from ingest.load.database import named_ids

_CLAIM = """
WITH claim AS (
    SELECT
        c.*,
        -- Sorts the best document first; a window that numbers them takes twice as long.
        row(
            c.relation <> 'primary',
            d.duplicate_of IS NOT NULL,
            coalesce(d.published_on, DATE 'infinity'),
            c.document_id
        ) AS place,
    FROM inspection_document AS c
    JOIN document AS d USING (document_id, version)
    WHERE c.inspection_id IN (SELECT id FROM affected)
)
"""
# arg_min passes over nulls: the first document that says something of a column decides it.
_INSPECTION = f"""
INSERT INTO inspection BY NAME
{_CLAIM}
SELECT
    inspection_id,
    arg_min(gss, place) AS gss,
    -- Plain `ilacs` says only that its span was not told, so a closer word from elsewhere wins.
    coalesce(arg_min(nullif(kind, 'ilacs'), place), 'ilacs') AS kind,
    arg_min(framework, place) AS framework,
    arg_min(started_on, place) AS started_on,
    arg_min(ended_on, place) AS ended_on,
    arg_min(month, place) AS month,
    arg_min(letter_on, place) AS letter_on,
    arg_min(published_on, place) AS published_on,
    arg_min(focus, place) AS focus,
    arg_min(focus_topic, place) AS focus_topic,
    -- One visit is "first" by one baseline and "fifth" by another, so all of them are kept.
    list_sort(list_distinct(flatten(list(ordinals)))) AS ordinals,
    coalesce(arg_min(lead_inspectors, place) FILTER (len(lead_inspectors) > 0), []) AS lead_inspectors,
    coalesce(arg_min(team, place) FILTER (len(team) > 0), []) AS team,
    arg_min(addressee, place) AS addressee,
    arg_min(addressee_role, place) AS addressee_role,
    arg_min(has_priority_action, place) AS has_priority_action,
    arg_min(delivery_body, place) AS delivery_body,
    arg_min(printed_on, place) AS printed_on,
    arg_min(document_id, place) FILTER (relation = 'primary') AS document_id,
FROM claim
GROUP BY inspection_id
ORDER BY inspection_id
"""  # noqa: S608
_JUDGEMENT = f"""
INSERT INTO judgement BY NAME
{_CLAIM},
judged AS (
    SELECT
        inspection_id,
        document_id,
        place,
        unnest(judgements) AS j,
    FROM claim
    WHERE relation = 'primary'
)
SELECT
    inspection_id,
    unnest(arg_min(j, row(place, coalesce(j.start_char, 2147483647)))),
    arg_min(document_id, place) AS document_id,
FROM judged
GROUP BY inspection_id, j.area
ORDER BY inspection_id, j.area
"""  # noqa: S608


def claimed_by(connection: duckdb.DuckDBPyConnection, document_ids: Sequence[str]) -> set[str]:
    """Return the inspections that these documents tell of now."""
    with named_ids(connection, "teller", document_ids):
        rows = connection.execute(
            """
            SELECT DISTINCT inspection_id
            FROM inspection_document
            WHERE document_id IN (SELECT id FROM teller)
            """
        ).fetchall()
    return {inspection_id for (inspection_id,) in rows}


def draw_inspections(connection: duckdb.DuckDBPyConnection, inspection_ids: set[str]) -> None:
    """Write these inspections and their judgements anew; one that nobody claims any more goes."""
    if not inspection_ids:
        return
    with named_ids(connection, "affected", sorted(inspection_ids)):
        connection.execute("DELETE FROM judgement WHERE inspection_id IN (SELECT id FROM affected)")
        connection.execute("DELETE FROM inspection WHERE inspection_id IN (SELECT id FROM affected)")
        connection.execute(_INSPECTION)
        connection.execute(_JUDGEMENT)
