COMMENT ON TABLE watch IS 'Who is told of what, as watches.toml says.';
COMMENT ON COLUMN watch.watch_id IS 'Its name there; the key.';
COMMENT ON COLUMN watch.began_on IS 'Nothing published before is mailed.';
COMMENT ON COLUMN watch.definition IS 'What is watched, as JSON.';
COMMENT ON COLUMN watch.is_active IS 'False where watches.toml has it no more.';
