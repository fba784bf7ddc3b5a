-- The evidence for an authority or a judgement is in the text at its place, where it has one.
WITH evidence AS (
    SELECT
        'authority ' || gss AS what,
        document_id,
        version,
        evidence,
        start_char,
        end_char,
    FROM document_authority
    UNION ALL
    SELECT
        'judgement ' || j.inspection_id || ' ' || j.area AS what,
        c.document_id,
        c.version,
        j.evidence,
        j.start_char,
        j.end_char,
    FROM judgement AS j
    JOIN inspection_document AS c USING (inspection_id, document_id)
)
SELECT
    e.what,
    e.document_id,
    e.evidence,
    substring(d.text, e.start_char + 1, e.end_char - e.start_char) AS found,
FROM evidence AS e
JOIN document AS d USING (document_id, version)
WHERE e.start_char IS NOT NULL AND found IS DISTINCT FROM e.evidence
ORDER BY e.document_id, e.what;
