-- What did Ofsted ask each authority to improve, in its last document? The words, the page and the proof.
WITH latest AS (
    SELECT
        gss,
        max(published_on) AS published_on,
    FROM finding_current
    WHERE is_primary
    GROUP BY gss
)
SELECT
    f.authority,
    f.inspection_kind,
    f.published_on,
    f.kind,
    f.quote,
    f.page,
    f.url,
FROM finding_current AS f
JOIN latest AS l ON l.gss = f.gss AND l.published_on = f.published_on
WHERE f.is_primary AND f.kind IN ('area_for_improvement', 'priority_action', 'recommendation')
ORDER BY f.authority, f.document_id, f.start_char;
