COMMENT ON TABLE run IS 'Every run of the program: when, why, how it ended, what it counted.';
COMMENT ON COLUMN run.run_id IS 'Key: when it began, and a few characters more.';
COMMENT ON COLUMN run.started_at IS 'When it began.';
COMMENT ON COLUMN run.ended_at IS 'When it ended; null while it runs, and where it was killed.';
COMMENT ON COLUMN run.command IS 'What was typed or scheduled.';
COMMENT ON COLUMN run.status IS 'running, done, failed (also: ended without saying so).';
COMMENT ON COLUMN run.alerts IS 'False for a backfill: what it brought is never mailed.';
COMMENT ON COLUMN run.program_version IS 'Version of the program.';
COMMENT ON COLUMN run.counts IS 'What it counted, as JSON; `stored` is what the warehouse held at its end, which the next run is checked against.';
