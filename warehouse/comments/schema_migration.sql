COMMENT ON TABLE schema_migration IS 'The migrations that this file has.';
COMMENT ON COLUMN schema_migration.version IS 'Number of the migration; the key.';
COMMENT ON COLUMN schema_migration.name IS 'Its name.';
COMMENT ON COLUMN schema_migration.sha256 IS 'Hash of its text, to see that it was not changed afterwards.';
COMMENT ON COLUMN schema_migration.applied_at IS 'When it was applied.';
