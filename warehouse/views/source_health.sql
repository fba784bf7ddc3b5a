-- How each source fares: its last check and what is wrong by name (state, severity, problems), since when it is
-- broken, its last good check, when it last brought something new, and what of it waits in quarantine.
CREATE OR REPLACE VIEW source_health AS
WITH waiting AS (
    SELECT
        source_id,
        count(*) AS quarantined,
    FROM quarantine
    WHERE resolved_run_id IS NULL
    GROUP BY source_id
),
checked AS (
    SELECT
        source_id,
        arg_max(name, checked_at) AS name,
        arg_max(status, checked_at) AS status,
        arg_max(state, checked_at) AS state,
        arg_max(severity, checked_at) AS severity,
        arg_max(message, checked_at) AS message,
        arg_max(problems, checked_at) AS problems,
        arg_max(announced, checked_at) AS announced,
        min(checked_at) AS first_checked_at,
        max(checked_at) AS last_checked_at,
        max(checked_at) FILTER (severity <> 'error') AS last_good_at,
        max(checked_at) FILTER (new > 0) AS last_new_at,
        count(*) AS checks,
        count(*) FILTER (status = 'failed') AS failures,
    FROM source_check
    GROUP BY source_id
),
broken AS (
    SELECT
        s.source_id,
        min(s.checked_at) AS broken_since,
        count(*) AS broken_checks,
    FROM source_check AS s
    JOIN checked AS c USING (source_id)
    WHERE c.severity = 'error' AND (c.last_good_at IS NULL OR s.checked_at > c.last_good_at)
    GROUP BY s.source_id
)
SELECT
    c.*,
    b.broken_since,
    coalesce(b.broken_checks, 0) AS broken_checks,
    coalesce(w.quarantined, 0) AS quarantined,
FROM checked AS c
LEFT JOIN broken AS b USING (source_id)
LEFT JOIN waiting AS w USING (source_id)
ORDER BY list_position(['error', 'warning', 'ok'], c.severity), c.source_id;
