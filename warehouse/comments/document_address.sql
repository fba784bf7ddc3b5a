COMMENT ON TABLE document_address IS 'Addresses at which a document was found after its first one.';
COMMENT ON COLUMN document_address.url IS 'The address; the key.';
COMMENT ON COLUMN document_address.home IS 'The first address of the document, of which its id is made.';
COMMENT ON COLUMN document_address.moved_from IS 'Where it stood before.';
COMMENT ON COLUMN document_address.reason IS 'redirect, canonical, same_bytes.';
COMMENT ON COLUMN document_address.noted_at IS 'When that was seen.';
