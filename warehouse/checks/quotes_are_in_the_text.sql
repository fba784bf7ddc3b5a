-- Every finding's quote is exactly the characters start_char to end_char of its document's text.
-- DuckDB counts characters (code points) from 1, the columns count them from 0.
SELECT
    f.finding_id,
    f.document_id,
    f.version,
    f.quote,
    substring(d.text, f.start_char + 1, f.end_char - f.start_char) AS found,
FROM finding AS f
JOIN document AS d USING (document_id, version)
WHERE f.end_char <= f.start_char OR found <> f.quote
ORDER BY f.finding_id;
