-- What people corrected, beside what the rules say: who, when, why, and whether it found its place.
CREATE OR REPLACE VIEW correction_list AS
SELECT
    c.correction_id,
    c.what,
    c.value,
    c.machine,
    c.is_applied,
    c.note,
    c.made_by,
    c.made_at,
    d.title,
    c.url,
    c.quote,
    c.document_id,
FROM correction AS c
LEFT JOIN document AS d ON d.document_id = c.document_id AND d.is_current
ORDER BY c.made_at, c.correction_id;

COMMENT ON VIEW correction_list IS 'What people corrected, beside what the rules say: who, when, why, and whether it found its place.';
COMMENT ON COLUMN correction_list.correction_id IS 'Key of `correction`.';
COMMENT ON COLUMN correction_list.what IS 'authority, remove_authority, theme, remove_theme, polarity, not_a_finding, story, remove_story.';
COMMENT ON COLUMN correction_list.value IS 'What it is instead.';
COMMENT ON COLUMN correction_list.machine IS 'What the rules say.';
COMMENT ON COLUMN correction_list.is_applied IS 'False where the words are no longer in the document.';
COMMENT ON COLUMN correction_list.note IS 'Why.';
COMMENT ON COLUMN correction_list.made_by IS 'Who says so.';
COMMENT ON COLUMN correction_list.made_at IS 'When.';
COMMENT ON COLUMN correction_list.title IS 'Title of the document.';
COMMENT ON COLUMN correction_list.url IS 'Its address.';
COMMENT ON COLUMN correction_list.quote IS 'Words of the finding; null where the whole document is meant.';
COMMENT ON COLUMN correction_list.document_id IS 'The document.';
