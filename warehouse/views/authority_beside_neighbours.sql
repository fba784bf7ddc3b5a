-- Each authority beside its ten statistical neighbours: grades, and how much of what inspectors said of each was
-- concern.
CREATE OR REPLACE VIEW authority_beside_neighbours AS
WITH said AS (
    SELECT
        f.gss,
        count(*) FILTER (f.polarity = 'strength') AS strengths,
        count(*) FILTER (f.polarity = 'concern') AS concerns,
        round(concerns / nullif(strengths + concerns, 0), 3) AS concern_share,
    FROM finding AS f
    JOIN document AS d USING (document_id, version)
    LEFT JOIN inspection AS i USING (inspection_id)
    WHERE
        d.is_current AND d.duplicate_of IS NULL AND f.is_inspectorate
        -- What others repeat is not counted beside Ofsted's own document.
        AND coalesce(i.document_id = f.document_id, true)
    GROUP BY f.gss
),
standing AS (
    SELECT
        o.gss,
        o.authority,
        o.region,
        o.overall,
        o.published_on,
        coalesce(s.strengths, 0) AS strengths,
        coalesce(s.concerns, 0) AS concerns,
        s.concern_share,
    FROM authority_overview AS o
    LEFT JOIN said AS s USING (gss)
),
beside AS (
    SELECT
        n.gss,
        count(*) AS neighbours,
        list(a.name ORDER BY a.name) AS neighbour_names,
        count(s.overall) AS neighbours_graded,
        count(*) FILTER (s.overall IN ('good', 'outstanding')) AS neighbours_good_or_better,
        count(*) FILTER (s.overall = 'inadequate') AS neighbours_inadequate,
        round(median(s.concern_share), 3) AS neighbours_concern_share,
        count(s.concern_share) AS neighbours_with_findings,
    FROM statistical_neighbour AS n
    JOIN authority AS a ON a.gss = n.neighbour_gss
    LEFT JOIN standing AS s ON s.gss = n.neighbour_gss
    GROUP BY n.gss
)
SELECT
    s.*,
    b.* EXCLUDE (gss),
    round(s.concern_share - b.neighbours_concern_share, 3) AS concern_share_difference,
FROM standing AS s
LEFT JOIN beside AS b USING (gss)
ORDER BY s.authority;

COMMENT ON VIEW authority_beside_neighbours IS 'Each authority beside its statistical neighbours: grades, and the share of concern in what inspectors said.';
COMMENT ON COLUMN authority_beside_neighbours.gss IS 'GSS code; the key.';
COMMENT ON COLUMN authority_beside_neighbours.authority IS 'Name of the authority.';
COMMENT ON COLUMN authority_beside_neighbours.region IS 'Its region.';
COMMENT ON COLUMN authority_beside_neighbours.overall IS 'Its overall grade in the newest graded inspection that is stored.';
COMMENT ON COLUMN authority_beside_neighbours.published_on IS 'When that report was published.';
COMMENT ON COLUMN authority_beside_neighbours.strengths IS 'Strengths in the inspectorate''s words, of all inspections: in its own document, else in those of others that report it.';
COMMENT ON COLUMN authority_beside_neighbours.concerns IS 'Concerns, counted likewise.';
COMMENT ON COLUMN authority_beside_neighbours.concern_share IS 'Concerns as a share of both, 0 to 1.';
COMMENT ON COLUMN authority_beside_neighbours.neighbours IS 'Statistical neighbours; null where the Department for Education lists none.';
COMMENT ON COLUMN authority_beside_neighbours.neighbour_names IS 'Their names.';
COMMENT ON COLUMN authority_beside_neighbours.neighbours_graded IS 'Those with a stored overall grade.';
COMMENT ON COLUMN authority_beside_neighbours.neighbours_good_or_better IS 'Those that are good or outstanding.';
COMMENT ON COLUMN authority_beside_neighbours.neighbours_inadequate IS 'Those that are inadequate.';
COMMENT ON COLUMN authority_beside_neighbours.neighbours_concern_share IS 'Median of their shares of concern.';
COMMENT ON COLUMN authority_beside_neighbours.neighbours_with_findings IS 'Neighbours with a share of concern.';
COMMENT ON COLUMN authority_beside_neighbours.concern_share_difference IS 'Its share less the median of the neighbours: positive where it hears more concern.';
