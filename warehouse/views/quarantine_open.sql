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

COMMENT ON VIEW quarantine_open IS 'What could not be fetched or read and still waits.';
COMMENT ON COLUMN quarantine_open.source_id IS 'The source.';
COMMENT ON COLUMN quarantine_open.url IS 'The address.';
COMMENT ON COLUMN quarantine_open.stage IS 'sources, fetch, extract, classify, load.';
COMMENT ON COLUMN quarantine_open.error IS 'Kind of error.';
COMMENT ON COLUMN quarantine_open.message IS 'What went wrong, in words.';
COMMENT ON COLUMN quarantine_open.retryable IS 'Whether it may go better next time.';
COMMENT ON COLUMN quarantine_open.content_hash IS 'Name of the bytes in the archive, where they came.';
COMMENT ON COLUMN quarantine_open.first_seen_at IS 'Begin of the run that saw it first.';
COMMENT ON COLUMN quarantine_open.last_seen_at IS 'Begin of the run that saw it last.';
COMMENT ON COLUMN quarantine_open.quarantine_id IS 'Key of `quarantine`.';
