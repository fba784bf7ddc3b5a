-- Nothing went missing since the last run that was done: no document, and not half of anything else (where it is meant: `ingest check --accept-counts`).
WITH last_run AS (
    SELECT run_id, counts -> 'stored' AS stored,
    FROM run
    WHERE status = 'done' AND (counts -> 'stored') IS NOT NULL
    ORDER BY started_at DESC, run_id DESC
    LIMIT 1
),
held AS (
    SELECT what, rows, smallest,
    FROM (VALUES
        ('documents', (SELECT count(DISTINCT document_id) FROM document), 1),
        ('inspections', (SELECT count(*) FROM inspection), 20),
        ('judgements', (SELECT count(*) FROM judgement), 20),
        ('findings', (SELECT count(*) FROM finding), 100),
        ('stories', (SELECT count(*) FROM story), 20)
    ) AS held (what, rows, smallest)
)
SELECT
    h.what,
    (l.stored ->> h.what)::BIGINT AS before,
    h.rows AS now,
    l.run_id AS since_run,
FROM held AS h
CROSS JOIN last_run AS l
WHERE before >= h.smallest AND h.rows < before * if(h.what = 'documents', 1, 0.5)
ORDER BY h.what;
