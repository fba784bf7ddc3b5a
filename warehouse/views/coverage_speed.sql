-- Each document of each story: how soon after Ofsted it came out, and how soon after that it was found here.
CREATE OR REPLACE VIEW coverage_speed AS
WITH told AS (
    SELECT
        l.story_id,
        d.document_id,
        d.kind,
        nullif(d.publisher, '') AS publisher,
        d.source_id,
        d.title,
        d.url,
        d.published_on,
        d.duplicate_of IS NOT NULL AS is_reprint,
        min(first.fetched_at) AS found_at,
        d.is_sensitive AND NOT starts_with(d.kind, 'ofsted_') AS is_sensitive,
    FROM story_document AS l
    JOIN document AS d ON d.document_id = l.document_id AND d.is_current
    JOIN document AS first ON first.document_id = l.document_id
    GROUP BY ALL
)
SELECT
    t.story_id,
    t.document_id,
    t.kind,
    t.publisher,
    t.title,
    t.url,
    t.published_on,
    row_number() OVER (
        PARTITION BY t.story_id ORDER BY t.published_on NULLS LAST, t.found_at, t.document_id
    ) AS place,
    date_diff('day', min(t.published_on) FILTER (starts_with(t.kind, 'ofsted_')) OVER story, t.published_on)
        AS days_after_ofsted,
    date_diff('day', min(t.published_on) OVER story, t.published_on) AS days_after_first,
    t.found_at,
    date_diff('day', t.published_on, (t.found_at AT TIME ZONE 'UTC')::DATE) AS days_to_find,
    t.is_reprint,
    t.source_id,
    t.is_sensitive,
FROM told AS t
WINDOW story AS (PARTITION BY t.story_id)
ORDER BY t.story_id, place;

COMMENT ON VIEW coverage_speed IS 'Each document of each story: how soon after Ofsted it came out, and how soon it was found here.';
COMMENT ON COLUMN coverage_speed.story_id IS 'Key of `story`; with `document_id` the key.';
COMMENT ON COLUMN coverage_speed.document_id IS 'Key of `document`, its current version.';
COMMENT ON COLUMN coverage_speed.kind IS 'Kind of the document.';
COMMENT ON COLUMN coverage_speed.publisher IS 'Who published it; null where nothing says.';
COMMENT ON COLUMN coverage_speed.title IS 'Its title.';
COMMENT ON COLUMN coverage_speed.url IS 'Its address.';
COMMENT ON COLUMN coverage_speed.published_on IS 'When it was published.';
COMMENT ON COLUMN coverage_speed.place IS '1 for the first document of the story, by date.';
COMMENT ON COLUMN coverage_speed.days_after_ofsted IS 'Days after Ofsted''s own document; negative before it; null while that is not seen.';
COMMENT ON COLUMN coverage_speed.days_after_first IS 'Days after the first document of the story.';
COMMENT ON COLUMN coverage_speed.found_at IS 'When its first version was fetched.';
COMMENT ON COLUMN coverage_speed.days_to_find IS 'Days from its publication until it was fetched; large for a backfill.';
COMMENT ON COLUMN coverage_speed.is_reprint IS 'Whether it is a duplicate of another document.';
COMMENT ON COLUMN coverage_speed.source_id IS 'The source that announced it.';
COMMENT ON COLUMN coverage_speed.is_sensitive IS 'Could identify a child: left out of exports.';
