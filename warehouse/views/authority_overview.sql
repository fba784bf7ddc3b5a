-- One row for each authority, as the sector's overviews have it: the newest inspection with its grades, what it
-- was before, and the newest of each kind of visit since.
CREATE OR REPLACE VIEW authority_overview AS
WITH first_told AS (
    SELECT
        inspection_id,
        min(reported_on) AS reported_on,
    FROM inspection_document
    GROUP BY inspection_id
),
dated AS (
    SELECT
        i.*,
        coalesce(i.started_on, i.month, i.published_on, r.reported_on) AS as_of,
        d.url,
    FROM inspection AS i
    LEFT JOIN first_told AS r USING (inspection_id)
    LEFT JOIN document AS d ON d.document_id = i.document_id AND d.is_current
),
by_area AS (
    SELECT
        d.gss,
        d.inspection_id,
        d.kind,
        d.framework,
        d.started_on,
        d.published_on,
        d.as_of,
        d.url,
        max(j.grade) FILTER (j.area = 'overall') AS overall,
        max(j.reason) FILTER (j.area = 'overall') AS overall_reason,
        max(j.grade) FILTER (j.area IN ('leaders', 'leadership')) AS leaders,
        max(j.grade) FILTER (j.area = 'help_and_protection') AS help_and_protection,
        max(j.grade) FILTER (j.area IN ('children_in_care', 'looked_after')) AS children_in_care,
        max(j.grade) FILTER (j.area = 'care_leavers') AS care_leavers,
    FROM dated AS d
    JOIN judgement AS j USING (inspection_id)
    WHERE d.kind IN ('ilacs_standard', 'ilacs_short', 'ilacs', 'sif_inspection', 'sif_reinspection')
    GROUP BY ALL
),
graded AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY gss ORDER BY as_of DESC NULLS LAST, inspection_id DESC) AS place,
    FROM by_area
),
visited AS (
    SELECT
        d.gss,
        count(*) AS outputs,
        -- In one piece: arg_max passes over nulls, and would take the focus of an older visit.
        arg_max(
            {'as_of': d.as_of, 'kind': d.kind, 'focus': d.focus, 'url': d.url}, (d.as_of, d.inspection_id)
        ) FILTER (d.kind IN ('focused_visit', 'monitoring_visit') AND d.as_of IS NOT NULL) AS last_visit,
        count(*) FILTER (d.kind = 'focused_visit' AND d.as_of > coalesce(g.as_of, DATE '1900-01-01'))
            AS focused_visits_since,
        count(*) FILTER (d.kind = 'monitoring_visit' AND d.as_of > coalesce(g.as_of, DATE '1900-01-01'))
            AS monitoring_visits_since,
        bool_or(d.has_priority_action) FILTER (d.as_of > coalesce(g.as_of, DATE '1900-01-01'))
            AS has_priority_action_since,
        max(d.as_of) FILTER (d.kind = 'jtai') AS last_jtai_on,
        max(d.as_of) FILTER (d.kind = 'area_send') AS last_area_send_on,
    FROM dated AS d
    LEFT JOIN graded AS g ON g.gss = d.gss AND g.place = 1
    GROUP BY d.gss
)
SELECT
    a.gss,
    a.name AS authority,
    a.region,
    a.type,
    a.ofsted_urn,
    g.inspection_id,
    g.kind AS inspection_kind,
    g.framework,
    g.started_on,
    g.published_on,
    g.overall,
    g.overall_reason,
    g.leaders,
    g.help_and_protection,
    g.children_in_care,
    g.care_leavers,
    p.overall AS previous_overall,
    p.started_on AS previous_started_on,
    g.url,
    v.last_visit.as_of AS last_visit_on,
    v.last_visit.kind AS last_visit_kind,
    v.last_visit.focus AS last_visit_focus,
    v.last_visit.url AS last_visit_url,
    coalesce(v.focused_visits_since, 0) AS focused_visits_since,
    coalesce(v.monitoring_visits_since, 0) AS monitoring_visits_since,
    v.has_priority_action_since,
    v.last_jtai_on,
    v.last_area_send_on,
    coalesce(v.outputs, 0) AS outputs,
FROM authority AS a
LEFT JOIN graded AS g ON g.gss = a.gss AND g.place = 1
LEFT JOIN graded AS p ON p.gss = a.gss AND p.place = 2
LEFT JOIN visited AS v ON v.gss = a.gss
WHERE a.is_current
ORDER BY a.name;

COMMENT ON VIEW authority_overview IS 'One row for each authority that exists today, in the manner of the sector''s overviews (ADCS, Data to Insight): newest inspection with its grades, the one before, and what came since.';
COMMENT ON COLUMN authority_overview.gss IS 'GSS code; the key.';
COMMENT ON COLUMN authority_overview.authority IS 'Name of the authority.';
COMMENT ON COLUMN authority_overview.region IS 'Its region.';
COMMENT ON COLUMN authority_overview.type IS 'Its type, such as London Borough or County.';
COMMENT ON COLUMN authority_overview.ofsted_urn IS 'Ofsted''s number for it.';
COMMENT ON COLUMN authority_overview.inspection_id IS 'Newest graded inspection that is stored; the columns to `care_leavers` tell of it. Null where none is stored.';
COMMENT ON COLUMN authority_overview.inspection_kind IS 'Its kind.';
COMMENT ON COLUMN authority_overview.framework IS 'Its framework.';
COMMENT ON COLUMN authority_overview.started_on IS 'Its first day.';
COMMENT ON COLUMN authority_overview.published_on IS 'When its report was published.';
COMMENT ON COLUMN authority_overview.overall IS 'Overall effectiveness.';
COMMENT ON COLUMN authority_overview.overall_reason IS 'Why there is no overall grade.';
COMMENT ON COLUMN authority_overview.leaders IS 'Impact of leaders; until 2018 leadership, management and governance.';
COMMENT ON COLUMN authority_overview.help_and_protection IS 'Children who need help and protection.';
COMMENT ON COLUMN authority_overview.children_in_care IS 'Children in care (with care leavers until 2022); until 2018 children looked after.';
COMMENT ON COLUMN authority_overview.care_leavers IS 'Care leavers, where they were judged apart.';
COMMENT ON COLUMN authority_overview.previous_overall IS 'Overall effectiveness in the graded inspection before it that is stored.';
COMMENT ON COLUMN authority_overview.previous_started_on IS 'First day of that inspection.';
COMMENT ON COLUMN authority_overview.url IS 'Address of the newest report.';
COMMENT ON COLUMN authority_overview.last_visit_on IS 'Newest focused or monitoring visit: first day, or first of its month, else the day of publication, or of the first news of it.';
COMMENT ON COLUMN authority_overview.last_visit_kind IS 'Which of the two it was.';
COMMENT ON COLUMN authority_overview.last_visit_focus IS 'What it looked at.';
COMMENT ON COLUMN authority_overview.last_visit_url IS 'Address of its letter.';
COMMENT ON COLUMN authority_overview.focused_visits_since IS 'Focused visits since the newest graded inspection; all, where none is stored.';
COMMENT ON COLUMN authority_overview.monitoring_visits_since IS 'Monitoring visits since the newest graded inspection; all, where none is stored.';
COMMENT ON COLUMN authority_overview.has_priority_action_since IS 'Whether one of the letters since named an area for priority action; null where no letter was seen.';
COMMENT ON COLUMN authority_overview.last_jtai_on IS 'Newest joint targeted area inspection.';
COMMENT ON COLUMN authority_overview.last_area_send_on IS 'Newest area SEND inspection.';
COMMENT ON COLUMN authority_overview.outputs IS 'Inspections and visits that are stored.';
