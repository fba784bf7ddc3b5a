-- How does the press tell what Ofsted wrote? Per visit, the share of strengths in the letter and in coverage.
SELECT
    authority,
    inspection_kind,
    started_on,
    count(*) FILTER (is_primary) AS in_letter,
    round(avg((polarity = 'strength')::INTEGER) FILTER (is_primary), 2) AS strengths_in_letter,
    count(*) FILTER (NOT is_primary) AS in_coverage,
    round(avg((polarity = 'strength')::INTEGER) FILTER (NOT is_primary), 2) AS strengths_in_coverage,
FROM finding_current
WHERE inspection_id IS NOT NULL AND is_inspectorate AND polarity <> 'neutral'
GROUP BY inspection_id, authority, inspection_kind, started_on
HAVING in_coverage > 0
ORDER BY authority, started_on, inspection_id;
