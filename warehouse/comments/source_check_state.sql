COMMENT ON COLUMN source_check.state IS 'ok, unchanged, or the gravest problem by name.';
COMMENT ON COLUMN source_check.severity IS 'ok, warning, or error: someone has to act.';
COMMENT ON COLUMN source_check.is_passing IS 'An error that may pass by itself: it counts as an outage from the second check on.';
COMMENT ON COLUMN source_check.problems IS 'All that was wrong, the gravest first: state, severity, message, page.';
COMMENT ON COLUMN source_check.pages_read IS 'Announcement pages that were read because they had changed; null where none could be had.';
COMMENT ON COLUMN source_check.is_whole IS 'All pages were read, so that the counts are those of the source.';
COMMENT ON COLUMN source_check.items IS 'Items on the pages that were read.';
COMMENT ON COLUMN source_check.titled IS 'Those with a title.';
COMMENT ON COLUMN source_check.dated IS 'Those with a date.';
