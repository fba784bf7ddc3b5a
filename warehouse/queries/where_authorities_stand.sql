-- Where does each authority stand? Its newest grades, one line each, the weakest first.
WITH grade AS (
    SELECT
        authority,
        max(published_on) AS published_on,
        max(grade) FILTER (area = 'overall') AS overall,
        max(grade) FILTER (area = 'help_and_protection') AS help_and_protection,
        max(grade) FILTER (area IN ('children_in_care', 'looked_after')) AS children_in_care,
        -- Null where they were judged together with children in care, as until 2022.
        max(grade) FILTER (area = 'care_leavers') AS care_leavers,
    FROM latest_judgement
    WHERE NOT is_superseded
    GROUP BY authority
)
SELECT * FROM grade
ORDER BY
    list_position(['inadequate', 'requires_improvement', 'adequate', 'good', 'outstanding'], overall),
    authority;
