-- Where each authority stands: of every area, what the newest inspection that spoke of it said.
-- A missing grade carries its reason (Ofsted gives no overall grade since April 2026).
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
        j.evidence,
        j.document_id,
        j.page,
        coalesce(i.started_on, i.month, i.published_on) AS as_of,
    FROM judgement AS j
    JOIN inspection AS i USING (inspection_id)
)
SELECT
    d.*,
    coalesce(a.name, d.gss) AS authority,
FROM dated AS d
LEFT JOIN authority AS a USING (gss)
QUALIFY row_number() OVER (
    PARTITION BY d.gss, d.area
    ORDER BY d.as_of DESC NULLS LAST, d.inspection_id DESC
) = 1;
