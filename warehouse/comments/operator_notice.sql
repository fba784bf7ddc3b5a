COMMENT ON TABLE operator_notice IS 'What the operator was told of a source: that it broke, and that it recovered, once each.';
COMMENT ON COLUMN operator_notice.source_id IS 'The source.';
COMMENT ON COLUMN operator_notice.began_run_id IS 'The run of the first failing check: names the outage in source_outage.';
COMMENT ON COLUMN operator_notice.what IS 'broke, recovered.';
COMMENT ON COLUMN operator_notice.told_at IS 'When the mail was put into the outbox.';
