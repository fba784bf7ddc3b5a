-- How each source fares: its last check, its last success, when it last brought something new, and what
-- of it waits in quarantine.
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
        arg_max(message, checked_at) AS message,
        arg_max(announced, checked_at) AS announced,
        max(checked_at) AS last_checked_at,
        max(checked_at) FILTER (status <> 'failed') AS last_good_at,
        max(checked_at) FILTER (new > 0) AS last_new_at,
        count(*) AS checks,
        count(*) FILTER (status = 'failed') AS failures,
    FROM source_check
    GROUP BY source_id
)
SELECT
    c.*,
    coalesce(w.quarantined, 0) AS quarantined,
FROM checked AS c
LEFT JOIN waiting AS w USING (source_id)
ORDER BY c.status <> 'failed', c.source_id;
