-- What was known on a day? Findings by authority as stored at the end of that day, whatever was corrected since.
SELECT
    a.name AS authority,
    count(*) AS findings,
    count(*) FILTER (k.polarity = 'concern') AS concerns,
    count(*) FILTER (NOT k.is_still_said) AS no_longer_said,
FROM finding_known_on(DATE '2026-12-31') AS k
JOIN authority AS a USING (gss)
WHERE NOT k.is_reprint
GROUP BY a.name
ORDER BY a.name;
