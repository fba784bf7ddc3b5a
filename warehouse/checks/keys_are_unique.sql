-- Every key names one row, also where the storage knows no keys.
WITH twice AS (
    SELECT 'document' AS what, document_id || ' version ' || version AS id, count(*) AS rows
    FROM document GROUP BY id
    UNION ALL
    SELECT 'document_authority', document_id || ' version ' || version || ' ' || gss AS id, count(*)
    FROM document_authority GROUP BY id
    UNION ALL
    SELECT 'inspection_document', inspection_id || ' ' || document_id AS id, count(*)
    FROM inspection_document GROUP BY id
    UNION ALL
    SELECT 'inspection', inspection_id AS id, count(*) FROM inspection GROUP BY id
    UNION ALL
    SELECT 'judgement', inspection_id || ' ' || area AS id, count(*) FROM judgement GROUP BY id
    UNION ALL
    SELECT 'finding', finding_id AS id, count(*) FROM finding GROUP BY id
    UNION ALL
    SELECT 'finding_theme', finding_id || ' ' || theme_id AS id, count(*) FROM finding_theme GROUP BY id
    UNION ALL
    SELECT 'story', story_id AS id, count(*) FROM story GROUP BY id
    UNION ALL
    SELECT 'story_document', story_id || ' ' || document_id AS id, count(*) FROM story_document GROUP BY id
)
SELECT * FROM twice WHERE rows > 1 ORDER BY what, id;
