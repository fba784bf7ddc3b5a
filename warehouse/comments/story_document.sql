COMMENT ON TABLE story_document IS 'A document that tells a story; one document may tell two.';
COMMENT ON COLUMN story_document.story_id IS 'The story; with `document_id` the key.';
COMMENT ON COLUMN story_document.document_id IS 'The document.';
COMMENT ON COLUMN story_document.position IS '1 for the document''s first story.';
COMMENT ON COLUMN story_document.gss IS 'GSS code of the authority of whom it tells.';
COMMENT ON COLUMN story_document.reason IS 'Why it belongs there.';
COMMENT ON COLUMN story_document.title IS 'What the document would call the story.';
COMMENT ON COLUMN story_document.inspection_id IS 'The inspection that the story is about.';
