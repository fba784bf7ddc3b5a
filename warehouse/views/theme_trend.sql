-- How often each theme is praised and criticised, by quarter and region, in the inspectorate's words. A visit
-- is counted once, however many documents tell of it and however often they say it; what others repeat of it is not
-- counted beside Ofsted's own document.
CREATE OR REPLACE VIEW theme_trend AS
WITH first_told AS (
    SELECT
        inspection_id,
        min(reported_on) AS reported_on,
    FROM inspection_document
    GROUP BY inspection_id
),
said AS (
    SELECT
        f.finding_id,
        f.gss,
        f.polarity,
        f.inspection_id,
        f.document_id,
        t.theme_id,
        date_trunc('quarter', coalesce(i.published_on, r.reported_on, d.published_on))::DATE AS quarter,
    FROM finding AS f
    JOIN document AS d USING (document_id, version)
    JOIN finding_theme AS t USING (finding_id)
    LEFT JOIN inspection AS i USING (inspection_id)
    LEFT JOIN first_told AS r USING (inspection_id)
    WHERE
        d.is_current AND d.duplicate_of IS NULL AND f.is_inspectorate
        AND coalesce(i.document_id = f.document_id, true)
)
SELECT
    s.quarter,
    a.region,
    s.theme_id,
    any_value(t.name) AS theme,
    count(*) FILTER (s.polarity = 'strength') AS strengths,
    count(*) FILTER (s.polarity = 'concern') AS concerns,
    count(*) FILTER (s.polarity = 'recommendation') AS recommendations,
    round(concerns / nullif(strengths + concerns, 0), 3) AS concern_share,
    count(DISTINCT coalesce(s.inspection_id, s.document_id)) AS visits,
    count(DISTINCT coalesce(s.inspection_id, s.document_id)) FILTER (
        s.polarity IN ('concern', 'recommendation')
    ) AS visits_with_concern,
    count(DISTINCT s.gss) AS authorities,
FROM said AS s
JOIN authority AS a USING (gss)
JOIN theme AS t USING (theme_id)
WHERE s.quarter IS NOT NULL
GROUP BY s.quarter, a.region, s.theme_id
ORDER BY s.quarter, a.region, s.theme_id;

COMMENT ON VIEW theme_trend IS 'How often each theme is praised and criticised in the inspectorate''s words, by quarter and region.';
COMMENT ON COLUMN theme_trend.quarter IS 'First day of the quarter in which Ofsted published, or others first told of it; with `region` and `theme_id` the key.';
COMMENT ON COLUMN theme_trend.region IS 'Region of the authorities.';
COMMENT ON COLUMN theme_trend.theme_id IS 'Key of `theme`.';
COMMENT ON COLUMN theme_trend.theme IS 'Name of the theme.';
COMMENT ON COLUMN theme_trend.strengths IS 'Strengths, in sentences.';
COMMENT ON COLUMN theme_trend.concerns IS 'Concerns, in sentences.';
COMMENT ON COLUMN theme_trend.recommendations IS 'Recommendations, in sentences.';
COMMENT ON COLUMN theme_trend.concern_share IS 'Concerns as a share of strengths and concerns, 0 to 1; null where there are neither.';
COMMENT ON COLUMN theme_trend.visits IS 'Inspections and visits that speak of the theme; a document that names none counts as one.';
COMMENT ON COLUMN theme_trend.visits_with_concern IS 'Those of them that raise a concern or ask for something.';
COMMENT ON COLUMN theme_trend.authorities IS 'Authorities that they are about.';
