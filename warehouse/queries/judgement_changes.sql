-- Who went up or down at the last inspection? Every area whose grade changed, the newest first.
SELECT
    authority,
    published_on,
    area,
    previous_as_of,
    previous_grade,
    grade,
    change,
FROM judgement_change
WHERE change IN ('better', 'worse')
ORDER BY published_on DESC, authority, area;
