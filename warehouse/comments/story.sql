COMMENT ON TABLE story IS 'One event and all that is told of it.';
COMMENT ON COLUMN story.story_id IS 'Key: of the inspection, or of the first document.';
COMMENT ON COLUMN story.title IS 'What it is called.';
COMMENT ON COLUMN story.inspection_id IS 'The inspection that it is about, if one.';
COMMENT ON COLUMN story.first_published_on IS 'When the first of its documents was published.';
COMMENT ON COLUMN story.follows_inspection_id IS 'The inspection that it is a consequence of.';
