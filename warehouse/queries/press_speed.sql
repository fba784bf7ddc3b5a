-- How fast was the press? Stories that both Ofsted's own document and others tell, and the days between them.
SELECT
    authority,
    inspection_kind,
    official_on,
    days_to_press,
    first_publisher,
    documents,
    originals,
FROM story_coverage
WHERE days_to_press IS NOT NULL
ORDER BY official_on DESC, authority;
