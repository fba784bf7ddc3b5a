-- When each source was broken: checks with an error in a row, and the first good one after them. What may pass
-- by itself (a time-out, a 503) counts from the second check on.
CREATE OR REPLACE VIEW source_outage AS
WITH ordered AS (
    SELECT
        *,
        lag(severity) OVER earlier IS DISTINCT FROM 'error' AS is_first,
    FROM source_check
    WINDOW earlier AS (PARTITION BY source_id ORDER BY checked_at, run_id)
),
numbered AS (
    SELECT
        *,
        count(*) FILTER (severity = 'error' AND is_first) OVER (
            PARTITION BY source_id ORDER BY checked_at, run_id
        ) AS outage,
    FROM ordered
),
outage AS (
    SELECT
        source_id,
        outage,
        arg_max(name, checked_at) AS name,
        arg_min(run_id, checked_at) FILTER (severity = 'error') AS began_run_id,
        min(checked_at) FILTER (severity = 'error') AS began_at,
        arg_max(state, checked_at) FILTER (severity = 'error') AS state,
        arg_max(message, checked_at) FILTER (severity = 'error') AS message,
        arg_max(problems[1].page, checked_at) FILTER (severity = 'error') AS page,
        count(*) FILTER (severity = 'error') AS checks,
        bool_or(NOT is_passing) FILTER (severity = 'error') AS is_lasting,
        min(checked_at) FILTER (severity <> 'error') AS ended_at,
    FROM numbered
    WHERE outage > 0
    GROUP BY source_id, outage
)
SELECT
    source_id,
    name,
    state,
    message,
    coalesce(page, '') AS page,
    began_at,
    ended_at,
    checks,
    began_run_id,
FROM outage
WHERE is_lasting OR checks > 1
ORDER BY ended_at IS NOT NULL, began_at DESC, source_id;

COMMENT ON VIEW source_outage IS 'When each source was broken, the open outages first.';
COMMENT ON COLUMN source_outage.source_id IS 'The source.';
COMMENT ON COLUMN source_outage.name IS 'Its name.';
COMMENT ON COLUMN source_outage.state IS 'The gravest problem at its last failing check, by name.';
COMMENT ON COLUMN source_outage.message IS 'What was seen then, in one line.';
COMMENT ON COLUMN source_outage.page IS 'The address of the page at fault, where it is one.';
COMMENT ON COLUMN source_outage.began_at IS 'The first failing check.';
COMMENT ON COLUMN source_outage.ended_at IS 'The first good check after it; null while it lasts.';
COMMENT ON COLUMN source_outage.checks IS 'Failing checks in it.';
COMMENT ON COLUMN source_outage.began_run_id IS 'The run of the first one; with `source_id` the key.';
