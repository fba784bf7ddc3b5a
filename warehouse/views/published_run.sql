-- The run whose results these are: what a reader of this copy sees.
CREATE OR REPLACE VIEW published_run AS
SELECT
    run_id,
    started_at,
    ended_at,
    command,
    program_version,
    (SELECT max(fetched_at) FROM document) AS newest_fetch_at,
    (SELECT max(version) FROM schema_migration) AS schema_version,
FROM run
WHERE status = 'done'
ORDER BY started_at DESC, run_id DESC
LIMIT 1;

COMMENT ON VIEW published_run IS 'The run whose results a reader of this copy sees; one row, none before the first run.';
COMMENT ON COLUMN published_run.run_id IS 'Key of `run`.';
COMMENT ON COLUMN published_run.started_at IS 'When it began.';
COMMENT ON COLUMN published_run.ended_at IS 'When it was done.';
COMMENT ON COLUMN published_run.command IS 'What was typed or scheduled.';
COMMENT ON COLUMN published_run.program_version IS 'Version of the program.';
COMMENT ON COLUMN published_run.newest_fetch_at IS 'When the newest document was fetched.';
COMMENT ON COLUMN published_run.schema_version IS 'Number of the newest migration.';
