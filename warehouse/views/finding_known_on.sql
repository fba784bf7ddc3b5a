-- The findings of the versions that were known on a day, as the rules read those versions today.
CREATE OR REPLACE MACRO finding_known_on(day) AS TABLE
SELECT
    f.*,
    k.title,
    k.publisher,
    k.published_on,
    k.url,
    k.is_current AS is_still_said,
    k.is_reprint,
FROM finding AS f
JOIN document_known_on(day) AS k USING (document_id, version);

COMMENT ON MACRO TABLE finding_known_on IS 'finding_known_on(day): the findings of the versions that were stored at the end of that day, as the rules read them today; `is_still_said` is false where the document changed since; ask `NOT is_reprint` to count what reprints repeat once.';
