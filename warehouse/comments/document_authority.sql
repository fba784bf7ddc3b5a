COMMENT ON TABLE document_authority IS 'An authority that a version of a document is about or mentions, with the proof.';
COMMENT ON COLUMN document_authority.document_id IS 'The document; with `version` and `gss` the key.';
COMMENT ON COLUMN document_authority.version IS 'Its version.';
COMMENT ON COLUMN document_authority.gss IS 'GSS code of the authority.';
COMMENT ON COLUMN document_authority.role IS 'subject (it is about it) or mention.';
COMMENT ON COLUMN document_authority.evidence IS 'The words that say so.';
COMMENT ON COLUMN document_authority.start_char IS 'Where they begin in the text, from 0; null where they stand outside it.';
COMMENT ON COLUMN document_authority.end_char IS 'Where they end.';
COMMENT ON COLUMN document_authority.rule IS 'The rule that decided, or `correction ID`.';
