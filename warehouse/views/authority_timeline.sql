-- Everything that came out about an authority, in the order of time: every kind of Ofsted's outputs in one
-- line, and the government's notices between them.
CREATE OR REPLACE VIEW authority_timeline AS
WITH grade AS (
    SELECT
        inspection_id,
        max(grade) FILTER (area = 'overall') AS overall,
        map_from_entries(list((area, coalesce(grade, reason)) ORDER BY area)) AS grades,
        list({'area': area, 'grade': grade, 'reason': reason, 'page': page} ORDER BY start_char NULLS LAST, area)
            AS judgements,
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
    JOIN inspection AS i USING (inspection_id)
    WHERE
        d.is_current AND d.duplicate_of IS NULL AND f.is_inspectorate
        -- What others repeat is not counted beside Ofsted's own document.
        AND coalesce(i.document_id = f.document_id, true)
    GROUP BY f.inspection_id, f.gss
),
coverage AS (
    SELECT
        l.inspection_id,
        count(*) AS documents,
        min(d.published_on) AS reported_on,
    FROM inspection_document AS l
    LEFT JOIN document AS d ON d.document_id = l.document_id AND d.is_current
    GROUP BY l.inspection_id
),
event AS (
    SELECT
        i.gss,
        coalesce(i.published_on, d.published_on) AS published_on,
        coalesce(i.started_on, i.month, i.published_on, d.published_on, c.reported_on) AS as_of,
        i.inspection_id,
        i.kind,
        i.framework,
        i.started_on,
        i.ended_on,
        i.month,
        -- A visit of which only others tell has no focus in Ofsted's own words.
        if(d.document_id IS NOT NULL, i.focus, NULL) AS focus,
        i.ordinals,
        i.delivery_body,
        i.has_priority_action,
        g.overall,
        g.grades,
        coalesce(g.judgements, []) AS judgements,
        coalesce(s.strengths, 0) AS strengths,
        coalesce(s.concerns, 0) AS concerns,
        coalesce(s.recommendations, 0) AS recommendations,
        coalesce(c.documents, 0) AS documents,
        d.document_id,
        d.title,
        d.url,
    FROM inspection AS i
    LEFT JOIN grade AS g USING (inspection_id)
    LEFT JOIN said AS s ON s.inspection_id = i.inspection_id AND s.gss = i.gss
    LEFT JOIN coverage AS c ON c.inspection_id = i.inspection_id
    LEFT JOIN document AS d ON d.document_id = i.document_id AND d.is_current
    UNION ALL BY NAME
    SELECT
        l.gss,
        d.published_on AS as_of,
        d.kind,
        d.published_on,
        0 AS strengths,
        0 AS concerns,
        0 AS recommendations,
        1 AS documents,
        d.document_id,
        d.title,
        d.url,
    FROM document AS d
    JOIN document_authority AS l USING (document_id, version)
    WHERE
        d.kind = 'government_notice' AND d.is_current AND d.duplicate_of IS NULL AND NOT d.is_sensitive
        AND l.role = 'subject'
)
SELECT
    e.gss,
    coalesce(a.name, e.gss) AS authority,
    e.* EXCLUDE (gss),
FROM event AS e
LEFT JOIN authority AS a USING (gss)
ORDER BY e.gss, e.as_of NULLS LAST, e.inspection_id, e.url;

COMMENT ON VIEW authority_timeline IS 'Everything that came out about an authority, one line each in the order of time: inspections, visits, joint and area inspections, and the government''s notices.';
COMMENT ON COLUMN authority_timeline.gss IS 'GSS code of the authority.';
COMMENT ON COLUMN authority_timeline.authority IS 'Name of the authority.';
COMMENT ON COLUMN authority_timeline.as_of IS 'When it happened: the first day of the visit, else the first of its month, else the day of publication, or of the first news of it; null where nothing says.';
COMMENT ON COLUMN authority_timeline.inspection_id IS 'Key of `inspection`; null for a notice.';
COMMENT ON COLUMN authority_timeline.kind IS 'Kind of inspection or visit, or `government_notice`.';
COMMENT ON COLUMN authority_timeline.framework IS 'Framework of the inspection; null where nothing says.';
COMMENT ON COLUMN authority_timeline.started_on IS 'First day of the visit.';
COMMENT ON COLUMN authority_timeline.ended_on IS 'Last day of the visit.';
COMMENT ON COLUMN authority_timeline.month IS 'First day of the month in which the visit began.';
COMMENT ON COLUMN authority_timeline.published_on IS 'Day on which it was published.';
COMMENT ON COLUMN authority_timeline.focus IS 'What was looked at, in Ofsted''s words; null where only others tell of it.';
COMMENT ON COLUMN authority_timeline.ordinals IS 'Which visit it is by whose count, as "fifth since November 2016".';
COMMENT ON COLUMN authority_timeline.delivery_body IS 'The trust or company that ran the services then.';
COMMENT ON COLUMN authority_timeline.has_priority_action IS 'Whether Ofsted asked for priority action; null where its own document was not seen.';
COMMENT ON COLUMN authority_timeline.overall IS 'Grade for overall effectiveness; null where none was given.';
COMMENT ON COLUMN authority_timeline.grades IS 'Every area that was judged, with its grade or the reason why there is none.';
COMMENT ON COLUMN authority_timeline.judgements IS 'The same in the order of the document, with the page on which each stands: area, grade, reason, page.';
COMMENT ON COLUMN authority_timeline.strengths IS 'Strengths in the inspectorate''s words: in its own document, else in those of others that report it, each text once.';
COMMENT ON COLUMN authority_timeline.concerns IS 'Concerns, counted likewise.';
COMMENT ON COLUMN authority_timeline.recommendations IS 'Recommendations, counted likewise.';
COMMENT ON COLUMN authority_timeline.documents IS 'Documents that tell of it, Ofsted''s own among them.';
COMMENT ON COLUMN authority_timeline.document_id IS 'Ofsted''s own document, or the notice; null until it is seen.';
COMMENT ON COLUMN authority_timeline.title IS 'Title of that document.';
COMMENT ON COLUMN authority_timeline.url IS 'Address of that document.';
