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
        arg_min(
            {'published_on': d.published_on, 'document_id': d.document_id, 'story_id': d.story_id},
            (d.published_on, d.document_id)
        ) AS quoted,
    FROM finding AS f
    JOIN document AS d USING (document_id, version)
    WHERE f.quotation_key IS NOT NULL AND d.is_current AND d.published_on IS NOT NULL
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
    if(
        q.quoted.published_on < d.published_on AND q.quoted.story_id <> d.story_id, q.quoted.document_id, NULL
    ) AS quoted_before_in,
    f.page,
    f.section,
    f.inspection_id,
    i.kind AS inspection_kind,
    i.started_on,
    i.ended_on,
    coalesce(i.published_on, d.published_on) AS published_on,
    coalesce(i.document_id = f.document_id, false) AS is_primary,
    -- Ofsted's own document is stored, and another repeats what it says.
    f.is_inspectorate AND coalesce(i.document_id <> f.document_id, false) AS is_retold,
    f.document_id,
    f.version,
    d.title,
    d.kind AS document_kind,
    nullif(d.publisher, '') AS publisher,
    d.url,
    f.start_char,
    f.end_char,
    f.rule,
    f.responsible_body,
    -- Of what Ofsted itself published, only the sentence is kept back that could identify a child.
    f.is_sensitive OR (d.is_sensitive AND NOT starts_with(d.kind, 'ofsted_')) AS is_sensitive,
FROM finding AS f
JOIN document AS d USING (document_id, version)
LEFT JOIN theme_list AS t USING (finding_id)
LEFT JOIN inspection AS i USING (inspection_id)
LEFT JOIN first_quoted AS q USING (quotation_key)
LEFT JOIN authority AS a ON a.gss = f.gss
WHERE d.is_current AND d.duplicate_of IS NULL;

COMMENT ON VIEW finding_current IS 'Every finding of a current document, each said once, with its evidence: the words, where they stand, who says them, and the address of the proof.';
COMMENT ON COLUMN finding_current.finding_id IS 'Key of `finding`.';
COMMENT ON COLUMN finding_current.gss IS 'GSS code of the authority that it is about.';
COMMENT ON COLUMN finding_current.authority IS 'Name of that authority.';
COMMENT ON COLUMN finding_current.region IS 'Region of that authority.';
COMMENT ON COLUMN finding_current.polarity IS 'strength, concern, recommendation or neutral.';
COMMENT ON COLUMN finding_current.kind IS 'statement, area_for_improvement, priority_action or recommendation.';
COMMENT ON COLUMN finding_current.speaker IS 'Who says it: ofsted, authority, provider, children, staff, other.';
COMMENT ON COLUMN finding_current.is_inspectorate IS 'Whether the inspectorate says it, also where the press quotes it.';
COMMENT ON COLUMN finding_current.quote IS 'The words, verbatim.';
COMMENT ON COLUMN finding_current.themes IS 'Ids of its themes.';
COMMENT ON COLUMN finding_current.page IS 'Page of a PDF, from 1.';
COMMENT ON COLUMN finding_current.section IS 'Heading under which it stands.';
COMMENT ON COLUMN finding_current.inspection_id IS 'The inspection or visit that it tells of; null where none is named.';
COMMENT ON COLUMN finding_current.inspection_kind IS 'Kind of that inspection.';
COMMENT ON COLUMN finding_current.started_on IS 'First day of that inspection.';
COMMENT ON COLUMN finding_current.ended_on IS 'Last day of that inspection.';
COMMENT ON COLUMN finding_current.published_on IS 'When Ofsted published on that inspection; else when the document was published.';
COMMENT ON COLUMN finding_current.is_primary IS 'Whether it stands in Ofsted''s own document on the inspection.';
COMMENT ON COLUMN finding_current.is_retold IS 'Whether another document says here what inspectors found, though their own is stored: to count what they said, ask `is_inspectorate AND NOT is_retold`.';
COMMENT ON COLUMN finding_current.document_id IS 'The document in which it stands.';
COMMENT ON COLUMN finding_current.version IS 'Version of that document.';
COMMENT ON COLUMN finding_current.title IS 'Title of that document.';
COMMENT ON COLUMN finding_current.document_kind IS 'Kind of that document.';
COMMENT ON COLUMN finding_current.publisher IS 'Who published that document; null where nothing says.';
COMMENT ON COLUMN finding_current.url IS 'Address of that document.';
COMMENT ON COLUMN finding_current.start_char IS 'Where the words begin in `document.text`, in characters from 0.';
COMMENT ON COLUMN finding_current.end_char IS 'Where they end: in SQL, which counts from 1, `text[start_char + 1 : end_char] = quote`.';
COMMENT ON COLUMN finding_current.rule IS 'The rule that decided, or `correction ID` where a person did.';
COMMENT ON COLUMN finding_current.responsible_body IS 'Who is to act, where the document says so.';
COMMENT ON COLUMN finding_current.is_sensitive IS 'Could identify a child: left out of mails and exports.';
COMMENT ON COLUMN finding_current.trend IS 'How it compares with the time before: improved, declined, unchanged; null where it does not compare.';
COMMENT ON COLUMN finding_current.quoted_before_in IS 'The document of an earlier story in which the same words were quoted: they were not said of this event.';
