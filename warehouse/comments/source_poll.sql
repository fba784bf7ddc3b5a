COMMENT ON TABLE source_poll IS 'When a source is to be asked next, from how often it had news.';
COMMENT ON COLUMN source_poll.source_id IS 'The source; the key.';
COMMENT ON COLUMN source_poll.minutes IS 'Minutes from one time to the next.';
COMMENT ON COLUMN source_poll.due_at IS 'When it is due.';
COMMENT ON COLUMN source_poll.last_new_at IS 'When it last had news.';
COMMENT ON COLUMN source_poll.is_whole IS 'All that it announces is stored; false while a run is at it, or when one did not see all of it.';
