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

COMMENT ON VIEW source_health IS 'How each source fares.';
COMMENT ON COLUMN source_health.source_id IS 'The source; the key.';
COMMENT ON COLUMN source_health.name IS 'Its name.';
COMMENT ON COLUMN source_health.status IS 'Of its last check: new, unchanged, failed.';
COMMENT ON COLUMN source_health.message IS 'What went wrong in it.';
COMMENT ON COLUMN source_health.announced IS 'Items announced in it.';
COMMENT ON COLUMN source_health.last_checked_at IS 'When that was.';
COMMENT ON COLUMN source_health.last_good_at IS 'When a check last did not fail.';
COMMENT ON COLUMN source_health.last_new_at IS 'When it last brought something new.';
COMMENT ON COLUMN source_health.checks IS 'Checks so far.';
COMMENT ON COLUMN source_health.failures IS 'Those that failed.';
COMMENT ON COLUMN source_health.quarantined IS 'Items of it that wait in quarantine.';
