COMMENT ON TABLE document_shingle IS 'Fingerprints of current documents, to find near-duplicates.';
COMMENT ON COLUMN document_shingle.document_id IS 'The document; the key.';
COMMENT ON COLUMN document_shingle.shingles IS 'The smallest hashes of its runs of words.';
