-- Where does each authority stand? Its newest grades, one line each, the weakest first.
WITH grade AS (
    SELECT
        l.authority,
        max(l.published_on) AS published_on,
        max(grade) FILTER (area = 'overall') AS overall,
        max(grade) FILTER (area = 'help_and_protection') AS help_and_protection,
        max(grade) FILTER (area IN ('children_in_care', 'looked_after')) AS children_in_care,
        -- Null where they were judged together with children in care, as until 2022.
        max(grade) FILTER (area = 'care_leavers') AS care_leavers,
    FROM latest_judgement AS l
    JOIN authority AS a USING (gss)
    WHERE NOT l.is_superseded AND a.is_current
    GROUP BY l.authority
)
SELECT * FROM grade
ORDER BY
    list_position(['inadequate', 'requires_improvement', 'adequate', 'good', 'outstanding'], overall),
    authority;
