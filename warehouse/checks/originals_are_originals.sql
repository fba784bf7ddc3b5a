-- A duplicate points to an original of its own, not to itself or to another duplicate.
SELECT
    d.document_id,
    d.duplicate_of,
    o.duplicate_of AS original_is_duplicate_of,
FROM document AS d
LEFT JOIN document AS o ON o.document_id = d.duplicate_of AND o.is_current
WHERE
    d.is_current
    AND d.duplicate_of IS NOT NULL
    AND (d.duplicate_of = d.document_id OR o.duplicate_of IS NOT NULL)
ORDER BY d.document_id;
