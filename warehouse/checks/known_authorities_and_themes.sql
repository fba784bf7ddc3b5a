-- Every code of an authority and every theme is one of the reference tables.
WITH used AS (
    SELECT 'authority' AS what, gss AS id, 'finding' AS place FROM finding
    UNION
    SELECT 'authority', gss, 'document_authority' FROM document_authority
    UNION
    SELECT 'authority', gss, 'inspection' FROM inspection
    UNION
    SELECT 'theme', theme_id, 'finding_theme' FROM finding_theme
),
known AS (
    SELECT 'authority' AS what, gss AS id FROM authority
    UNION ALL
    SELECT 'theme', theme_id FROM theme
)
SELECT * FROM used ANTI JOIN known USING (what, id) ORDER BY what, id, place;
