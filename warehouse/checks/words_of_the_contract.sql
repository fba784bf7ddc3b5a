-- Kinds, grades, polarities and the like are words of the contract, and a missing grade has its reason.
WITH word AS (
    SELECT 'document.kind' AS what, kind AS value, document_id AS id,
    FROM document
    WHERE kind NOT IN (
        'ofsted_report', 'ofsted_letter', 'news_article', 'press_release', 'government_notice', 'other'
    )
    UNION ALL
    SELECT 'inspection.kind', kind, inspection_id,
    FROM inspection
    WHERE kind NOT IN (
        'ilacs_standard', 'ilacs_short', 'ilacs', 'focused_visit', 'monitoring_visit', 'sif_inspection',
        'sif_reinspection', 'jtai', 'area_send', 'lac_2013', 'lscb_review', 'other'
    )
    UNION ALL
    SELECT 'judgement.area', area, inspection_id,
    FROM judgement
    WHERE area NOT IN (
        'overall', 'leaders', 'help_and_protection', 'children_in_care', 'care_leavers',
        'looked_after', 'adoption', 'leadership', 'lscb'
    )
    UNION ALL
    SELECT 'judgement.grade', coalesce(grade, 'null without a reason'), inspection_id,
    FROM judgement
    WHERE
        grade NOT IN ('outstanding', 'good', 'requires_improvement', 'inadequate', 'adequate', 'not_judged')
        OR (grade IS NULL AND reason IS NULL)
    UNION ALL
    SELECT 'finding.polarity', polarity, finding_id,
    FROM finding
    WHERE polarity NOT IN ('strength', 'concern', 'recommendation', 'neutral')
    UNION ALL
    SELECT 'finding.kind', kind, finding_id,
    FROM finding
    WHERE kind NOT IN ('statement', 'area_for_improvement', 'priority_action', 'recommendation')
    UNION ALL
    SELECT 'finding.speaker', speaker, finding_id,
    FROM finding
    WHERE speaker NOT IN ('ofsted', 'authority', 'provider', 'children', 'staff', 'other')
    UNION ALL
    SELECT 'document_authority.role', role, document_id,
    FROM document_authority
    WHERE role NOT IN ('subject', 'mention')
)
SELECT * FROM word ORDER BY what, id;
