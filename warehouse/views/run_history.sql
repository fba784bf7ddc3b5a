-- Every run: what it brought, and how the sources fared in it.
CREATE OR REPLACE VIEW run_history AS
WITH brought AS (
    SELECT
        run_id,
        count(*) AS documents,
    FROM document
    WHERE is_current
    GROUP BY run_id
),
checked AS (
    SELECT
        run_id,
        count(*) AS sources,
        count(*) FILTER (severity = 'error') AS failing,
    FROM source_check
    GROUP BY run_id
)
SELECT
    r.run_id,
    r.started_at,
    r.ended_at,
    r.command,
    r.status,
    coalesce(b.documents, 0) AS brought,
    coalesce(c.sources, 0) AS sources,
    coalesce(c.failing, 0) AS failing,
FROM run AS r
LEFT JOIN brought AS b USING (run_id)
LEFT JOIN checked AS c USING (run_id)
ORDER BY r.started_at DESC, r.run_id DESC;

COMMENT ON VIEW run_history IS 'Every run, the newest first: what it brought and how the sources fared.';
COMMENT ON COLUMN run_history.run_id IS 'Key of `run`.';
COMMENT ON COLUMN run_history.started_at IS 'When it began.';
COMMENT ON COLUMN run_history.ended_at IS 'When it ended; null while it runs, or where it was stopped.';
COMMENT ON COLUMN run_history.command IS 'What was typed or scheduled.';
COMMENT ON COLUMN run_history.status IS 'running, done or failed.';
COMMENT ON COLUMN run_history.brought IS 'Versions of documents that it added and that are still the current ones.';
COMMENT ON COLUMN run_history.sources IS 'Sources that it checked.';
COMMENT ON COLUMN run_history.failing IS 'Those of them with an error.';
