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

COMMENT ON VIEW source_health IS 'How each source fares.';
COMMENT ON COLUMN source_health.source_id IS 'The source; the key.';
COMMENT ON COLUMN source_health.name IS 'Its name.';
COMMENT ON COLUMN source_health.status IS 'Of its last check: new, unchanged, failed.';
COMMENT ON COLUMN source_health.state IS 'Of its last check: ok, unchanged, or the gravest problem by name (failed, refused, selector_dead, empty, below_expected, identical_items, field_drop, text_drop, vanished, items_failed, pages_failed, overdue, future_dates, above_expected).';
COMMENT ON COLUMN source_health.severity IS 'ok, warning, or error: someone has to act.';
COMMENT ON COLUMN source_health.message IS 'What was seen, in one line.';
COMMENT ON COLUMN source_health.problems IS 'All that was wrong in it, the gravest first: state, severity, message, page.';
COMMENT ON COLUMN source_health.announced IS 'Items announced in it.';
COMMENT ON COLUMN source_health.first_checked_at IS 'When it was first checked.';
COMMENT ON COLUMN source_health.last_checked_at IS 'When it was last checked.';
COMMENT ON COLUMN source_health.last_good_at IS 'When a check last had no error.';
COMMENT ON COLUMN source_health.last_new_at IS 'When it last brought something new.';
COMMENT ON COLUMN source_health.checks IS 'Checks so far.';
COMMENT ON COLUMN source_health.failures IS 'Those in which it could not be asked.';
COMMENT ON COLUMN source_health.broken_since IS 'The first of the checks with an error in a row; null where the last was good.';
COMMENT ON COLUMN source_health.broken_checks IS 'How many those are.';
COMMENT ON COLUMN source_health.quarantined IS 'Items of it that wait in quarantine.';
