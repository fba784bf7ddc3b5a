-- Every key names one row, also where the storage knows no keys.
WITH key AS (
    SELECT 'alert' AS what, alert_id AS id FROM alert
    UNION ALL
    SELECT 'announcement', concat_ws(' ', source_id, url) FROM announcement
    UNION ALL
    SELECT 'completeness', concat_ws(' ', checked_on, gss) FROM completeness
    UNION ALL
    SELECT 'correction', correction_id FROM correction
    UNION ALL
    SELECT 'delivery', delivery_id FROM delivery
    UNION ALL
    SELECT 'delivery_alert', concat_ws(' ', delivery_id, alert_id) FROM delivery_alert
    UNION ALL
    SELECT 'document', concat_ws(' ', document_id, version) FROM document
    UNION ALL
    SELECT 'document_address', url FROM document_address
    UNION ALL
    SELECT 'document_authority', concat_ws(' ', document_id, version, gss) FROM document_authority
    UNION ALL
    SELECT 'document_change', concat_ws(' ', document_id, version) FROM document_change
    UNION ALL
    SELECT 'finding', finding_id FROM finding
    UNION ALL
    SELECT 'finding_theme', concat_ws(' ', finding_id, theme_id) FROM finding_theme
    UNION ALL
    SELECT 'fingerprint_file', concat_ws(' ', first_number, end_number) FROM fingerprint_file
    UNION ALL
    SELECT 'inspection', inspection_id FROM inspection
    UNION ALL
    SELECT 'inspection_document', concat_ws(' ', inspection_id, document_id) FROM inspection_document
    UNION ALL
    SELECT 'judgement', concat_ws(' ', inspection_id, area) FROM judgement
    UNION ALL
    SELECT 'operator_notice', concat_ws(' ', source_id, began_run_id, what) FROM operator_notice
    UNION ALL
    SELECT 'quarantine', quarantine_id FROM quarantine
    UNION ALL
    SELECT 'resource', concat_ws(' ', source_id, url) FROM resource
    UNION ALL
    SELECT 'run', run_id FROM run
    UNION ALL
    SELECT 'source_check', concat_ws(' ', run_id, source_id) FROM source_check
    UNION ALL
    SELECT 'source_poll', source_id FROM source_poll
    UNION ALL
    SELECT 'story', story_id FROM story
    UNION ALL
    SELECT 'story_document', concat_ws(' ', story_id, document_id) FROM story_document
    UNION ALL
    SELECT 'text_fingerprint', text_hash FROM text_fingerprint
    UNION ALL
    SELECT 'text_overlap', concat_ws(' ', one, other) FROM text_overlap
    UNION ALL
    SELECT 'watch', watch_id FROM watch
    UNION ALL
    SELECT 'withdrawal', concat_ws(' ', document_id, noted_at) FROM withdrawal
)
SELECT what, id, count(*) AS rows
FROM key
GROUP BY what, id
HAVING rows > 1
ORDER BY what, id;
