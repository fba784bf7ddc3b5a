COMMENT ON TABLE text_fingerprint IS 'Every text once, with the hashes by which copies of it are found.';
COMMENT ON COLUMN text_fingerprint.number IS 'Position in the order in which they came.';
COMMENT ON COLUMN text_fingerprint.text_hash IS 'Hash of the letters of the text; the key.';
COMMENT ON COLUMN text_fingerprint.fingerprints IS 'The smallest hashes of its runs of words.';
