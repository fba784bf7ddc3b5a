-- Every finding of a current document, each said once: with the authority's name, the inspection's dates,
-- the themes and the address of the proof.
CREATE OR REPLACE VIEW finding_current AS
WITH theme_list AS (
    SELECT
        finding_id,
        list(theme_id ORDER BY theme_id) AS themes,
    FROM finding_theme
    GROUP BY finding_id
),
first_quoted AS (
    SELECT
        f.quotation_key,
        arg_min(d.document_id, d.published_on) AS document_id,
        arg_min(d.story_id, d.published_on) AS story_id,
        min(d.published_on) AS published_on,
    FROM finding AS f
    JOIN document AS d USING (document_id, version)
    WHERE f.quotation_key IS NOT NULL AND d.is_current
    GROUP BY f.quotation_key
)
SELECT
    f.finding_id,
    f.gss,
    coalesce(a.name, f.gss) AS authority,
    a.region,
    f.polarity,
    f.kind,
    f.speaker,
    f.is_inspectorate,
    f.quote,
    coalesce(t.themes, []) AS themes,
    f.trend,
    -- The same words were quoted in an earlier story: said then, and not of this event.
    if(q.published_on < d.published_on AND q.story_id <> d.story_id, q.document_id, NULL) AS quoted_before_in,
    f.page,
    f.section,
    f.inspection_id,
    i.kind AS inspection_kind,
    i.started_on,
    i.ended_on,
    coalesce(i.published_on, d.published_on) AS published_on,
    coalesce(i.document_id = f.document_id, false) AS is_primary,
    f.document_id,
    f.version,
    d.title,
    d.kind AS document_kind,
    d.publisher,
    d.url,
    f.start_char,
    f.end_char,
    f.rule,
FROM finding AS f
JOIN document AS d USING (document_id, version)
LEFT JOIN theme_list AS t USING (finding_id)
LEFT JOIN inspection AS i USING (inspection_id)
LEFT JOIN first_quoted AS q USING (quotation_key)
LEFT JOIN authority AS a ON a.gss = f.gss
WHERE d.is_current AND d.duplicate_of IS NULL;
