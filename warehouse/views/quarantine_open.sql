-- What could not be fetched or read and still waits, with the run that saw it first and last.
CREATE OR REPLACE VIEW quarantine_open AS
SELECT
    q.source_id,
    q.url,
    q.stage,
    q.error,
    q.message,
    q.retryable,
    q.content_hash,
    first_run.started_at AS first_seen_at,
    last_run.started_at AS last_seen_at,
    q.quarantine_id,
FROM quarantine AS q
LEFT JOIN run AS first_run ON first_run.run_id = q.first_run_id
LEFT JOIN run AS last_run ON last_run.run_id = q.last_run_id
WHERE q.resolved_run_id IS NULL
ORDER BY q.source_id, q.url, q.stage, q.error;
