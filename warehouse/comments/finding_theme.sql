COMMENT ON TABLE finding_theme IS 'A theme of a finding.';
COMMENT ON COLUMN finding_theme.finding_id IS 'The finding; with `theme_id` the key.';
COMMENT ON COLUMN finding_theme.theme_id IS 'The theme.';
COMMENT ON COLUMN finding_theme.rule IS 'The words that decided, or `correction ID`.';
