-- The grades that were known on a day: of each authority and area the newest, as stored by then.
CREATE OR REPLACE MACRO judgement_known_on(day) AS TABLE
SELECT
    i.gss,
    j.area,
    j.grade,
    j.reason,
    i.inspection_id,
    i.kind AS inspection_kind,
    coalesce(i.started_on, i.month, i.published_on) AS as_of,
    i.published_on,
    k.url,
    coalesce(
        as_of < max(as_of) FILTER (i.kind <> 'lscb_review') OVER (PARTITION BY i.gss), false
    ) AS is_superseded,
FROM judgement AS j
JOIN inspection AS i USING (inspection_id)
JOIN document_known_on(day) AS k ON k.document_id = j.document_id
WHERE i.kind IN ('ilacs_standard', 'ilacs_short', 'ilacs', 'sif_inspection', 'sif_reinspection', 'lscb_review')
QUALIFY row_number() OVER (
    PARTITION BY i.gss, j.area
    ORDER BY as_of DESC NULLS LAST, i.inspection_id DESC
) = 1;

COMMENT ON MACRO TABLE judgement_known_on IS 'judgement_known_on(day): where each authority stood as far as was stored at the end of that day; one row for each area, as in `latest_judgement`.';
