-- Where each authority stands: of every area, what the newest inspection of its services that spoke of it said.
-- A missing grade carries its reason (Ofsted gives no overall grade since April 2026). What is called "overall" in
-- an area SEND inspection, or was in the inspections of services for looked after children alone, is another thing.
CREATE OR REPLACE VIEW latest_judgement AS
WITH dated AS (
    SELECT
        i.gss,
        j.area,
        j.grade,
        j.reason,
        i.inspection_id,
        i.kind AS inspection_kind,
        i.started_on,
        i.published_on,
        nullif(j.evidence, '') AS evidence,
        j.document_id,
        j.page,
        coalesce(i.started_on, i.month, i.published_on) AS as_of,
    FROM judgement AS j
    JOIN inspection AS i USING (inspection_id)
    WHERE i.kind IN ('ilacs_standard', 'ilacs_short', 'ilacs', 'sif_inspection', 'sif_reinspection', 'lscb_review')
)
SELECT
    d.*,
    coalesce(a.name, d.gss) AS authority,
    coalesce(
        d.as_of < max(d.as_of) FILTER (d.inspection_kind <> 'lscb_review') OVER (PARTITION BY d.gss), false
    ) AS is_superseded,
FROM dated AS d
LEFT JOIN authority AS a USING (gss)
QUALIFY row_number() OVER (
    PARTITION BY d.gss, d.area
    ORDER BY d.as_of DESC NULLS LAST, d.inspection_id DESC
) = 1;

COMMENT ON VIEW latest_judgement IS 'Where each authority stands: of every area, what the newest inspection of its services that spoke of it said. For today ask `NOT is_superseded`; councils of the past are among them (`authority.is_current`).';
COMMENT ON COLUMN latest_judgement.gss IS 'GSS code of the authority; with `area` the key.';
COMMENT ON COLUMN latest_judgement.area IS 'What was judged.';
COMMENT ON COLUMN latest_judgement.grade IS 'The grade; null where none was given.';
COMMENT ON COLUMN latest_judgement.reason IS 'Why there is no grade.';
COMMENT ON COLUMN latest_judgement.inspection_id IS 'Key of `inspection`.';
COMMENT ON COLUMN latest_judgement.inspection_kind IS 'Kind of that inspection.';
COMMENT ON COLUMN latest_judgement.started_on IS 'First day of that inspection.';
COMMENT ON COLUMN latest_judgement.published_on IS 'Day on which its report was published.';
COMMENT ON COLUMN latest_judgement.evidence IS 'Words of the report that give the grade; null where it gives none.';
COMMENT ON COLUMN latest_judgement.document_id IS 'The report.';
COMMENT ON COLUMN latest_judgement.page IS 'Page of the evidence.';
COMMENT ON COLUMN latest_judgement.as_of IS 'When the inspection was: its first day, else its month, else the day of publication.';
COMMENT ON COLUMN latest_judgement.authority IS 'Name of the authority.';
COMMENT ON COLUMN latest_judgement.is_superseded IS 'A newer inspection has no row of this name: of areas before 2018, and of care leavers where they were judged with `children_in_care`.';
