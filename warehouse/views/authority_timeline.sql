-- Each inspection or visit of an authority in the order of time: its grades, and how many things it found.
CREATE OR REPLACE VIEW authority_timeline AS
WITH grade AS (
    SELECT
        inspection_id,
        max(grade) FILTER (area = 'overall') AS overall,
        map_from_entries(list((area, coalesce(grade, reason)) ORDER BY area)) AS grades,
    FROM judgement
    GROUP BY inspection_id
),
said AS (
    SELECT
        f.inspection_id,
        f.gss,
        count(*) FILTER (f.polarity = 'strength') AS strengths,
        count(*) FILTER (f.polarity = 'concern') AS concerns,
        count(*) FILTER (f.polarity = 'recommendation') AS recommendations,
    FROM finding AS f
    JOIN document AS d USING (document_id, version)
    WHERE d.is_current AND d.duplicate_of IS NULL AND f.is_inspectorate
    GROUP BY f.inspection_id, f.gss
),
coverage AS (
    SELECT
        inspection_id,
        count(*) AS documents,
    FROM inspection_document
    GROUP BY inspection_id
)
SELECT
    i.gss,
    coalesce(a.name, i.gss) AS authority,
    coalesce(i.started_on, i.month, i.published_on) AS as_of,
    i.inspection_id,
    i.kind,
    i.started_on,
    i.ended_on,
    i.published_on,
    i.focus,
    g.overall,
    g.grades,
    coalesce(s.strengths, 0) AS strengths,
    coalesce(s.concerns, 0) AS concerns,
    coalesce(s.recommendations, 0) AS recommendations,
    coalesce(c.documents, 0) AS documents,
    d.url,
FROM inspection AS i
LEFT JOIN authority AS a USING (gss)
LEFT JOIN grade AS g USING (inspection_id)
LEFT JOIN said AS s ON s.inspection_id = i.inspection_id AND s.gss = i.gss
LEFT JOIN coverage AS c ON c.inspection_id = i.inspection_id
LEFT JOIN document AS d ON d.document_id = i.document_id AND d.is_current
ORDER BY i.gss, as_of NULLS LAST, i.inspection_id;
