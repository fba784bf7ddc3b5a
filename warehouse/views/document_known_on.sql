-- What was known on a day: of each document the version that a reader had at the end of that day (UTC).
CREATE OR REPLACE MACRO document_known_on(day) AS TABLE
WITH known AS (
    SELECT d.*,
    FROM document AS d
    JOIN run AS r USING (run_id)
    WHERE (r.started_at AT TIME ZONE 'UTC')::DATE <= day::DATE
    QUALIFY d.version = max(d.version) OVER (PARTITION BY d.document_id)
)
SELECT
    k.document_id,
    k.version,
    k.title,
    k.kind,
    nullif(k.publisher, '') AS publisher,
    k.published_on,
    k.url,
    k.fetched_at,
    k.run_id,
    k.is_current,
    -- Of a text whose original came later, nothing was a copy yet.
    o.document_id IS NOT NULL AS is_reprint,
    k.text,
FROM known AS k
LEFT JOIN known AS o ON o.document_id = k.duplicate_of;

COMMENT ON MACRO TABLE document_known_on IS 'document_known_on(day): of each document the version that was stored at the end of that day (UTC), by the run that brought it. `is_current` is false where it changed since, `is_reprint` true where its original was known, too.';
