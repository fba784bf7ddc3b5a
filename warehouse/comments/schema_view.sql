COMMENT ON TABLE schema_view IS 'The views and comments that this file has, to see which were changed.';
COMMENT ON COLUMN schema_view.name IS 'Its file, without .sql; the key.';
COMMENT ON COLUMN schema_view.sha256 IS 'Hash of its text.';
