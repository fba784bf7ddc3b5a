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
