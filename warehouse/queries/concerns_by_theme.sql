-- Which themes raise most concern? Concerns and recommendations in the inspectorate's own words, by theme.
SELECT
    t.name AS theme,
    count(*) AS concerns,
    count(DISTINCT f.gss) AS authorities,
    max(f.published_on) AS latest,
FROM finding_current AS f
JOIN finding_theme AS ft USING (finding_id)
JOIN theme AS t USING (theme_id)
WHERE f.is_inspectorate AND NOT f.is_retold AND f.polarity IN ('concern', 'recommendation')
GROUP BY t.theme_id, t.name
ORDER BY concerns DESC, theme;
