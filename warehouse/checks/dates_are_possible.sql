-- Dates are in an order that can be: a visit begins before it ends and before it is written about.
-- No inspection takes a year.
SELECT
    inspection_id,
    started_on,
    ended_on,
    letter_on,
    published_on,
    month,
FROM inspection
WHERE
    ended_on < started_on
    OR ended_on > started_on + INTERVAL 1 YEAR
    OR letter_on < started_on
    OR published_on < started_on
    OR started_on < DATE '2000-01-01'
    OR month <> date_trunc('month', month)
    OR date_trunc('month', started_on) <> month
ORDER BY inspection_id;
