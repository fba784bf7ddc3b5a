-- Each judgement beside the last comparable one of the same authority: better, worse or the same, and why
-- nothing can be said where nothing can. Areas of the framework before 2018 are compared with those that took
-- their place; `adoption` and `lscb` have none. Care leavers are compared with the row that they shared with children
-- in care from 2018 to 2022, where that came last: nobody was away for those years.
CREATE OR REPLACE VIEW judgement_change AS
WITH dated AS (
    SELECT
        i.gss,
        j.area,
        CASE j.area
            WHEN 'looked_after' THEN 'children_in_care'
            WHEN 'leadership' THEN 'leaders'
            ELSE j.area
        END AS compared_as,
        j.grade,
        j.reason,
        -- `adequate` was the third of four grades until 2013, as `requires_improvement` is since.
        CASE j.grade
            WHEN 'outstanding' THEN 4
            WHEN 'good' THEN 3
            WHEN 'requires_improvement' THEN 2
            WHEN 'adequate' THEN 2
            WHEN 'inadequate' THEN 1
        END AS rank,
        i.inspection_id,
        i.kind AS inspection_kind,
        -- "Overall" of an area SEND inspection, or of services for looked after children alone, is another thing.
        CASE
            WHEN
                i.kind IN (
                    'ilacs_standard', 'ilacs_short', 'ilacs', 'sif_inspection', 'sif_reinspection', 'lscb_review'
                )
                THEN 'services'
            ELSE i.kind
        END AS family,
        coalesce(i.started_on, i.month, i.published_on) AS as_of,
        i.published_on,
    FROM judgement AS j
    JOIN inspection AS i USING (inspection_id)
),
counting AS (
    SELECT
        *,
        false AS is_joint,
    FROM dated
    UNION ALL BY NAME
    SELECT
        d.* REPLACE ('care_leavers' AS compared_as),
        true AS is_joint,
    FROM dated AS d
    ANTI JOIN (FROM dated WHERE area = 'care_leavers') AS apart USING (inspection_id)
    WHERE d.area = 'children_in_care' AND starts_with(d.inspection_kind, 'ilacs')
),
compared AS (
    SELECT
        *,
        last_value(CASE WHEN rank IS NOT NULL THEN {
            'grade': grade, 'rank': rank, 'area': area, 'inspection_id': inspection_id, 'kind': inspection_kind,
            'as_of': as_of
        } END IGNORE NULLS) OVER (
            PARTITION BY gss, family, compared_as ORDER BY as_of, inspection_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS previous,
    FROM counting
    WHERE as_of IS NOT NULL
)
SELECT
    c.gss,
    coalesce(a.name, c.gss) AS authority,
    c.area,
    c.as_of,
    c.published_on,
    c.inspection_id,
    c.inspection_kind,
    c.grade,
    c.previous.grade AS previous_grade,
    c.previous.area AS previous_area,
    c.previous.as_of AS previous_as_of,
    c.previous.inspection_id AS previous_inspection_id,
    c.previous.kind AS previous_kind,
    c.rank - c.previous.rank AS steps,
    CASE
        WHEN c.rank > c.previous.rank THEN 'better'
        WHEN c.rank < c.previous.rank THEN 'worse'
        WHEN c.rank = c.previous.rank THEN 'same'
    END AS change,
    CASE
        WHEN c.grade IS NULL THEN c.reason
        WHEN c.rank IS NULL THEN 'the inspectors did not judge it'
        WHEN c.previous IS NULL THEN 'no earlier grade of this area is stored'
    END AS reason,
FROM compared AS c
LEFT JOIN authority AS a USING (gss)
WHERE NOT c.is_joint
ORDER BY c.gss, c.as_of, c.inspection_id, c.area;

COMMENT ON VIEW judgement_change IS 'Each judgement beside the last comparable one of the same authority: better, worse, the same, or the reason why nothing can be said.';
COMMENT ON COLUMN judgement_change.gss IS 'GSS code of the authority.';
COMMENT ON COLUMN judgement_change.authority IS 'Name of the authority.';
COMMENT ON COLUMN judgement_change.area IS 'What was judged; with `inspection_id` the key.';
COMMENT ON COLUMN judgement_change.as_of IS 'When the inspection was: its first day, else its month, else the day of publication.';
COMMENT ON COLUMN judgement_change.published_on IS 'Day on which the report was published.';
COMMENT ON COLUMN judgement_change.inspection_id IS 'Key of `inspection`.';
COMMENT ON COLUMN judgement_change.inspection_kind IS 'Kind of the inspection.';
COMMENT ON COLUMN judgement_change.grade IS 'The grade now; null where none was given.';
COMMENT ON COLUMN judgement_change.previous_grade IS 'The last grade before it of the same area, or of the area that this one took the place of.';
COMMENT ON COLUMN judgement_change.previous_area IS 'The area of that grade: `looked_after` and `leadership` until 2018, `children_in_care` and `leaders` since; of `care_leavers` also `children_in_care`, where both were judged as one.';
COMMENT ON COLUMN judgement_change.previous_as_of IS 'When that grade was given, as `as_of`.';
COMMENT ON COLUMN judgement_change.previous_inspection_id IS 'The inspection that gave it.';
COMMENT ON COLUMN judgement_change.previous_kind IS 'Kind of that inspection; another framework may have asked for more or less.';
COMMENT ON COLUMN judgement_change.steps IS 'Grades up (positive) or down; null where the two cannot be compared.';
COMMENT ON COLUMN judgement_change.change IS 'better, worse, same; null with a `reason`.';
COMMENT ON COLUMN judgement_change.reason IS 'Why there is no change to tell of: the framework gives no grade, or there is none before.';
