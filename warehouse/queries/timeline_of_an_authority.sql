-- What happened in one authority, visit by visit? Put another name in place of Birmingham.
SELECT
    as_of,
    kind,
    focus,
    overall,
    strengths,
    concerns,
    recommendations,
    documents,
    url,
FROM authority_timeline
WHERE authority = 'Birmingham'
ORDER BY as_of;
