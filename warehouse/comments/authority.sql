COMMENT ON TABLE authority IS 'England''s authorities with duties for children''s social care, past and present.';
COMMENT ON COLUMN authority.gss IS 'GSS code of the Office for National Statistics; the key.';
COMMENT ON COLUMN authority.name IS 'Its name.';
COMMENT ON COLUMN authority.region IS 'Its region.';
COMMENT ON COLUMN authority.type IS 'Its type, such as London Borough or County.';
COMMENT ON COLUMN authority.is_current IS 'Whether it exists today.';
COMMENT ON COLUMN authority.valid_from IS 'Its first day, where it is younger than the register.';
COMMENT ON COLUMN authority.valid_to IS 'Its last day.';
COMMENT ON COLUMN authority.ofsted_urn IS 'Ofsted''s number for it as a provider.';
