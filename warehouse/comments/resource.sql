COMMENT ON TABLE resource IS 'What a server last said of an address, so that only what changed is fetched again.';
COMMENT ON COLUMN resource.source_id IS 'The source; with `url` the key.';
COMMENT ON COLUMN resource.url IS 'A listing page, a feed or an item.';
COMMENT ON COLUMN resource.etag IS 'Its ETag.';
COMMENT ON COLUMN resource.last_modified IS 'Its Last-Modified.';
COMMENT ON COLUMN resource.content_hash IS 'SHA-256 of the bytes; the name in the archive.';
COMMENT ON COLUMN resource.final_url IS 'Where redirects led.';
COMMENT ON COLUMN resource.first_fetched_at IS 'When it was first fetched.';
