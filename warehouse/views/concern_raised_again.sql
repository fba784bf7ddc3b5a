-- What inspectors had to say again: a theme of which two or more visits to one authority raised a concern or
-- asked for something. What could identify a child is counted, and never quoted.
CREATE OR REPLACE VIEW concern_raised_again AS
WITH first_told AS (
    SELECT
        inspection_id,
        min(reported_on) AS reported_on,
    FROM inspection_document
    GROUP BY inspection_id
),
visit AS (
    SELECT
        i.inspection_id,
        i.gss,
        i.document_id,
        coalesce(i.started_on, i.month, i.published_on, r.reported_on) AS as_of,
    FROM inspection AS i
    LEFT JOIN first_told AS r USING (inspection_id)
    WHERE as_of IS NOT NULL
),
raised AS (
    SELECT
        v.gss,
        t.theme_id,
        v.inspection_id,
        v.as_of,
        count(*) AS findings,
        arg_min({'quote': f.quote, 'url': d.url}, (f.start_char, f.finding_id))
            FILTER (NOT f.is_sensitive AND (NOT d.is_sensitive OR starts_with(d.kind, 'ofsted_'))) AS said,
    FROM finding AS f
    JOIN document AS d USING (document_id, version)
    JOIN finding_theme AS t USING (finding_id)
    JOIN visit AS v ON v.inspection_id = f.inspection_id AND v.gss = f.gss
    WHERE
        d.is_current AND d.duplicate_of IS NULL
        -- What others repeat is not counted beside Ofsted's own document.
        AND coalesce(v.document_id = f.document_id, true)
        AND f.is_inspectorate AND f.polarity IN ('concern', 'recommendation')
    GROUP BY v.gss, t.theme_id, v.inspection_id, v.as_of
),
visits AS (
    SELECT
        gss,
        count(*) AS visits,
        max(as_of) AS last_visit_on,
    FROM visit
    GROUP BY gss
)
SELECT
    r.gss,
    any_value(coalesce(a.name, r.gss)) AS authority,
    r.theme_id,
    any_value(t.name) AS theme,
    count(*) AS visits_with_concern,
    any_value(v.visits) AS visits,
    sum(r.findings)::BIGINT AS findings,
    min(r.as_of) AS first_on,
    max(r.as_of) AS last_on,
    date_diff('month', first_on, last_on) AS months,
    last_on = any_value(v.last_visit_on) AS is_open,
    list(r.inspection_id ORDER BY r.as_of, r.inspection_id) AS inspection_ids,
    arg_min(r.said.quote, (r.as_of, r.inspection_id)) AS first_quote,
    arg_max(r.said.quote, (r.as_of, r.inspection_id)) AS last_quote,
    arg_max(r.said.url, (r.as_of, r.inspection_id)) AS last_url,
FROM raised AS r
JOIN visits AS v USING (gss)
LEFT JOIN authority AS a USING (gss)
LEFT JOIN theme AS t USING (theme_id)
GROUP BY r.gss, r.theme_id
HAVING count(*) > 1
ORDER BY visits_with_concern DESC, r.gss, r.theme_id;

COMMENT ON VIEW concern_raised_again IS 'What inspectors had to say again: themes of which two or more visits to one authority raised a concern or asked for something.';
COMMENT ON COLUMN concern_raised_again.gss IS 'GSS code of the authority; with `theme_id` the key.';
COMMENT ON COLUMN concern_raised_again.authority IS 'Name of the authority.';
COMMENT ON COLUMN concern_raised_again.theme_id IS 'Key of `theme`.';
COMMENT ON COLUMN concern_raised_again.theme IS 'Name of the theme.';
COMMENT ON COLUMN concern_raised_again.visits_with_concern IS 'Inspections and visits that raised it.';
COMMENT ON COLUMN concern_raised_again.visits IS 'All inspections and visits of the authority that are stored and dated.';
COMMENT ON COLUMN concern_raised_again.findings IS 'Sentences that raised it.';
COMMENT ON COLUMN concern_raised_again.first_on IS 'When it was first raised: first day or month of the visit, else the day of publication, or of the first news of it.';
COMMENT ON COLUMN concern_raised_again.last_on IS 'When it was last raised.';
COMMENT ON COLUMN concern_raised_again.months IS 'Months from the first to the last.';
COMMENT ON COLUMN concern_raised_again.is_open IS 'Whether the newest visit raised it.';
COMMENT ON COLUMN concern_raised_again.inspection_ids IS 'The visits that raised it, in the order of time.';
COMMENT ON COLUMN concern_raised_again.first_quote IS 'Words of the first; null where nothing of it may be quoted.';
COMMENT ON COLUMN concern_raised_again.last_quote IS 'Words of the last; null where nothing of it may be quoted.';
COMMENT ON COLUMN concern_raised_again.last_url IS 'Address of the document with the last words.';
