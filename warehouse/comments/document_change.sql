COMMENT ON TABLE document_change IS 'What a version of a document says otherwise than the one before, word by word.';
COMMENT ON COLUMN document_change.document_id IS 'The document.';
COMMENT ON COLUMN document_change.version IS 'The later version; with `document_id` the key.';
COMMENT ON COLUMN document_change.old_title IS 'The title before; null where it is the same.';
COMMENT ON COLUMN document_change.words_removed IS 'Words that are no longer there.';
COMMENT ON COLUMN document_change.words_added IS 'Words that were not there.';
COMMENT ON COLUMN document_change.hunks IS 'Each change: its place in the old and the new text (characters), and the words, cut with … after 1,000 characters.';
COMMENT ON COLUMN document_change.is_coarse IS 'Some passage was too long to be compared word by word: it counts as changed from end to end.';
