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
