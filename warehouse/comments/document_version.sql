COMMENT ON COLUMN document.version_hash IS 'Of title and text without dates of update, counters and lists of links: a new version begins where it changes.';
