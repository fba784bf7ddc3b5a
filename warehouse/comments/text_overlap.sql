COMMENT ON TABLE text_overlap IS 'Two texts of which one stands in the other.';
COMMENT ON COLUMN text_overlap.one IS 'Hash of the one text.';
COMMENT ON COLUMN text_overlap.other IS 'Hash of the other; with `one` the key.';
COMMENT ON COLUMN text_overlap.jaccard IS 'Share of their runs of words that are common, of all.';
COMMENT ON COLUMN text_overlap.one_share IS 'Of the runs of the one, how many are in the other.';
COMMENT ON COLUMN text_overlap.other_share IS 'Of the runs of the other, how many are in the one.';
COMMENT ON COLUMN text_overlap.one_is_held IS 'The one stands in the other throughout, small changes apart.';
COMMENT ON COLUMN text_overlap.other_is_held IS 'The other stands in the one throughout, small changes apart.';
