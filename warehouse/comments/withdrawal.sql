COMMENT ON TABLE withdrawal IS 'Documents whose page is gone, or that a listing of everything names no more. They are kept.';
COMMENT ON COLUMN withdrawal.document_id IS 'The document; with `noted_at` the key.';
COMMENT ON COLUMN withdrawal.url IS 'Its address then.';
COMMENT ON COLUMN withdrawal.source_id IS 'The source in which that was seen.';
COMMENT ON COLUMN withdrawal.reason IS 'gone (404, 410), unannounced.';
COMMENT ON COLUMN withdrawal.noted_at IS 'When it was seen first.';
COMMENT ON COLUMN withdrawal.run_id IS 'The run that saw it.';
COMMENT ON COLUMN withdrawal.back_at IS 'When it was there again; null while it is withdrawn.';
