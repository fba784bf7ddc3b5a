-- How fast was the press? Stories with Ofsted's own document, and the days until somebody else told them.
SELECT
    authority,
    inspection_kind,
    official_on,
    days_to_press,
    first_publisher,
    documents,
    originals,
FROM story_coverage
WHERE official_on IS NOT NULL
ORDER BY official_on DESC, authority;
