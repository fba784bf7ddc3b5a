COMMENT ON TABLE statistical_neighbour IS 'The ten authorities most like each, in the Department for Education''s model of 2021; not ranked.';
COMMENT ON COLUMN statistical_neighbour.gss IS 'GSS code of the authority; with `neighbour_gss` the key.';
COMMENT ON COLUMN statistical_neighbour.neighbour_gss IS 'GSS code of a neighbour.';
