COMMENT ON TABLE completeness IS 'How much of what Ofsted announces is stored, by authority, once a week.';
COMMENT ON COLUMN completeness.checked_on IS 'The day; with `gss` the key.';
COMMENT ON COLUMN completeness.gss IS 'The authority.';
COMMENT ON COLUMN completeness.announced IS 'Documents that its provider page announces, as far back as runs look.';
COMMENT ON COLUMN completeness.stored IS 'How many of them are stored.';
COMMENT ON COLUMN completeness.waiting IS 'How many are not, because they wait in quarantine.';
