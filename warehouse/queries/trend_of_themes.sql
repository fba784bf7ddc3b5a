-- Which themes were criticised in which year and region? Visits that raised a concern, of those that spoke of it.
SELECT
    year(quarter) AS year,
    region,
    theme,
    sum(visits_with_concern)::BIGINT AS visits_with_concern,
    sum(visits)::BIGINT AS visits,
FROM theme_trend
GROUP BY ALL
HAVING visits_with_concern > 0
ORDER BY year DESC, visits_with_concern DESC, region, theme
LIMIT 10;
