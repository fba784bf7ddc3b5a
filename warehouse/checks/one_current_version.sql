-- Every document has exactly one current version, its highest.
SELECT
    document_id,
    count(*) FILTER (is_current) AS current_versions,
    max(version) AS highest,
    max(version) FILTER (is_current) AS current_version,
FROM document
GROUP BY document_id
HAVING current_versions <> 1 OR highest <> current_version OR highest <> count(*)
ORDER BY document_id;
