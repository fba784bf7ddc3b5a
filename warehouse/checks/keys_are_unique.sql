-- Every key names one row, also where the storage knows no keys.
WITH twice AS (
    SELECT 'alert' AS what, concat_ws(' ', alert_id) AS id, count(*) AS rows FROM alert GROUP BY id
    UNION ALL
    SELECT 'announcement', concat_ws(' ', source_id, url) AS id, count(*) FROM announcement GROUP BY id
    UNION ALL
    SELECT 'correction', concat_ws(' ', correction_id) AS id, count(*) FROM correction GROUP BY id
    UNION ALL
    SELECT 'delivery', concat_ws(' ', delivery_id) AS id, count(*) FROM delivery GROUP BY id
    UNION ALL
    SELECT 'delivery_alert', concat_ws(' ', delivery_id, alert_id) AS id, count(*) FROM delivery_alert GROUP BY id
    UNION ALL
    SELECT 'document', concat_ws(' ', document_id, version) AS id, count(*) FROM document GROUP BY id
    UNION ALL
    SELECT 'document_address', concat_ws(' ', url) AS id, count(*) FROM document_address GROUP BY id
    UNION ALL
    SELECT 'document_authority', concat_ws(' ', document_id, version, gss) AS id, count(*) FROM document_authority GROUP BY id
    UNION ALL
    SELECT 'document_change', concat_ws(' ', document_id, version) AS id, count(*) FROM document_change GROUP BY id
    UNION ALL
    SELECT 'finding', concat_ws(' ', finding_id) AS id, count(*) FROM finding GROUP BY id
    UNION ALL
    SELECT 'finding_theme', concat_ws(' ', finding_id, theme_id) AS id, count(*) FROM finding_theme GROUP BY id
    UNION ALL
    SELECT 'inspection', concat_ws(' ', inspection_id) AS id, count(*) FROM inspection GROUP BY id
    UNION ALL
    SELECT 'inspection_document', concat_ws(' ', inspection_id, document_id) AS id, count(*) FROM inspection_document GROUP BY id
    UNION ALL
    SELECT 'judgement', concat_ws(' ', inspection_id, area) AS id, count(*) FROM judgement GROUP BY id
    UNION ALL
    SELECT 'operator_notice', concat_ws(' ', source_id, began_run_id, what) AS id, count(*) FROM operator_notice GROUP BY id
    UNION ALL
    SELECT 'quarantine', concat_ws(' ', quarantine_id) AS id, count(*) FROM quarantine GROUP BY id
    UNION ALL
    SELECT 'resource', concat_ws(' ', source_id, url) AS id, count(*) FROM resource GROUP BY id
    UNION ALL
    SELECT 'run', concat_ws(' ', run_id) AS id, count(*) FROM run GROUP BY id
    UNION ALL
    SELECT 'source_check', concat_ws(' ', run_id, source_id) AS id, count(*) FROM source_check GROUP BY id
    UNION ALL
    SELECT 'source_poll', concat_ws(' ', source_id) AS id, count(*) FROM source_poll GROUP BY id
    UNION ALL
    SELECT 'story', concat_ws(' ', story_id) AS id, count(*) FROM story GROUP BY id
    UNION ALL
    SELECT 'story_document', concat_ws(' ', story_id, document_id) AS id, count(*) FROM story_document GROUP BY id
    UNION ALL
    SELECT 'text_overlap', concat_ws(' ', one, other) AS id, count(*) FROM text_overlap GROUP BY id
    UNION ALL
    SELECT 'watch', concat_ws(' ', watch_id) AS id, count(*) FROM watch GROUP BY id
    UNION ALL
    SELECT 'withdrawal', concat_ws(' ', document_id, noted_at) AS id, count(*) FROM withdrawal GROUP BY id
)
SELECT * FROM twice WHERE rows > 1 ORDER BY what, id;
