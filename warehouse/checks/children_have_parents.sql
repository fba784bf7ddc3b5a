-- Every row points to rows that are there: documents, versions, inspections, findings, stories.
WITH orphan AS (
    SELECT 'finding' AS what, finding_id AS id,
    FROM finding
    ANTI JOIN document USING (document_id, version)
    UNION ALL
    SELECT 'finding without its inspection', finding_id,
    FROM finding AS f
    ANTI JOIN inspection AS i USING (inspection_id)
    SEMI JOIN (SELECT document_id, version FROM document WHERE is_current) AS d USING (document_id, version)
    WHERE f.inspection_id IS NOT NULL
    UNION ALL
    SELECT 'finding_theme', finding_id,
    FROM finding_theme
    ANTI JOIN finding USING (finding_id)
    UNION ALL
    SELECT 'document_authority', document_id,
    FROM document_authority
    ANTI JOIN document USING (document_id, version)
    UNION ALL
    SELECT 'inspection_document of a version that is not current', document_id,
    FROM inspection_document
    ANTI JOIN (SELECT document_id, version FROM document WHERE is_current) AS d USING (document_id, version)
    UNION ALL
    SELECT 'inspection_document without its inspection', inspection_id,
    FROM inspection_document
    ANTI JOIN inspection USING (inspection_id)
    UNION ALL
    SELECT 'inspection that nobody tells of', inspection_id,
    FROM inspection
    ANTI JOIN inspection_document USING (inspection_id)
    UNION ALL
    SELECT 'judgement', inspection_id,
    FROM judgement
    ANTI JOIN inspection USING (inspection_id)
    UNION ALL
    SELECT 'text_overlap', o.one || ' ' || o.other,
    FROM text_overlap AS o
    WHERE
        o.one NOT IN (SELECT text_hash FROM text_fingerprint)
        OR o.other NOT IN (SELECT text_hash FROM text_fingerprint)
    UNION ALL
    SELECT 'story without documents', story_id,
    FROM story
    ANTI JOIN story_document USING (story_id)
    UNION ALL
    SELECT 'story_document', story_id,
    FROM story_document
    ANTI JOIN story USING (story_id)
    UNION ALL
    SELECT 'document whose story is not there', document_id,
    FROM document AS d
    ANTI JOIN story AS s USING (story_id)
    WHERE d.is_current AND d.story_id IS NOT NULL
    UNION ALL
    SELECT 'duplicate of a document that is not there', d.document_id,
    FROM document AS d
    ANTI JOIN document AS o ON o.document_id = d.duplicate_of
    WHERE d.duplicate_of IS NOT NULL
    UNION ALL
    SELECT 'delivery_alert without its delivery', delivery_id,
    FROM delivery_alert
    ANTI JOIN delivery USING (delivery_id)
    UNION ALL
    SELECT 'delivery_alert without its alert', alert_id,
    FROM delivery_alert
    ANTI JOIN alert USING (alert_id)
)
SELECT * FROM orphan ORDER BY what, id;
