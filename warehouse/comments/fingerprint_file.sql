COMMENT ON TABLE fingerprint_file IS 'Parts of the index over text_fingerprint that lie in files beside the warehouse.';
COMMENT ON COLUMN fingerprint_file.first_number IS 'The first text in it.';
COMMENT ON COLUMN fingerprint_file.end_number IS 'One more than the last; with `first_number` the key.';
COMMENT ON COLUMN fingerprint_file.checksum IS 'Of the texts in it; the name of the file.';
