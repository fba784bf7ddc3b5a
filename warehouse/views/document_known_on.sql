-- What was known on a day: of each document the version that a reader had at the end of that day (UTC).
CREATE OR REPLACE MACRO document_known_on(day) AS TABLE
SELECT
    d.document_id,
    d.version,
    d.title,
    d.kind,
    nullif(d.publisher, '') AS publisher,
    d.published_on,
    d.url,
    d.fetched_at,
    d.run_id,
    d.is_current,
    d.text,
FROM document AS d
JOIN run AS r USING (run_id)
WHERE (r.started_at AT TIME ZONE 'UTC')::DATE <= day::DATE
QUALIFY d.version = max(d.version) OVER (PARTITION BY d.document_id);

COMMENT ON MACRO TABLE document_known_on IS 'document_known_on(day): of each document the version that was stored at the end of that day (UTC), by the run that brought it. `is_current` is false where it changed since.';
