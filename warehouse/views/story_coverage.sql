-- Who told each story, how many of them, and how soon after Ofsted. A reprint counts as a document and not as
-- an original.
CREATE OR REPLACE VIEW story_coverage AS
WITH told AS (
    SELECT
        l.story_id,
        s.title AS story_title,
        d.document_id,
        d.title,
        nullif(d.publisher, '') AS publisher,
        d.published_on,
        d.duplicate_of IS NOT NULL AS is_reprint,
        starts_with(d.kind, 'ofsted_') AS is_official,
        d.is_sensitive AND NOT starts_with(d.kind, 'ofsted_') AS is_sensitive,
        d.fetched_at,
    FROM story_document AS l
    JOIN story AS s USING (story_id)
    JOIN document AS d ON d.document_id = l.document_id AND d.is_current
),
counted AS (
    SELECT
        story_id,
        count(*) AS documents,
        count(*) FILTER (NOT is_reprint) AS originals,
        count(DISTINCT publisher) AS publishers,
        count(*) FILTER (is_official) AS official_documents,
        min(published_on) AS first_published_on,
        max(published_on) AS last_published_on,
        min(published_on) FILTER (is_official) AS official_on,
        min(published_on) FILTER (NOT is_official) AS press_on,
        -- In one piece: arg_min passes over nulls, and would name who came second.
        (
            arg_min({'publisher': publisher}, (published_on, document_id))
            FILTER (NOT is_official AND published_on IS NOT NULL)
        ).publisher AS first_publisher,
        coalesce(bool_or(is_sensitive AND title = story_title), false) AS is_sensitive,
    FROM told
    GROUP BY story_id
)
SELECT
    s.story_id,
    s.title,
    s.inspection_id,
    i.gss,
    a.name AS authority,
    i.kind AS inspection_kind,
    coalesce(i.started_on, i.month) AS visit_on,
    c.* EXCLUDE (story_id, is_sensitive),
    date_diff('day', c.official_on, c.press_on) AS days_to_press,
    date_diff('day', coalesce(i.ended_on, i.started_on), c.official_on) AS days_to_publish,
    c.is_sensitive,
FROM counted AS c
JOIN story AS s USING (story_id)
LEFT JOIN inspection AS i USING (inspection_id)
LEFT JOIN authority AS a ON a.gss = i.gss
ORDER BY c.first_published_on NULLS LAST, s.story_id;

COMMENT ON VIEW story_coverage IS 'Who told each story, how many of them, and how soon after Ofsted.';
COMMENT ON COLUMN story_coverage.story_id IS 'Key of `story`.';
COMMENT ON COLUMN story_coverage.title IS 'What the story is called.';
COMMENT ON COLUMN story_coverage.inspection_id IS 'The inspection that it is about, if one.';
COMMENT ON COLUMN story_coverage.gss IS 'GSS code of the authority inspected.';
COMMENT ON COLUMN story_coverage.authority IS 'Name of that authority.';
COMMENT ON COLUMN story_coverage.inspection_kind IS 'Kind of that inspection.';
COMMENT ON COLUMN story_coverage.visit_on IS 'First day of the visit, or of its month.';
COMMENT ON COLUMN story_coverage.documents IS 'Documents that tell it.';
COMMENT ON COLUMN story_coverage.originals IS 'Those that are no reprint of another.';
COMMENT ON COLUMN story_coverage.publishers IS 'Publishers of them that are known by name.';
COMMENT ON COLUMN story_coverage.official_documents IS 'Those that Ofsted wrote.';
COMMENT ON COLUMN story_coverage.first_published_on IS 'When the first of them was published.';
COMMENT ON COLUMN story_coverage.last_published_on IS 'When the last of them was published.';
COMMENT ON COLUMN story_coverage.official_on IS 'When Ofsted published; null until its document is seen.';
COMMENT ON COLUMN story_coverage.press_on IS 'When somebody else first published.';
COMMENT ON COLUMN story_coverage.first_publisher IS 'Who that was; null where nothing says.';
COMMENT ON COLUMN story_coverage.days_to_press IS 'Days from Ofsted''s publication to the first of the others; negative where they were first.';
COMMENT ON COLUMN story_coverage.days_to_publish IS 'Days from the end of the visit to Ofsted''s publication.';
COMMENT ON COLUMN story_coverage.is_sensitive IS 'Whether its title comes from a document that could identify a child: left out of exports.';
