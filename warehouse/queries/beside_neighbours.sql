-- How does an authority compare with its statistical neighbours? Put another name in place of Birmingham.
SELECT
    authority,
    overall,
    concerns,
    concern_share,
    neighbours_with_findings,
    neighbours_concern_share,
    array_to_string(neighbour_names, ', ') AS neighbours,
FROM authority_beside_neighbours
WHERE authority = 'Birmingham';
