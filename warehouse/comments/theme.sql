COMMENT ON TABLE theme IS 'What a finding can be about.';
COMMENT ON COLUMN theme.theme_id IS 'Key.';
COMMENT ON COLUMN theme.name IS 'Its name.';
COMMENT ON COLUMN theme.definition IS 'What belongs to it.';
